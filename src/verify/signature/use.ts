/** What a request with a good signature uses up, and until when a copy of it could still be good. */
import { HOUR_MS } from '../../lib/durations.ts'
import type { ReplayQuestion, SingleUse } from '../replay/types.ts'
import type { Verified } from '../signed/types.ts'
import type { ReadClaims } from './body-claims.ts'
import type { SigningRule } from './rule.ts'
import type { SignatureQuestion } from './types.ts'

/**
 * RFC 9110 section 9.2.1. No bank tells one reading of an account from the next by a key, so that under one a copy could be
 * sent as often as anybody likes.
 */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

export function useOf(
  rule: SigningRule,
  { requestId, method, target, headers, body, now }: SignatureQuestion & { readonly body: Uint8Array },
  organisation: string,
  verified: Verified,
  claims: ReadClaims | undefined,
): ReplayQuestion {
  const { idempotency } = rule
  const key = idempotency === undefined || SAFE.has(method) ? null : headers.get(idempotency.field)
  return {
    requestId,
    at: now,
    organisation,
    keyThumbprint: verified.keyThumbprint,
    signingInput: verified.signingInput,
    body,
    singles: singlesOf(rule, headers, verified, claims),
    idempotencyKey: key === null || key.trim() === '' ? undefined : key,
    operation: `${method} ${target}`,
    until: untilOf(rule, verified, claims, now),
    idempotencyUntil: now + (idempotency?.hours ?? 0) * HOUR_MS,
  }
}

function singlesOf(
  { once }: SigningRule,
  headers: Headers,
  { nonce, covered }: Verified,
  claims: ReadClaims | undefined,
): readonly SingleUse[] {
  // What is not under the signature, whoever copies the request writes anew.
  const signed = once.filter((name) => covered.includes(name) || covered.includes(`"${name}"`))
  return [
    ...(nonce === undefined ? [] : [{ kind: 'nonce', value: nonce } as const]),
    ...(claims === undefined ? [] : [{ kind: 'request_id', value: claims.requestId } as const]),
    ...signed.flatMap((name) => {
      const value = headers.get(name)
      return value === null ? [] : [{ kind: 'request_id', value: value.toLowerCase() } as const]
    }),
  ]
}

/** Clocks of the gate and of the object that remembers differ; a copy may come in that difference. */
const MARGIN_MS = 60_000

/** As long as the clock limits let a copy through; where nothing says when it was signed, as long as it was set. */
function untilOf(
  { lifeSeconds, memorySeconds, body }: SigningRule,
  { createdAt, expiresAt }: Verified,
  claims: ReadClaims | undefined,
  now: number,
): number {
  if (createdAt !== undefined) return createdAt + lifeSeconds * 1_000 + MARGIN_MS
  if (claims !== undefined) return claims.sentAt + (body?.sentAt.maxAgeSeconds ?? 0) * 1_000 + MARGIN_MS
  // As long after its end as clocks may differ, which a bank may have set to an hour.
  return (expiresAt === undefined ? now + memorySeconds * 1_000 : expiresAt + lifeSeconds * 1_000) + MARGIN_MS
}
