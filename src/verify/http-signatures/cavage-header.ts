import { fromBase64 } from '../../lib/base64.ts'
import { fail, type Outcome, pass } from '../../lib/outcome.ts'

/** RSA with 8,192 bits in base64, a distinguished name and a list of headers. */
const MAX_FIELD = 8_192
const MAX_PARAMETERS = 16
const MAX_HEADERS = 64

/** draft-cavage-http-signatures-12 section 2.1. Times are in seconds since the epoch. */
export interface CavageSignature {
  /** As it stands between the quotes: signers escape distinguished names in their own ways. */
  readonly keyId: string
  readonly algorithm: string | undefined
  readonly created: number | undefined
  readonly expires: number | undefined
  /** Lower case, in the order in which they were signed. */
  readonly headers: readonly string[]
  readonly signature: Uint8Array
}

export type CavageFault =
  | 'signature_malformed'
  | 'signature_too_large'
  | 'component_duplicated'
  | 'parameter_refused'

/**
 * Reads the Signature header. Section 2.2: a parameter that comes twice is refused (here in whatever case), and so are two
 * Signature headers, which arrive joined; unknown parameters are passed over, because nothing signs and nothing reads them.
 */
export function readCavageSignature(field: string): Outcome<CavageSignature, CavageFault> {
  if (field.length > MAX_FIELD) return fail('signature_too_large')
  const parameters = readParameters(field)
  if (parameters === undefined) return fail('signature_malformed')
  const [keyId, text] = [parameters.get('keyid'), parameters.get('signature')]
  // Version 12 takes a missing list for `(created)`, version 10 for `date`: two readings, so it has to be there.
  const names = parameters.get('headers')
  if (keyId === undefined || keyId === '' || text === undefined || names === undefined) {
    return fail('signature_malformed')
  }
  const signature = fromBase64(text)
  if (signature === undefined || signature.length === 0) return fail('signature_malformed')
  const headers = readHeaders(names)
  if (!headers.ok) return headers
  const [created, expires] = [timeOf(parameters.get('created')), timeOf(parameters.get('expires'))]
  if (created === 'refused' || expires === 'refused') return fail('parameter_refused')
  return pass({
    keyId,
    algorithm: parameters.get('algorithm'),
    created,
    expires,
    headers: headers.value,
    signature,
  })
}

/** `name="text"` or `name=digits`. A backslash keeps the quote behind it from ending the text and stays where it is. */
const PARAMETER =
  /[ \t]*([A-Za-z][A-Za-z0-9_-]{0,31})=(?:"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*)"|([0-9]{1,15}))[ \t]*(,|$)/y

function readParameters(field: string): ReadonlyMap<string, string> | undefined {
  const read = new Map<string, string>()
  PARAMETER.lastIndex = 0
  for (let count = 0; count < MAX_PARAMETERS; count++) {
    const [, name, quoted, digits, end] = PARAMETER.exec(field) ?? []
    if (name === undefined) return undefined
    const lower = name.toLowerCase()
    if (read.has(lower) || (digits !== undefined) !== TIMES.has(lower)) return undefined
    read.set(lower, quoted ?? digits ?? '')
    if (end === '') return read
  }
  return undefined
}

/** Section 2.1: created and expires are Unix times, everything else is a string. */
const TIMES: ReadonlySet<string> = new Set(['created', 'expires'])

/** Section 2.1.6: names with one space between them, each once. */
function readHeaders(text: string): Outcome<readonly string[], CavageFault> {
  const names = text.toLowerCase().split(' ')
  if (names.length > MAX_HEADERS) return fail('signature_too_large')
  if (!names.every((name) => /^(?:[a-z0-9!#$%&'*+.^_`|~-]+|\([a-z-]+\))$/.test(name))) {
    return fail('signature_malformed')
  }
  return new Set(names).size < names.length ? fail('component_duplicated') : pass(names)
}

function timeOf(digits: string | undefined): number | undefined | 'refused' {
  if (digits === undefined) return undefined
  // One number has one spelling.
  return /^(?:0|[1-9][0-9]*)$/.test(digits) ? Number(digits) : 'refused'
}
