/** What crosses between the request path and a Revocation object. Answers are checked: they crossed a version boundary. */
import type { Knowledge } from './knowledge.ts'
import type { PlacePolicy } from './place.ts'

/** One certificate of a validated path, and who issued it. */
export interface Inquiry {
  readonly thumbprint: string
  /** DER. */
  readonly certificate: Uint8Array
  readonly issuer: Uint8Array
}

/** How authorities are asked. Comes with every call, because an object has no configuration of its own. */
export interface InquiryPolicy extends PlacePolicy {
  /** Of a CertID (RFC 6960 section 4.1.1): most responders know SHA-1 alone. Nothing is proven by it. */
  readonly certId: 'SHA-1' | 'SHA-256'
  /** Asks by POST with a nonce (RFC 9654) instead of by GET, which caches may answer. */
  readonly nonce: boolean
}

/** Knowledge in the order of the inquiries, or undefined when the answer is not that. */
export function knowledgeOf(answer: unknown, count: number): readonly Knowledge[] | undefined {
  if (!Array.isArray(answer) || answer.length !== count) return undefined
  const list: readonly unknown[] = answer
  return list.every(isKnowledge) ? list : undefined
}

function isKnowledge(value: unknown): value is Knowledge {
  if (typeof value !== 'object' || value === null) return false
  if (!('checkedAt' in value) || typeof value.checkedAt !== 'number') return false
  const verdict = 'verdict' in value ? value.verdict : undefined
  if (verdict === undefined) return true
  if (typeof verdict !== 'object' || verdict === null || !('status' in verdict)) return false
  return verdict.status === 'good' || verdict.status === 'revoked'
}
