/**
 * Whether data may stand where it was found. Account data is what these interfaces are for: only what the specification
 * does not promise at that place, or the consent does not cover, is a finding.
 */
import type { DataHint, Operation, Shape } from '../types.ts'
import type { DataClass, DataPlace, DataStanding } from './types.ts'

/** What a specification promises, when it promises this. */
const PROMISES: Readonly<Record<DataClass, readonly DataHint[]>> = {
  pan: ['pan', 'account_number'],
  iban: ['iban', 'account_number'],
  uk_account: ['account_number', 'sort_code'],
  bic: ['bic'],
  email: ['email'],
  phone: ['phone'],
  jwt: ['credential'],
  api_key: ['credential'],
  private_key: ['credential'],
  uk_nino: ['national_id'],
  us_ssn: ['national_id'],
  de_tax_id: ['national_id'],
  es_dni: ['national_id'],
  it_codice_fiscale: ['national_id'],
  fr_insee: ['national_id'],
  pl_pesel: ['national_id'],
  nl_bsn: ['national_id'],
  be_national_number: ['national_id'],
  se_personnummer: ['national_id'],
  fi_hetu: ['national_id'],
  ie_pps: ['national_id'],
  pt_nif: ['national_id'],
  ro_cnp: ['national_id'],
}

/** Permissions of a consent that cover a class, any one of them. Classes that are not listed need none. */
export type Permissions = Readonly<Partial<Record<DataClass, readonly string[]>>>

export interface Context {
  /** Undefined where no specification has the operation: then nobody knows what belongs there. */
  readonly operation: Operation | undefined
  readonly shapes: readonly Shape[]
  /** Of the body that was scanned. */
  readonly shape: number | undefined
  /** Of the consent; undefined where the gate does not know it, which accuses nobody. */
  readonly granted: readonly string[] | undefined
  readonly permissions: Permissions
}

export function judge(
  found: DataClass,
  place: DataPlace,
  tokens: readonly string[],
  context: Context,
): DataStanding {
  const { operation, granted, permissions } = context
  if (operation === undefined) return 'unknown'
  if (!isPromised(found, place, tokens, operation, context)) return 'unexpected'
  const needed = permissions[found]
  if (needed === undefined || granted === undefined) return 'expected'
  return needed.some((permission) => granted.includes(permission)) ? 'expected' : 'unpermitted'
}

function isPromised(
  found: DataClass,
  place: DataPlace,
  tokens: readonly string[],
  operation: Operation,
  { shapes, shape }: Context,
): boolean {
  const promises = PROMISES[found]
  if (place === 'path' || place === 'query') {
    const parameter = operation.parameters.find((one) => one.in === place && one.name === tokens[0])
    return parameter?.hint !== undefined && promises.includes(parameter.hint)
  }
  return hintsOn(tokens, shapes, shape).some((hint) => promises.includes(hint))
}

/** Hints of the members on the way: what is said of an account is said of what is in it. */
function hintsOn(
  tokens: readonly string[],
  shapes: readonly Shape[],
  root: number | undefined,
): readonly DataHint[] {
  const hints: DataHint[] = []
  let shape = root === undefined ? undefined : shapes[root]
  for (const token of tokens) {
    if (shape === undefined) break
    if (shape.hint !== undefined) hints.push(shape.hint)
    const member = Object.hasOwn(shape.members, token) ? shape.members[token] : undefined
    const next: number | undefined =
      member ??
      (token === '*' ? shape.items : undefined) ??
      (typeof shape.others === 'number' ? shape.others : undefined)
    shape = next === undefined ? undefined : shapes[next]
  }
  if (shape?.hint !== undefined) hints.push(shape.hint)
  return hints
}
