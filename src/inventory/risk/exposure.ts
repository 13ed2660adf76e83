/** What an operation carries, from what its document promises and from what was found in it; and what that makes of a risk. */
import type { InventoryEntry } from '../learn/types.ts'
import type { DataClass } from '../sensitive/types.ts'
import type { DataHint, Operation } from '../types.ts'
import type { Exposure, Likelihood, RiskSettings, Severity } from './types.ts'
import { EXPOSURES, SEVERITIES } from './vocabulary.ts'

/** A BIC names a bank, not a customer. */
const OF_HINT = {
  account_number: 'financial',
  sort_code: 'financial',
  iban: 'financial',
  bic: 'plain',
  pan: 'secret',
  national_id: 'secret',
  name: 'personal',
  address: 'personal',
  email: 'personal',
  phone: 'personal',
  birth_date: 'personal',
  balance: 'financial',
  transaction: 'financial',
  credential: 'secret',
} as const satisfies Record<DataHint, Exposure>

/** Everything that is not here is a national identifier. */
const OF_CLASS: Readonly<Partial<Record<DataClass, Exposure>>> = {
  bic: 'plain',
  email: 'personal',
  phone: 'personal',
  iban: 'financial',
  uk_account: 'financial',
}

/** Whoever signs in sends a credential, and has nothing stronger yet to send it under. */
const CREDENTIALS: ReadonlySet<DataHint | DataClass> = new Set<DataHint | DataClass>([
  'credential',
  'jwt',
  'api_key',
  'private_key',
])

export function exposureOfClass(found: DataClass): Exposure {
  return OF_CLASS[found] ?? 'secret'
}

/** What an operation carries at its worst, and the same without credentials. */
export function exposureOf(
  operation: Operation | undefined,
  entry: InventoryEntry | undefined,
): { readonly exposure: Exposure; readonly guards: Exposure } {
  const carried = [
    ...(operation?.carries ?? []).map((hint) => ({ kind: hint, exposure: OF_HINT[hint] })),
    ...found(entry).map((kind) => ({ kind, exposure: exposureOfClass(kind) })),
  ]
  const guarded = carried.filter(({ kind }) => !CREDENTIALS.has(kind))
  return { exposure: worst(carried), guards: worst(guarded) }
}

/** Of what the bank gave away. What a caller sends says nothing of what it may see. */
function found(entry: InventoryEntry | undefined): readonly DataClass[] {
  return (entry?.usage.data ?? [])
    .filter(({ place, values }) => place === 'response_body' && values > 0)
    .map((seen) => seen.class)
}

function worst(carried: readonly { readonly exposure: Exposure }[]): Exposure {
  return carried.reduce<Exposure>(
    (most, { exposure }) => (outranks(exposure, most) ? exposure : most),
    'plain',
  )
}

export function outranks(left: Exposure, right: Exposure): boolean {
  return EXPOSURES.indexOf(left) > EXPOSURES.indexOf(right)
}

export function severityOf(settings: RiskSettings, likelihood: Likelihood, exposure: Exposure): Severity {
  return settings.severities[likelihood][exposure]
}

export function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity)
}
