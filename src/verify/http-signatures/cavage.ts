/** draft-cavage-http-signatures, versions 10 to 12, with Digest (RFC 3230): what came before RFC 9421 and is in use. */
import { ABSENT, type Fact, invalid, valid } from '../../lib/fact.ts'
import type { KeyResolver, SignedMessage, Verified } from '../signed/types.ts'
import { namedInCavage } from './algorithms.ts'
import { cavageBase } from './cavage-base.ts'
import { type CavageSignature, readCavageSignature } from './cavage-header.ts'
import { checkSignature } from './check.ts'
import { covers } from './coverage.ts'
import { type DigestFault, digestFault } from './digest.ts'
import type { HttpSignatureFact, HttpSignatureFault } from './faults.ts'
import { staleness } from './freshness.ts'
import type { VerifyOptions } from './message.ts'
import type { CavagePolicy } from './policy.ts'

/**
 * Absent where the request carries no signature. Whether that may be is the caller's question.
 *
 * @param now milliseconds since the epoch
 */
export async function verifyCavage(
  message: SignedMessage,
  policy: CavagePolicy,
  resolve: KeyResolver,
  now: number,
  options: VerifyOptions = {},
): Promise<HttpSignatureFact> {
  const prepared = prepare(message, policy, now)
  if (prepared.state !== 'valid') return prepared
  const { signature, input, createdAt } = prepared.value
  const { keyId, algorithm, headers: covered } = signature
  const key = await resolve({ keyId, ...(algorithm === undefined ? {} : { algorithm }) })
  if (key.state !== 'valid') return key.state === 'absent' ? invalid('key_unknown') : key
  const checked = await checkSignature({
    key: key.value,
    accepted: policy.algorithms,
    named: namedInCavage(algorithm),
    signature: signature.signature,
    input,
    ...options,
  })
  if (checked.state !== 'valid') return checked
  const digest = digestFaultOf(message, covered, policy)
  if (digest !== undefined) return invalid(digest)
  const { thumbprint, firstSeenAt } = key.value
  return valid<Verified>({
    keyThumbprint: thumbprint,
    algorithm: checked.value,
    keyId,
    signingInput: input,
    covered,
    ...(createdAt === undefined ? {} : { createdAt: createdAt * 1_000 }),
    ...expiryOf(signature),
    ...(firstSeenAt === undefined ? {} : { keyFirstSeenAt: firstSeenAt }),
  })
}

interface Prepared {
  readonly signature: CavageSignature
  readonly input: Uint8Array
  /** Seconds since the epoch. */
  readonly createdAt: number | undefined
}

/** Everything that needs no key: syntax, coverage, time and the signing string. */
function prepare(
  message: SignedMessage,
  { coverage, clock, time }: CavagePolicy,
  now: number,
): Fact<Prepared, HttpSignatureFault> {
  const field = message.headers.get('signature')
  if (field === null) return ABSENT
  const read = readCavageSignature(field)
  if (!read.ok) return invalid(read.reason)
  const signature = read.value
  if (!covers(coverage, signature.headers.map(quoted), message.headers))
    return invalid('coverage_insufficient')
  const createdAt = signedAt(message.headers, signature, clock)
  if (typeof createdAt === 'string') return invalid(createdAt)
  const { created, expires } = signature
  // Section 2.1.4: signed or not, a signature of tomorrow says so itself.
  if ((created ?? 0) > now / 1_000 + time.skewSeconds) return invalid('signature_from_future')
  const stale = staleness({ created: createdAt, expires }, time, Number.POSITIVE_INFINITY, now)
  if (stale !== undefined) return invalid(stale)
  const input = cavageBase(message, signature, coverage.singletons)
  return input.ok ? valid({ signature, input: input.value, createdAt }) : invalid(input.reason)
}

function quoted(name: string): string {
  return `"${name}"`
}

/** A time counts only if it is signed: anybody may write another Date, or another `created`. */
function signedAt(
  headers: Headers,
  { headers: covered, created }: CavageSignature,
  clock: CavagePolicy['clock'],
): number | undefined | HttpSignatureFault {
  if (clock === 'none') return undefined
  if (clock !== 'date' && covered.includes('(created)') && created !== undefined) return created
  if (clock === 'created' || !covered.includes('date')) return 'coverage_insufficient'
  return readDate(headers.get('date')) ?? 'parameter_refused'
}

/** RFC 9110 section 5.6.7: the preferred form. The day's name is not compared with the date. */
const IMF_FIXDATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d{2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/

function readDate(text: string | null): number | undefined {
  const [, day, month, year, ...clock] = IMF_FIXDATE.exec(text ?? '') ?? []
  if (day === undefined || month === undefined) return undefined
  const [hour = 0, minute = 0, second = 0] = clock.map(Number)
  const at = Date.UTC(Number(year), MONTHS.indexOf(month), Number(day), hour, minute, second)
  // The 31st of February would become the 3rd of March.
  const real = new Date(at).getUTCDate() === Number(day) && hour < 24 && minute < 60 && second < 60
  return real ? at / 1_000 : undefined
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** An unsigned `expires` can end a signature's life and never lengthen it. */
function expiryOf({ headers, expires }: CavageSignature): Partial<Verified> {
  return expires === undefined || !headers.includes('(expires)') ? {} : { expiresAt: expires * 1_000 }
}

function digestFaultOf(
  { headers, body }: SignedMessage,
  covered: readonly string[],
  { digest: { when, algorithms } }: CavagePolicy,
): DigestFault | undefined {
  if (when === 'never') return undefined
  if (covered.includes('digest')) return digestFault(headers.get('digest'), body, algorithms)
  return when === 'always' || body.length > 0 ? 'digest_missing' : undefined
}
