/**
 * Every private reason for which a request may be refused, slowed, challenged or flagged: what the caller is told of
 * it, and what the operator reads. Reasons never change their meaning, because logs, metrics and alarms name them.
 */
import type { Refusal } from '../dialects/dialect.ts'
import type {
  Action,
  ConsentFact,
  ContentProblem,
  Evidence,
  LedgerOutage,
  Proof,
  ScorerOutage,
} from '../evidence.ts'
import type { ReplayFact } from '../verify/replay/types.ts'
import { APP } from './app-reasons.ts'
import { CONSENT } from './consent-reasons.ts'
import { type ReasonRow, row } from './reason-row.ts'
import { SIGNED } from './signature-reasons.ts'

/** Every reason that a fact may carry. */
type ReasonOf<F> = F extends { readonly reason: infer R extends string } ? R : never

type FactReason =
  | ContentProblem
  | LedgerOutage
  | ReasonOf<ConsentFact>
  | ReasonOf<Proof[keyof Proof]>
  | ReasonOf<ReplayFact>
  | ScorerOutage

const FORM = {
  upgrade_refused: row('upgrade', 'The client wants a WebSocket, which the gate does not carry.'),
  method_refused: row(
    'method',
    'The path is that of a login, a payment, an inspected form or a signed operation, and no route serves the method there.',
  ),
  request_unforwardable: row(
    'malformed',
    'No Worker can send the request on: a target that is no path, or a GET or HEAD with a body.',
  ),
  request_nonconforming: row(
    'nonconforming',
    'The request departs from the published specification of its operation.',
  ),
  target_ambiguous: row(
    'malformed',
    'The request target reads differently once normalised, or cannot be forwarded as it came.',
  ),
  body_too_large: row(
    'too_large',
    'The body is larger than the route allows, so that it was not read whole.',
  ),
  body_truncated: row(
    'malformed',
    'The body ended before its declared length, or took longer than ten seconds.',
  ),
  content_encoding_refused: row(
    'media_type',
    'The body is compressed or encoded, so that it cannot be inspected.',
  ),
  media_type_refused: row('media_type', 'The body has a media type that the route does not list.'),
  charset_refused: row('media_type', 'The body has a character encoding other than UTF-8.'),
  body_not_utf8: row('malformed', 'The body is not valid UTF-8.'),
  json_malformed: row('malformed', 'The body is not JSON.'),
  json_too_deep: row('malformed', 'The JSON body is nested deeper than any honest one.'),
  json_duplicate_member: row('malformed', 'A JSON member stands twice: two readers would read two values.'),
  form_malformed: row('malformed', 'The body is not a well-formed form.'),
  form_duplicate_field: row(
    'malformed',
    'An inspected form field stands twice, or twice to a reader that folds names (a blank, a NUL, a list): two readers would read two values.',
  ),
} as const

const PROOF = {
  certificate_missing: row(
    'certificate_missing',
    'The route requires a client certificate and none was presented.',
  ),
  certificate_source_unproven: row(
    'certificate_invalid',
    'The headers of the proxy came without the proof that they are the proxy’s.',
  ),
  certificate_malformed: row(
    'certificate_invalid',
    'The client certificate is malformed or names two organisations.',
  ),
  certificate_too_large: row(
    'certificate_invalid',
    'The client certificate, or the chain with its issuer, is too large to be passed on.',
  ),
  certificate_untrusted: row(
    'certificate_invalid',
    'No path leads from the client certificate to an authority that is trusted.',
  ),
  certificate_path_invalid: row(
    'certificate_invalid',
    'Something on the path of the client certificate breaks RFC 5280.',
  ),
  certificate_weak: row(
    'certificate_invalid',
    'A key or a signature on the path of the client certificate is of a kind that is not accepted.',
  ),
  certificate_not_yet_valid: row(
    'certificate_invalid',
    'The client certificate, or one above it, is not valid yet.',
  ),
  certificate_expired: row('certificate_expired', 'The client certificate, or one above it, has expired.'),
  certificate_wrong_type: row(
    'certificate_invalid',
    'The certificate was made for another use than a connection: a seal, a server, an authority.',
  ),
  certificate_not_qualified: row(
    'certificate_invalid',
    'The trusted list does not vouch for this use of the certificate at the time of its issue.',
  ),
  certificate_profile_invalid: row(
    'certificate_invalid',
    'What the client certificate says of its holder breaks ETSI TS 119 495.',
  ),
  certificate_without_organisation: row(
    'certificate_invalid',
    'The client certificate names no organisation.',
  ),
  certificate_revoked: row(
    'certificate_revoked',
    'The client certificate, or one above it, has been revoked.',
  ),
  certificate_blocked: row(
    'certificate_blocked',
    'The organisation, its certificate or an issuer is on the bank’s block list.',
  ),
  organisation_withdrawn: row(
    'certificate_blocked',
    'The register says that the organisation is not authorised any more.',
  ),
  organisation_unlisted: row('certificate_blocked', 'The organisation is not in the register.'),
  service_withdrawn: row(
    'certificate_invalid',
    'The trust service that issued the certificate has lost its status since.',
  ),
  role_missing: row('role_missing', 'The third party lacks the role that the operation needs.'),
  token_missing: row('token_missing', 'The route requires a bearer token and none was sent.'),
  token_malformed: row('token_invalid', 'The bearer token is malformed.'),
  token_expired: row('token_invalid', 'The bearer token has expired.'),
  token_not_yet_valid: row('token_invalid', 'The bearer token is not valid yet.'),
  token_scheme_refused: row(
    'token_invalid',
    'The route requires a bearer token and another scheme was sent.',
  ),
  pass_malformed: row('forbidden', 'The cookie of the gate is malformed.'),
  pass_forged: row('forbidden', 'The cookie of the gate was invented or altered.'),
  pass_expired: row('forbidden', 'The cookie of the gate has expired.'),
  pass_of_another_client: row('forbidden', 'The cookie of the gate was issued to another client.'),
} as const

const OUTAGE = {
  key_source_unavailable: row('unavailable', 'The source of verification keys did not answer.'),
  verifier_failed: row('unavailable', 'A verifier failed.'),
  anchors_unavailable: row('unavailable', 'No trust anchors are configured or known.'),
  revocation_unknown: row(
    'unavailable',
    'Nobody vouches at this moment that the certificate is not revoked.',
  ),
  trust_list_stale: row('unavailable', 'The trusted list behind the certificate is out of date.'),
  register_unavailable: row('unavailable', 'The register could not be read.'),
  register_stale: row('unavailable', 'The extract of the register is old.'),
  block_list_unavailable: row('unavailable', 'The block list could not be read.'),
  block_list_stale: row('unavailable', 'The block list has not been read for a while.'),
  ledger_timeout: row('unavailable', 'The memory of behaviour did not answer in time.'),
  ledger_failed: row('unavailable', 'The memory of behaviour failed.'),
  model_absent: row('unavailable', 'There is no scoring model.'),
  model_refused: row('unavailable', 'The scoring model does not fit this version of the gate.'),
  scorer_failed: row('unavailable', 'The scorer failed.'),
} as const

const CONDUCT = {
  listed_address: row('forbidden', 'The address is on the list of malicious addresses.'),
  listed_prefix: row('forbidden', 'The network prefix is on the list of malicious prefixes.'),
  listed_asn: row('forbidden', 'The network is on the list of malicious networks.'),
  many_accounts: row('forbidden', 'One client failed on many different accounts.'),
  pass_spread: row('forbidden', 'One pass was used on many different accounts.'),
  address_many_accounts: row('forbidden', 'One address failed on many different accounts.'),
  third_party_many_accounts: row(
    'forbidden',
    'A proven third party failed on many different accounts at the login of the customers.',
  ),
  stuffing_cohort: row(
    'forbidden',
    'Clients that look exactly like this one fail nearly always, over many accounts.',
  ),
  account_under_attack: row(
    'forbidden',
    'The account is being tried by many clients, and this one is none that we know.',
  ),
  forged_browser: row(
    'forbidden',
    'The client says that it is a browser, and several layers of it say that it is not.',
  ),
  doubtful_browser: row('forbidden', 'The client says that it is a browser, and something in it disagrees.'),
  request_flood: row('forbidden', 'One client sends more requests than any person or application does.'),
  identifiers_walked: row('forbidden', 'One caller goes through identifiers, most of which do not exist.'),
  third_party_drift: row(
    'forbidden',
    'A proven third party is not as it was: how much it reads, for whom, or where its calls come from.',
  ),
  account_taken_over: row(
    'forbidden',
    'Somebody whom the account does not know got in after many failures, and its owner has not been back.',
  ),
  many_misses: row('forbidden', 'One client asks again and again for what does not exist.'),
  attack_tool: row(
    'forbidden',
    'The client names itself a tool for guessing, probing or going through lists.',
  ),
  declared_automation: row('forbidden', 'The client says itself that it is automation.'),
  spoofed_headers: row('forbidden', 'The client sent headers that only an edge sets. They were removed.'),
  challenge_pending: row(
    'forbidden',
    'A script of this browser was challenged and could not show it: the page asks in its place.',
  ),
  operation_undocumented: row('forbidden', 'No published specification has the operation.'),
  operation_enumerated: row(
    'forbidden',
    'One caller asks for far more different objects of an operation than others do.',
  ),
  operation_weakly_guarded: row(
    'forbidden',
    'The operation carries data that asks for stronger authentication than the request shows.',
  ),
  score_high: row('forbidden', 'The score says that this request is abuse.'),
  unremarkable: row('forbidden', 'No rule applied.'),
} as const

export const REASONS = {
  ...FORM,
  ...PROOF,
  ...SIGNED,
  ...APP,
  ...CONSENT,
  ...OUTAGE,
  ...CONDUCT,
} as const satisfies Record<FactReason, ReasonRow>

export type Reason = keyof typeof REASONS

/** What the caller is told. A throttle and a challenge say so, whatever their reason. */
export function refusalFor({
  action,
  reason,
}: {
  readonly action: Action
  readonly reason: string
}): Refusal {
  if (action === 'throttle') return 'too_many'
  if (action === 'challenge') return 'challenged'
  return isReason(reason) ? REASONS[reason].refusal : 'forbidden'
}

/**
 * What in the request was at fault, for standards that want it named.
 *
 * @param idempotencyField of the route's profile
 */
export function placeFor(
  { reason }: { readonly reason: string },
  { proof, conformance }: Pick<Evidence, 'proof' | 'conformance'>,
  idempotencyField: string | undefined,
): string | undefined {
  if (reason === ('idempotency_key_reused' satisfies Reason)) return idempotencyField
  if (reason === ('request_nonconforming' satisfies Reason)) return conformance?.refused?.pointer
  const { signature, signing } = proof
  if (signature.state !== 'invalid' || signature.reason !== reason) return undefined
  return signing === undefined || signing.place === '' ? undefined : signing.place
}

/** What the specification rules out, where that is why. */
export function ruleFor(
  { reason }: { readonly reason: string },
  { conformance }: Pick<Evidence, 'conformance'>,
): string | undefined {
  return reason === ('request_nonconforming' satisfies Reason) ? conformance?.refused?.rule : undefined
}

/** The operator's sentence; the word itself where an older entry names one that is gone. */
export function meaningOf(reason: string): string {
  return isReason(reason) ? REASONS[reason].meaning : reason
}

function isReason(reason: string): reason is Reason {
  return Object.hasOwn(REASONS, reason)
}
