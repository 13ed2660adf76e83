/**
 * HTTP message signatures (RFC 9421). The order is that of cost: syntax, time, coverage, the base, then the key, which
 * may need the network, the signature, and last the digest of a body that may be long.
 */
import { ABSENT, invalid, valid } from '../../lib/fact.ts'
import type { KeyResolver, SignedMessage, Verified } from '../signed/types.ts'
import { namedInMessage } from './algorithms.ts'
import { type Base, signatureBase } from './base.ts'
import { checkSignature } from './check.ts'
import { covers } from './coverage.ts'
import { contentDigestFault, type DigestFault } from './digest.ts'
import type { HttpSignatureFact, HttpSignatureFault } from './faults.ts'
import { staleness } from './freshness.ts'
import type { MessagePolicy } from './policy.ts'
import { type ChosenSignature, chooseSignature, type SignatureParameters } from './signature-input.ts'

export interface VerifyOptions {
  /** For published vectors alone: their keys are weaker than any profile takes. */
  readonly weakKeys?: 'refused' | 'admitted'
}

/**
 * Absent where the request carries no signature. Whether that may be is the caller's question.
 *
 * @param now milliseconds since the epoch
 */
export async function verifyMessage(
  message: SignedMessage,
  policy: MessagePolicy,
  resolve: KeyResolver,
  now: number,
  options: VerifyOptions = {},
): Promise<HttpSignatureFact> {
  const chosen = chooseSignature(message.headers, policy.select)
  if (chosen === undefined) return ABSENT
  if (!chosen.ok) return invalid(chosen.reason)
  const { value } = chosen
  const fault = parameterFault(value.parameters, policy, now)
  if (fault !== undefined) return invalid(fault)
  const base = signatureBase(value, { kind: 'request', request: message }, policy.coverage.singletons)
  if (!base.ok) return invalid(base.reason)
  if (!covers(policy.coverage, base.value.covered, message.headers)) return invalid('coverage_insufficient')
  return verifyBase({ message, chosen: value, base: base.value, policy, resolve, options })
}

interface Stage {
  readonly message: SignedMessage
  readonly chosen: ChosenSignature
  readonly base: Base
  readonly policy: MessagePolicy
  readonly resolve: KeyResolver
  readonly options: VerifyOptions
}

async function verifyBase({
  message,
  chosen,
  base,
  policy,
  resolve,
  options,
}: Stage): Promise<HttpSignatureFact> {
  const { parameters, signature } = chosen
  const { keyid, alg } = parameters
  const key = await resolve({
    ...(keyid === undefined ? {} : { keyId: keyid }),
    ...(alg === undefined ? {} : { algorithm: alg }),
  })
  if (key.state !== 'valid') return key.state === 'absent' ? invalid('key_unknown') : key
  const algorithm = await checkSignature({
    key: key.value,
    accepted: policy.algorithms,
    named: namedInMessage(alg),
    signature,
    input: base.bytes,
    ...options,
  })
  if (algorithm.state !== 'valid') return algorithm
  const digest = digestFaultOf(message, base.covered, policy)
  if (digest !== undefined) return invalid(digest)
  const { thumbprint, firstSeenAt } = key.value
  const verified: Verified = {
    keyThumbprint: thumbprint,
    algorithm: algorithm.value,
    keyId: keyid ?? '',
    signingInput: base.bytes,
    covered: base.covered,
    ...timesOf(parameters),
    ...(firstSeenAt === undefined ? {} : { keyFirstSeenAt: firstSeenAt }),
  }
  return valid(verified)
}

function parameterFault(
  parameters: SignatureParameters,
  { parameters: presence, time, maxLifetimeSeconds }: MessagePolicy,
  now: number,
): HttpSignatureFault | undefined {
  for (const name of PARAMETERS) {
    if (presence[name] === 'required' && parameters[name] === undefined) return 'parameter_missing'
  }
  const { created, expires } = parameters
  return staleness({ created, expires }, time, maxLifetimeSeconds, now)
}

const PARAMETERS = ['created', 'expires', 'nonce', 'keyid', 'alg'] as const

/** A digest counts if it is itself signed, and then it has to be that of the bytes that came. */
function digestFaultOf(
  { headers, body }: SignedMessage,
  covered: readonly string[],
  { digest: { when, algorithms }, digestFields }: MessagePolicy,
): DigestFault | undefined {
  if (when === 'never') return undefined
  const signed = digestFields.filter(
    (name) => covered.includes(`"${name}"`) || covered.includes(`"${name}";sf`),
  )
  for (const name of signed) {
    const fault = contentDigestFault(headers.get(name), body, algorithms)
    if (fault !== undefined) return fault
  }
  const needed = when === 'always' || body.length > 0
  return needed && signed.length === 0 ? 'digest_missing' : undefined
}

function timesOf({ created, expires, nonce }: SignatureParameters): Partial<Verified> {
  return {
    ...(created === undefined ? {} : { createdAt: created * 1_000 }),
    ...(expires === undefined ? {} : { expiresAt: expires * 1_000 }),
    ...(nonce === undefined ? {} : { nonce }),
  }
}
