/**
 * What every dialect says in the same way: the status of a refusal and one plain sentence about it. The sentences are
 * generic on purpose (the reason goes to the operator), and tell an honest client what it can do.
 */
import type { Refusal, RefusalDetail } from './dialect.ts'

export const STATUS = {
  malformed: 400,
  nonconforming: 400,
  method: 405,
  too_large: 413,
  media_type: 415,
  certificate_missing: 401,
  certificate_invalid: 401,
  certificate_expired: 401,
  certificate_revoked: 401,
  certificate_blocked: 401,
  role_missing: 403,
  token_missing: 401,
  token_invalid: 401,
  signature_missing: 401,
  signature_unexpected: 400,
  signature_malformed: 400,
  signature_claim_missing: 400,
  signature_claim_invalid: 401,
  signature_stale: 401,
  signature_uncovered: 401,
  signature_wrong: 401,
  seal_missing: 401,
  seal_invalid: 401,
  seal_expired: 401,
  seal_revoked: 401,
  seal_blocked: 401,
  replayed: 400,
  idempotency_reused: 400,
  proof_invalid: 401,
  app_missing: 403,
  app_unknown: 403,
  app_invalid: 403,
  consent_unknown: 403,
  consent_invalid: 403,
  consent_expired: 403,
  forbidden: 403,
  challenged: 403,
  too_many: 429,
  upgrade: 501,
  origin_down: 502,
  origin_slow: 504,
  unavailable: 503,
} as const satisfies Record<Refusal, number>

/** Status phrases of RFC 9110 section 15 and, for 429, RFC 6585 section 4. */
export const PHRASE = {
  malformed: 'Bad Request',
  nonconforming: 'Bad Request',
  method: 'Method Not Allowed',
  too_large: 'Content Too Large',
  media_type: 'Unsupported Media Type',
  certificate_missing: 'Unauthorized',
  certificate_invalid: 'Unauthorized',
  certificate_expired: 'Unauthorized',
  certificate_revoked: 'Unauthorized',
  certificate_blocked: 'Unauthorized',
  role_missing: 'Forbidden',
  token_missing: 'Unauthorized',
  token_invalid: 'Unauthorized',
  signature_missing: 'Unauthorized',
  signature_unexpected: 'Bad Request',
  signature_malformed: 'Bad Request',
  signature_claim_missing: 'Bad Request',
  signature_claim_invalid: 'Unauthorized',
  signature_stale: 'Unauthorized',
  signature_uncovered: 'Unauthorized',
  signature_wrong: 'Unauthorized',
  seal_missing: 'Unauthorized',
  seal_invalid: 'Unauthorized',
  seal_expired: 'Unauthorized',
  seal_revoked: 'Unauthorized',
  seal_blocked: 'Unauthorized',
  replayed: 'Bad Request',
  idempotency_reused: 'Bad Request',
  proof_invalid: 'Unauthorized',
  app_missing: 'Forbidden',
  app_unknown: 'Forbidden',
  app_invalid: 'Forbidden',
  consent_unknown: 'Forbidden',
  consent_invalid: 'Forbidden',
  consent_expired: 'Forbidden',
  forbidden: 'Forbidden',
  challenged: 'Forbidden',
  too_many: 'Too Many Requests',
  upgrade: 'Not Implemented',
  origin_down: 'Bad Gateway',
  origin_slow: 'Gateway Timeout',
  unavailable: 'Service Unavailable',
} as const satisfies Record<Refusal, string>

export const SENTENCE = {
  malformed: 'The request cannot be read in one way only.',
  nonconforming: 'The request is not what the specification of this operation asks for.',
  method: 'This address does not take that method.',
  too_large: 'The body is larger than this service accepts.',
  media_type: 'The body has a type or encoding that this service does not accept.',
  certificate_missing: 'A client certificate is required.',
  certificate_invalid: 'The client certificate is not accepted.',
  certificate_expired: 'The client certificate has expired.',
  certificate_revoked: 'The client certificate has been revoked.',
  certificate_blocked: 'The client certificate has been blocked.',
  role_missing: 'The client certificate does not carry the role that this operation needs.',
  token_missing: 'An access token is required.',
  token_invalid: 'The access token is not accepted.',
  signature_missing: 'The request has to be signed.',
  signature_unexpected: 'This operation takes no signature.',
  signature_malformed: 'The signature cannot be read.',
  signature_claim_missing: 'The signature lacks a member that it needs.',
  signature_claim_invalid: 'A member of the signature has a value that is not accepted.',
  signature_stale: 'The time of the signature is not accepted.',
  signature_uncovered: 'The signature does not cover all that it has to cover.',
  signature_wrong: 'The signature is not accepted.',
  seal_missing: 'The certificate of the signature is required.',
  seal_invalid: 'The certificate of the signature is not accepted.',
  seal_expired: 'The certificate of the signature has expired.',
  seal_revoked: 'The certificate of the signature has been revoked.',
  seal_blocked: 'The certificate of the signature has been blocked.',
  replayed: 'This request was used before.',
  idempotency_reused: 'The idempotency key belongs to another request.',
  proof_invalid: 'The proof of possession is not accepted.',
  app_missing: 'This operation needs a proof of the app.',
  app_unknown: 'The key of the app is not known. The app has to make a new one.',
  app_invalid: 'The proof of the app is not accepted.',
  consent_unknown: 'The consent is not known.',
  consent_invalid: 'The consent does not allow this.',
  consent_expired: 'The consent has expired.',
  forbidden: 'The request was refused.',
  challenged: 'The request needs a check of the browser first.',
  too_many: 'Too many requests. Try again later.',
  upgrade: 'This service does not switch protocols.',
  origin_down: 'The service cannot be reached at the moment. Try again later.',
  origin_slow: 'The service did not answer in time. Try again later.',
  unavailable: 'The service is not available at the moment. Try again later.',
} as const satisfies Record<Refusal, string>

/** What a caller needs to mend a request that does not conform: the rule's name, never the document's text. */
export function sentenceFor(refusal: Refusal, { rule }: RefusalDetail = {}): string {
  return rule === undefined ? SENTENCE[refusal] : `${SENTENCE[refusal]} Rule: ${rule}.`
}

/** The same, in formats that have no place of their own for where. */
export function sentenceWithPlace(refusal: Refusal, { rule, place }: RefusalDetail = {}): string {
  if (rule === undefined || place === undefined) return sentenceFor(refusal, { rule })
  return `${SENTENCE[refusal]} Rule: ${rule}, at ${place}.`
}

/**
 * RFC 9110 section 11.6.1: a 401 names at least one scheme. RFC 6750 section 3: an error only where a token was sent.
 * No scheme stands for a certificate of the TLS layer, so that its refusals carry the plain one.
 */
export function authenticate(
  refusal: Refusal,
  status: number = STATUS[refusal],
): Readonly<Record<string, string>> {
  if (status !== 401) return {}
  // RFC 9449 section 7.1.
  if (refusal === 'proof_invalid') return { 'www-authenticate': 'DPoP error="invalid_dpop_proof"' }
  return { 'www-authenticate': refusal === 'token_invalid' ? 'Bearer error="invalid_token"' : 'Bearer' }
}
