/**
 * The facts that one request leaves behind, in the order in which the pipeline finds them (`guard.ts`).
 * Types only. Every fact is readonly and made once; a later stage adds a fact, it never changes one. The footprint alone is no
 * fact: what memory needs of one request before the answer and again after it is left in it.
 */
import type { ConformanceFinding, ConformanceMode, ConformanceSettings } from './inventory/types.ts'
import type { OperationSignals } from './inventory/watch/signals.ts'
import type { Fact } from './lib/fact.ts'
import type { ActorVisit } from './observe/actor/delta.ts'
import type { ActorDrift } from './observe/actor/types.ts'
import type { Asks, News } from './observe/annex.ts'
import type { ConsentClaim, ConsentProblem, ConsentQuota, ConsentState } from './observe/consent/types.ts'
import type { Company } from './observe/estate/collector.ts'
import type { AccountHistory } from './observe/history/types.ts'
import type { Order } from './observe/order/types.ts'
import type { QuotaState } from './observe/quota/types.ts'
import type { Placed } from './observe/shards.ts'
import type { Walk } from './observe/walk/types.ts'
import type { AppFact } from './verify/attestation/types.ts'
import type { ReplayFact } from './verify/replay/types.ts'

// ---------------------------------------------------------------------------------------------- exchange

/** How the received request target differs from its normalised form. Two readings of one path are a way in. */
export type TargetDifference =
  | 'percent_encoding' // an unreserved character was percent-encoded, or hexadecimal digits were lower case
  | 'encoded_separator' // %2F or %5C: one segment to us, two to a lenient reader
  | 'dot_segment'
  | 'empty_segment'
  | 'path_parameter' // ;name=value
  | 'backslash'
  | 'control_character'
  | 'malformed_encoding' // a % that starts no valid triplet, or octets that are not UTF-8
  | 'host_case'

/** RFC 9112 section 3.2 request target, as it came and as we match it. */
export interface Target {
  /** Path and query exactly as received: what is signed and what is forwarded. */
  readonly raw: string
  /** Scheme and authority as received, without a trailing slash: `https://bank.example`. */
  readonly origin: string
  /** Lower-case host without port. */
  readonly host: string
  /** Normalised path, always starting with `/`. */
  readonly path: string
  /** Query as received, without `?`; empty when there is none. */
  readonly query: string
  readonly differences: readonly TargetDifference[]
}

/** One request as it arrived. Headers are the client's own: spoofable ones are already gone. */
export interface Exchange {
  /** Opaque reference: given to a refused client, looked up by the operator. */
  readonly id: string
  /** Milliseconds since the epoch, read once. */
  readonly arrivedAt: number
  readonly method: string
  readonly target: Target
  readonly headers: Headers
  /** CF-Connecting-IP, set by the edge; `''` when there is none (a request that came past the edge). */
  readonly address: string
  /** Names of headers that only an edge or the gate may set, which this client sent. Values are not kept. */
  readonly spoofed: readonly string[]
  /** The original request: its `cf` is read in `identify/edge.ts` alone, its body in `exchange/body.ts`, or sent on unread. */
  readonly request: Request
}

export type ContentProblem =
  | 'body_too_large'
  | 'body_truncated'
  | 'content_encoding_refused'
  | 'media_type_refused'
  | 'charset_refused'
  | 'body_not_utf8'
  | 'json_malformed'
  | 'json_too_deep'
  | 'json_duplicate_member'
  | 'form_malformed'
  | 'form_duplicate_field'

/** What the typed body claims about its sender. Raw values: they never leave the stage that pseudonymises them. */
export interface Credentials {
  readonly user?: string
  readonly password?: string
  readonly card?: string
}

/** The body, read once. `streamed` bodies were not read: the route says that it need not be inspected. */
export interface Content {
  readonly bytes: Uint8Array | undefined
  readonly streamed: boolean
  readonly credentials: Credentials
}

export type ContentFact = Fact<Content, ContentProblem>

// ---------------------------------------------------------------------------------------------- identify

export interface Network {
  readonly address: string
  /** IPv4 /24 or IPv6 /48, in CIDR notation. The longest form that journals, metrics and consoles may show. */
  readonly prefix: string
  /** IPv4 /32 or IPv6 /64: one subscriber, as far as an address can tell. */
  readonly subscriber: string
  readonly asn: number | undefined
  readonly organisation: string | undefined
  /** ISO 3166-1 alpha-2. */
  readonly country: string | undefined
}

export interface Tls {
  readonly version: string | undefined
  readonly cipher: string | undefined
  /** JA4 (TLS client) fingerprint; absent without Cloudflare Bot Management. */
  readonly ja4: Fact<string>
  readonly ja3: Fact<string>
}

/** Why a client certificate proves nobody. Each is one word for the operator; what exactly was wrong is in `Examination`. */
export type CertificateProblem =
  | 'certificate_source_unproven' // a proxy's headers without the proof that they are the proxy's
  | 'certificate_malformed'
  | 'certificate_too_large'
  | 'certificate_untrusted' // no path to a listed authority
  | 'certificate_path_invalid' // there is a path, and something on it breaks RFC 5280
  | 'certificate_weak' // a key or a signature algorithm that is not accepted any more
  | 'certificate_not_yet_valid'
  | 'certificate_expired'
  | 'certificate_wrong_type' // made for another use: a seal, a server, an authority
  | 'certificate_not_qualified' // the trust list does not vouch for this use of it at the time of its issue
  | 'certificate_profile_invalid' // its statements break TS 119 495
  | 'certificate_without_organisation'
  | 'certificate_revoked'
  | 'certificate_blocked' // by the bank itself
  | 'organisation_withdrawn' // by the register, whatever the certificate says

/** A client certificate as it was presented: nothing in it is proven but that its holder has the private key. */
export interface PresentedCertificate {
  /** DER of the leaf, standard base64. */
  readonly der: string
  /** DER of what was sent beside it, nearest issuer first. */
  readonly chain: readonly string[]
  /** The edge left the chain out, because it is larger than the edge passes on. */
  readonly chainTooLarge: boolean
  /** The edge itself knows that it is revoked. */
  readonly revoked: boolean
}

export type AgentFamily =
  | 'chrome'
  | 'edge'
  | 'firefox'
  | 'safari'
  | 'other_browser'
  | 'app' // a native application's HTTP stack: okhttp, CFNetwork, Dalvik
  | 'tool' // curl, wget, libraries, declared bots
  | 'none' // no user agent at all
  | 'unknown'

/** What the user agent says it is. A claim, until something agrees with it. */
export interface AgentClaim {
  readonly family: AgentFamily
  readonly major: number | undefined
  readonly platform: 'windows' | 'macos' | 'linux' | 'android' | 'ios' | 'chromeos' | 'unknown'
  readonly mobile: boolean
  /** Says itself that it is automation: HeadlessChrome, a named crawler, a library. */
  readonly declaresAutomation: boolean
  /** Names a program that is made for breaking in: it guesses passwords, probes for holes or goes through lists of paths. */
  readonly attackTool: boolean
}

/** One way in which a client's parts disagree with what it says it is. */
export type Contradiction =
  | 'tls_unlike_claim'
  | 'protocol_unlike_claim'
  | 'client_hints_missing'
  | 'client_hints_unexpected'
  | 'client_hints_disagree'
  | 'fetch_metadata_missing'
  | 'fetch_metadata_unexpected'
  | 'fetch_metadata_disagrees'
  | 'accept_unlike_claim'
  | 'accept_language_missing'
  | 'accept_encoding_unlike_claim'
  | 'user_agent_obsolete'
  | 'user_agent_duplicated'
  | 'header_unlike_claim'

/** What is known of a client of whom only some headers are told. What rests on the others is missing, not held against it. */
export interface PartialHeaders {
  /** Names of the headers that would have been told, had they been sent. */
  readonly told: ReadonlySet<string>
  /** Contradictions that rest on headers that are not told. */
  readonly unjudged: ReadonlySet<Contradiction>
}

export interface HeaderShape {
  readonly count: number
  readonly bytes: number
  /** Hash of the sorted names that clients of one make send alike: cookies and per-request names left out. */
  readonly names: string
  readonly hasCookie: boolean
  readonly hasReferer: boolean
  readonly hasOrigin: boolean
  readonly acceptsLanguage: number
  readonly encodings: string
}

export type ListKind = 'address' | 'prefix' | 'asn'
export interface ListHit {
  readonly kind: ListKind
  /** The list entry that matched and why it is there: shown to the operator alone. */
  readonly entry: string
  readonly note: string
}

/** A cookie that we set ourselves: proof that this client fetched a page before, or met a challenge. */
export interface Pass {
  readonly id: string
  readonly issuedAt: number
  readonly cleared: boolean
}
export type PassProblem = 'pass_malformed' | 'pass_forged' | 'pass_expired' | 'pass_of_another_client'

export interface Client {
  readonly network: Network
  readonly tls: Tls
  readonly protocol: string | undefined
  readonly certificate: Fact<PresentedCertificate, CertificateProblem>
  readonly shape: HeaderShape
  readonly claim: AgentClaim
  readonly contradictions: readonly Contradiction[]
  /** Left out at the gate, which sees every header. A log that is replayed tells a few. */
  readonly partial?: PartialHeaders
  /** Stable over a client's visits, alike for equal software: TLS, protocol, header shape and claim. */
  readonly fingerprint: string
  /** Coarser: the connection and the family claimed. Nothing that a client can type anew for each request. */
  readonly software: string
  readonly listed: readonly ListHit[]
  /** Comes from a network that rents out machines: configured or listed, never guessed. */
  readonly hosting: boolean
}

// ------------------------------------------------------------------------------------------------- match

export type Channel = 'tpp' | 'mobile' | 'browser' | 'direct'
export type Sensitivity = 'login' | 'payment' | 'account' | 'other'
export type Posture = 'observe' | 'enforce'

/** Where a typed secret sits: a JSON pointer (RFC 6901) when it starts with `/`, otherwise a form field. */
export interface FieldPlaces {
  readonly user: readonly string[]
  readonly password: readonly string[]
  readonly card: readonly string[]
}

/** What the origin's answer must look like to count as a failed attempt; anything below 400 otherwise succeeds. */
export interface FailureSigns {
  readonly statuses: readonly number[]
  /** A redirect whose Location path starts with one of these is a failed attempt. */
  readonly locations: readonly string[]
}

export interface Route {
  readonly id: string
  readonly methods: readonly string[]
  /** `/accounts/{AccountId}`; a last segment `*` takes the rest. */
  readonly pattern: string
  /** Name of a row in `dialects/`. */
  readonly dialect: string
  readonly channel: Channel
  readonly sensitivity: Sensitivity
  readonly posture: Posture
  readonly fields: FieldPlaces
  readonly failure: FailureSigns
  /** Media types that an inspected body may have, lower case, without parameters. */
  readonly mediaTypes: readonly string[]
  readonly maxBodyBytes: number
  /** The body is passed on as it comes and is not inspected: large uploads. */
  readonly streamed: boolean
  readonly certificate: 'required' | 'optional'
  readonly token: 'required' | 'optional'
  /** Any one of these; none is needed where there are none. Undefined: the dialect says which, by the path. */
  readonly roles: readonly TppRole[] | undefined
  /** Of the operations that the profile signs. `ignored`: none is verified; `optional`: one that comes has to be right. */
  readonly signature: 'required' | 'optional' | 'ignored'
  /** Name of the profile in `dialects/signing/`. Undefined: the dialect's first, or none. */
  readonly signing: string | undefined
  /** Proof of a genuine app. `ignored`: none is examined; `optional`: one that comes is, and what it proves counts. */
  readonly app: 'required' | 'optional' | 'ignored'
  /** Whether requests and answers are held against their published operation; left out where they are not. */
  readonly conformance?: Exclude<ConformanceMode, 'off'>
  /** What does not conform though the specification only fails to mention it. */
  readonly refuseUndeclared?: ConformanceSettings['refuseUndeclared']
  /** Answers wait until they were looked at, and are held back for these causes; left out where none waits. */
  readonly withhold?: ConformanceSettings['responses']['withhold']
  /** Accesses a day to one resource of one consent while the customer is away, where this route differs from all others. */
  readonly unattendedPerDay?: number
  /** False for the route that catches what no configured route matched. */
  readonly documented: boolean
}

/** The route that matched, with what the path said. */
export interface Match {
  readonly route: Route
  /** Values of the pattern's parameters, decoded once. */
  readonly parameters: Readonly<Record<string, string>>
  /** Of each group one role is needed: the roles of every operation that the path may be read as. */
  readonly roles: readonly (readonly TppRole[])[]
  /** Whether the route's profile signs this operation; left out where no signature is verified. */
  readonly signed?: boolean
  /**
   * Only where the path is that of guarded routes (a login, a payment, or fields to inspect) and none of them serves the
   * method: what they do serve, for a 405. The route is the fallback then, in the dialect of the first of them; or, of
   * OPTIONS, the one that lists it, because without a body it is the bank's to answer.
   */
  readonly allowed?: readonly string[]
}

/** What a rotation of keys must not make anew. */
export type ClaimKind = 'account' | 'card' | 'consent'

/** Keyed pseudonyms of what the request claimed. Each carries its key's id. */
export interface Claims {
  readonly account?: string
  readonly card?: string
  /** At most 16 bits under a daily key: shows one password over many accounts, reveals none. */
  readonly password?: string
  /** First digits of the card, which name its issuer and nobody else. */
  readonly bin?: string
  /** The consent that the request names. */
  readonly consent?: string
  /**
   * 16 bits of the consent's own hash, under no key: which of its organisation's objects it lives in, so that it stays there when
   * the key changes. Consents are the bank's random identifiers; two bytes of such a hash name none.
   */
  readonly consentPlace?: number
  /**
   * The request reads no customer's data under a consent: it asks about what the third party made, a consent or a payment that its
   * path names. Such a consent is what is asked about, and not under what: each request may name another.
   */
  readonly inquiry?: true
  /** The same under the configured keys that are not current; left out where there is but one. */
  readonly formerly?: Readonly<Partial<Record<ClaimKind, readonly string[]>>>
}

// ------------------------------------------------------------------------------------------------ verify

export type TppRole = 'PSP_AS' | 'PSP_PI' | 'PSP_AI' | 'PSP_IC'

/** What a certificate was issued for: ETSI's qualified ones, UK Open Banking's and its older kinds, anything else. */
export type CertificateKind = 'qwac' | 'qsealc' | 'obwac' | 'obseal' | 'ob_transport' | 'ob_signing' | 'other'

/** A third party that its certificate proves. */
export interface Tpp {
  /** organizationIdentifier (TS 119 495 section 5.2.1), as it stands. */
  readonly organisation: string
  readonly name: string
  /** All that the organisation holds: the register's where it tells them, otherwise the certificate's. */
  readonly roles: readonly TppRole[]
  readonly country: string | undefined
  /** National competent authority (nCAId): `GB-FCA`. */
  readonly nca: string | undefined
  readonly kind: CertificateKind
  /** SHA-256 of the DER leaf, hexadecimal. */
  readonly thumbprint: string
  /** Standard base64 of the DER leaf, for RFC 9440 towards the bank. */
  readonly der: string
  /** Name of the anchor at the end of its path. */
  readonly anchor: string
  /** Oddities that genuine certificates have: ids of the profile's findings. */
  readonly warnings: readonly string[]
}

/** What was read in the presented certificate, whatever came of it: for the operator, and proof of nothing. */
export interface Examination {
  /** SHA-256 of the DER leaf, hexadecimal. */
  readonly thumbprint: string
  /** As the certificate claims; undefined where it could not be read. */
  readonly organisation: string | undefined
  readonly kind: CertificateKind | undefined
  /** In the word of the room that found it, such as `path_length_exceeded`; empty where nothing was. */
  readonly fault: string
  readonly warnings: readonly string[]
}

/** What the issuers last said of a certificate and of those above it: nothing on the path is known to be revoked. */
export interface RevocationState {
  /** Milliseconds since the oldest of these answers was fetched; undefined where one has never been had. */
  readonly age: number | undefined
  /**
   * Since when nobody vouches for that: the nextUpdate that has passed, or when the certificate was first seen, if there
   * was no usable answer yet. Milliseconds since the epoch; undefined while every answer is in date.
   */
  readonly unknownSince: number | undefined
  /** Why, in the word of the room that asked, such as `fetch_timeout`; undefined while nothing is unknown. */
  readonly why: string | undefined
}
export type RevocationFact = Fact<RevocationState, 'certificate_revoked', 'revocation_unknown'>

/** What the register (EBA, NCA, a directory) says of an organisation. */
export interface Registration {
  readonly status: 'authorised' | 'unlisted'
  /** Undefined where the register tells none. */
  readonly roles: readonly TppRole[] | undefined
  /** Milliseconds since the extract was drawn up. */
  readonly age: number
}

/** The bank's own block list was asked and has nothing against this certificate. */
export interface BlockListState {
  /** Milliseconds since this isolate last read the list. */
  readonly age: number
}

/** What the anchor set says at this moment of the authority that a path ends at. */
export interface TrustState {
  readonly version: string
  /** Since when the list that it is on is out of date; undefined while it is not. */
  readonly staleSince: number | undefined
  /** When the service lost its status after this certificate was issued; undefined while it has it. */
  readonly withdrawnAt: number | undefined
}

export type TokenProblem =
  | 'token_malformed'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'token_scheme_refused'
  | 'token_forged' // its signature is not its issuer's
  | 'token_refused' // another issuer, audience or type, or claims that are missing
  | 'token_inactive' // its server says so
  | 'token_unbound' // a bearer token where only a bound one is taken
  | 'token_of_another' // bound to another certificate or key than the caller has shown

/** A token that is well formed and in date (RFC 6750, RFC 7519, RFC 9449). */
export interface BearerToken {
  readonly kind: 'jwt' | 'opaque'
  /** SHA-256 of the token, base64url, first 22 characters: a name, not the token. */
  readonly thumbprint: string
  readonly expiresAt: number | undefined
  /** Left out where nobody has said yet that the token is good: it may be forged. */
  readonly vouching?: TokenVouching
}

export interface TokenVouching {
  /** Its issuer's signature, or its server when asked. */
  readonly by: 'issuer' | 'server'
  /** What it is bound to (RFC 7800), held against what the caller has shown; undefined for a mere bearer token. */
  readonly boundTo: 'certificate' | 'key' | 'both' | undefined
  /** `client_id`, where there is one. */
  readonly client: string | undefined
  /** What it is good for (RFC 6749 section 3.3); left out where it does not say. */
  readonly scopes?: readonly string[]
  /** The consent that it stands for, as its server says (`CONSENTS.tokenClaim`); left out where it does not say. */
  readonly consent?: string
}

export type DpopProblem =
  | 'dpop_missing'
  | 'dpop_malformed'
  | 'dpop_key_refused'
  | 'dpop_forged'
  | 'dpop_stale'
  | 'dpop_mismatch' // made for another method, address or token

/** A proof of possession at the application layer (RFC 9449). */
export interface Possession {
  /** RFC 7638 thumbprint of the key, base64url. */
  readonly keyThumbprint: string
  readonly algorithm: string
}

/** Why a signature does not count. Each is one word for the operator; what exactly was wrong is in `SignatureExamination`. */
export type SignatureProblem =
  | 'signature_unexpected' // on an operation that the standard does not sign
  | 'signature_malformed'
  | 'signature_claim_missing'
  | 'signature_claim_invalid'
  | 'signature_wrong'
  | 'signature_digest_wrong'
  | 'signature_stale'
  | 'signature_from_future'
  | 'signature_uncovered' // right, and not over all that it has to cover
  | 'signature_algorithm_refused'
  | 'signature_of_another' // names another signer than the one that the connection proves
  | 'signature_body_unread' // over bytes that were not read whole
  | 'signer_unproven' // whose keys to try, nothing has proven
  | 'signing_key_unknown'
  | 'signing_key_refused' // revoked, expired, for another use, from a place that is not registered
  | 'signing_key_weak'
  | 'seal_missing'
  | 'seal_invalid'
  | 'seal_expired'
  | 'seal_revoked'
  | 'seal_blocked'
  | 'seal_of_another' // another organisation's than the connection's

export type VerifierOutage =
  | 'key_source_unavailable'
  | 'verifier_failed'
  | 'anchors_unavailable'
  | 'introspection_unavailable'

/** A request that its signer vouches for, whole as far as the profile asks. */
export interface Signature {
  /** As the message spells it. */
  readonly keyId: string
  readonly algorithm: string
  /** RFC 7638, or SHA-256 of the certificate's key; base64url. */
  readonly keyThumbprint: string
  readonly covered: readonly string[]
  /** Milliseconds since the gate first saw the key; undefined where it was there from the beginning. */
  readonly keyAge: number | undefined
  /** Milliseconds by which the signer's clock is behind ours, as far as one can tell; undefined without a signed time. */
  readonly skew: number | undefined
  /** Since when nobody vouches that the seal is not revoked; undefined while somebody does, or no certificate signed. */
  readonly sealUnknownSince: number | undefined
}

/** What was looked at to verify a signature, whatever came of it: for the operator, and proof of nothing. */
export interface SignatureExamination {
  /** In `dialects/signing/`. */
  readonly profile: string
  /** In the word of the engine that found it, such as `header_member_missing`; empty where nothing was. */
  readonly fault: string
  /** The claim, header member or field at fault, where there is one. */
  readonly place: string
  /** Signatures of this caller that did not hold in the last hour, as this isolate saw it. */
  readonly failures: number
}

/** Why an automated agent that declares itself (Web Bot Auth) is not taken for the one that it says it is. */
export type AgentProblem = 'agent_malformed' | 'agent_unlisted' | 'agent_unproven'
export interface Agent {
  /** The operator's name for it. */
  readonly name: string
  readonly host: string
}

export interface Proof {
  /** The conclusion: valid where path, profile, revocation, block list and register have nothing against it. */
  readonly certificate: Fact<Tpp, CertificateProblem, VerifierOutage>
  /** What it rests on, each read for this request. Absent where no certificate of a known path was presented. */
  readonly revocation: RevocationFact
  readonly registration: Fact<Registration, 'organisation_withdrawn', 'register_unavailable'>
  readonly blocking: Fact<BlockListState, 'certificate_blocked', 'block_list_unavailable'>
  readonly trust: Fact<TrustState>
  readonly examination: Examination | undefined
  readonly token: Fact<BearerToken, TokenProblem, VerifierOutage>
  readonly dpop: Fact<Possession, DpopProblem, VerifierOutage>
  readonly signature: Fact<Signature, SignatureProblem, VerifierOutage>
  readonly signing: SignatureExamination | undefined
  readonly agent: Fact<Agent, AgentProblem, VerifierOutage>
  /** The request comes from a genuine copy of the bank's app, on a genuine device. Of who holds it, nothing. */
  readonly app: AppFact
  readonly pass: Fact<Pass, PassProblem, VerifierOutage>
}

// ----------------------------------------------------------------------------------------------- observe

/** Rungs of the identity ladder under which behaviour is remembered. */
export type KeyKind =
  | 'tpp' // as one of its organisation's objects saw it: a lower bound, whole in `conduct.actor`
  | 'signer' // the key of a signature that holds
  | 'token'
  | 'consent'
  | 'account'
  | 'account_network' // an account, tried from one network: a lock on it alone leaves the customer the rest of the world
  | 'card'
  | 'app' // one attested installation
  | 'pass'
  | 'client'
  | 'address'
  | 'prefix'

export interface LedgerKey {
  readonly kind: KeyKind
  readonly id: string
  /** State under a claimed key may raise a score; it never alone denies a proven caller. */
  readonly standing: 'proven' | 'claimed'
  /** What it was called under the keys of HMAC before this one: read together with it, so that a rotation resets nothing. */
  readonly formerly?: readonly string[]
  /** As `Claims.consentPlace`, where the organisation's other keys of the request live elsewhere. */
  readonly place?: number
}

/** Counts in one sliding window. */
export interface Tally {
  readonly requests: number
  /** Requests that try a secret: logins, card payments. */
  readonly attempts: number
  readonly failures: number
  readonly successes: number
  /** Origin answered 404 or 403. */
  readonly misses: number
  /** Of the origin's answers, as far as they said how long they are (`Content-Length`). */
  readonly bytes: number
  /** Accounts on the account lists that proven third parties were given: nothing else is read of answers. */
  readonly records: number
  /** Attempts at accounts that the bank was never seen to let anybody into: of a ledger's key, those that it has answered. */
  readonly strangers: number
  /** Distinct accounts tried, estimated; cards, where a card is tried and no account. */
  readonly accounts: number
  /** Distinct clients seen under this key, estimated. */
  readonly clients: number
  /** Distinct resources asked for by their identifier, estimated. */
  readonly resources: number
}

/** What one key has been doing. */
export interface Behaviour {
  readonly tenSeconds: Tally
  readonly minute: Tally
  readonly tenMinutes: Tally
  readonly hour: Tally
  readonly day: Tally
  readonly firstSeenAt: number
  /** Milliseconds since the request before this one; undefined on the first. */
  readonly sinceLast: number | undefined
  /** Coefficient of variation of the intervals: near 0 is a metronome, people are above 1. Undefined below 4 intervals. */
  readonly regularity: number | undefined
  /** Pages fetched under this key in the last hour, before this request. */
  readonly pages: number
}

export type LedgerOutage = 'ledger_timeout' | 'ledger_failed'
export type BehaviourFact = Fact<Behaviour, never, LedgerOutage>

/** What everybody who is alike in one way has been doing, as this isolate knows it. */
export interface Cohort {
  readonly behaviour: Behaviour
  /** Milliseconds since this picture was last brought up to date. */
  readonly staleness: number
  /** What one isolate cannot tell; left out until the pictures of all isolates were merged. */
  readonly merged?: MergedCohort
}

export interface MergedCohort {
  /** Distinct addresses in the last hour, estimated. */
  readonly addresses: number
  /** How even the intervals between arrivals are: 1 is a metronome, independent people stay below about a half. */
  readonly evenness: number | undefined
  /** What the heaviest client has of all requests, and the account tried most of all attempts, in the last hours. */
  readonly topClient: number | undefined
  readonly topAccount: number | undefined
  /** This hour of earlier days, and the last whole hour; undefined where the cohort was not there yet. */
  readonly sameHour: UsualHour | undefined
  readonly lastHour: UsualHour | undefined
}

/** What a cohort does in an hour. */
export interface UsualHour {
  /** Days that the figures are a mean of. */
  readonly days: number
  readonly requests: number
  readonly attempts: number
  readonly failures: number
  readonly successes: number
}

/** In what way a request's company is alike, besides software and connection (`Conduct.cohort`). */
export type CohortKind = 'network' | 'country' | 'tpp' | 'bin' | 'password'

/**
 * The consent under which a request comes, where its organisation is proven (`observe/consent/types.ts`). What is wrong with a consent
 * does not end its quota: an operator may have switched the rule off that would refuse it.
 */
export type ConsentFact = Fact<ConsentState, ConsentProblem, LedgerOutage> & {
  /** Where it is invalid, and something is used up. */
  readonly quota?: ConsentQuota
  /** Whom the bank gave it to, where that was asked and is known under a former name of its key alone. */
  readonly formerOwner?: string
}

/** Exact behaviour by key, and the approximate picture of everybody who is alike. */
export interface Conduct {
  readonly keys: Readonly<Record<KeyKind, BehaviourFact>>
  /** Clients of one software and connection. */
  readonly cohort: Fact<Cohort>
  readonly cohorts: Readonly<Record<CohortKind, Fact<Cohort>>>
  /** Everybody's attempts on this route. */
  readonly route: Fact<Cohort>
  readonly consent: ConsentFact
  readonly order: Fact<Order, never, LedgerOutage>
  readonly walk: Fact<Walk, never, LedgerOutage>
  readonly history: Fact<AccountHistory, never, LedgerOutage>
  readonly actor: Fact<ActorDrift>
  /** Left out, or absent, where the third party has no quota. */
  readonly quota?: Fact<QuotaState, never, LedgerOutage>
}

/** What a request leaves in the ledger, before its outcome is known. */
export interface Footprint {
  readonly requestId: string
  readonly at: number
  readonly route: string
  readonly sensitivity: Sensitivity
  readonly attempt: boolean
  /** A page fetched by a browser. */
  readonly page: boolean
  readonly keys: readonly LedgerKey[]
  readonly account: string | undefined
  readonly client: string
  /** What was asked for by its identifier, as a hash of 32 bits: enough to count, too little to name. */
  readonly resource: number | undefined
  readonly cohort: string
  /** Absent where the request belongs to nobody's company of this kind. */
  readonly cohorts: Readonly<Partial<Record<CohortKind, string>>>
  /** Where claimed client-side keys live together, so that one call serves them all. */
  readonly home: string
  /** Which of its objects serves a proven organisation's request (`observe/shards.ts`). */
  readonly spread: number
  /** Asked, and counted as no request of anybody's: what the gate itself wants to know. */
  readonly silent?: true
  /** How long the request waits for its memory, milliseconds, where that is longer than the others do. */
  readonly patienceMs?: number
  /** What the annexes of the ledger are asked, by annex (`observe/annex.ts`). */
  readonly asks: Asks
  /** The request as its third party's, for the estate; left out where none is proven. */
  readonly actor?: ActorVisit
  /**
   * What the ledger and the estate found for this very object before the answer, for after it. WeakMaps with an entry for
   * each request cost four times as much, most of it in the garbage collector.
   */
  placed?: Placed | undefined
  company?: Company | undefined
  /** A secret was tried at an account that the bank was never seen to let anybody into: once memory has answered. */
  stranger?: boolean
}

/** What the origin's answer told besides its outcome. */
export interface OriginAnswer {
  readonly status?: number
  /** Undefined where the answer did not say. */
  readonly bytes?: number
}

/** What was read in the answer's body, after the answer. */
export interface Lesson {
  readonly records?: number
  /** What the annexes learn, by annex (`observe/annex.ts`). */
  readonly news?: News
}

export type OutcomeKind = 'success' | 'failure' | 'miss' | 'served' | 'origin_error' | 'refused'

// ------------------------------------------------------------------------------------------------- score

export type Intent =
  | 'benign_person'
  | 'benign_automation'
  | 'credential_stuffing'
  | 'password_spraying'
  | 'card_testing'
  | 'enumeration'
  | 'scraping'
  | 'account_takeover'

export interface Contribution {
  readonly feature: string
  /** The feature's value; undefined when it was missing. */
  readonly value: number | undefined
  /** Added to the intent's margin (log-odds). */
  readonly effect: number
  /** What that is, for an operator. Entries of before it was kept have none. */
  readonly words?: string
}

/**
 * The nearest other value of one feature with which the score would have been below every threshold that stops, that of the
 * rule that decided among them.
 */
export interface NearestChange {
  readonly feature: string
  /** The abuse probability then. */
  readonly abuse: number
  readonly words: string
}

/** Why a score is what it is. */
export interface Explanation {
  /** To the margin, strongest first. */
  readonly contributions: readonly Contribution[]
  /** What all that is not named adds to the margin, the model's bias among it. */
  readonly rest: number
  /** Left out where the score stops nothing, and where no single change would have helped. */
  readonly nearest?: NearestChange
}

/** What a second model, which decides nothing, makes of the same features. */
export interface ShadowScore {
  readonly model: string
  readonly intent: Intent
  readonly abuse: number
  /** It lies on the same side of every threshold. */
  readonly agrees: boolean
}

export interface Score {
  /** Hash of the model blob. */
  readonly model: string
  readonly probabilities: Readonly<Record<Intent, number>>
  /** Likeliest intent that is not benign. */
  readonly intent: Intent
  /** 1 minus the benign probabilities. */
  readonly abuse: number
  /** Of `intent`, in log-odds. */
  readonly margin: number
  readonly shadow?: ShadowScore
  /** What was scored, in the order of the features; NaN is missing. */
  readonly features?: Float32Array
}
export type ScorerOutage = 'model_absent' | 'model_refused' | 'scorer_failed'

// ------------------------------------------------------------------------------------------------ decide

export type Action = 'allow' | 'flag' | 'throttle' | 'challenge' | 'deny'

/** What is decided of one request, and why. */
export interface Verdict {
  /** What is done: `allow` or `flag` wherever the posture is `observe`. */
  readonly action: Action
  /** What would be done under `enforce`. */
  readonly intended: Action
  readonly posture: Posture
  /** The rule that decided; `default` when none did. */
  readonly rule: string
  /** In one word that never changes its meaning. The list is `decide/reasons.ts`. */
  readonly reason: string
  readonly retryAfterSeconds: number | undefined
  /** In words: the nearest change that would have changed the verdict. */
  readonly counterfactual: string | undefined
  /** Of the abuse probability, from 0 to 1, where the rule that decided asks for one. */
  readonly limit: number | undefined
}

// ----------------------------------------------------------------------------------------------- respond

export type UpstreamOutage =
  | 'origin_unreachable'
  | 'origin_timeout'
  | 'origin_not_configured'
  | 'answer_withheld' // it came, and is none that the route lets out

/** What was answered, and what the origin's answer tells. */
export interface Answer {
  readonly response: Response
  readonly outcome: OutcomeKind
  /** Status of the origin; undefined when the request was not forwarded. */
  readonly originStatus: number | undefined
  readonly upstream: 'forwarded' | 'refused' | UpstreamOutage
}

/** How a request stands to its published operation. */
export interface Conformity {
  readonly findings: readonly ConformanceFinding[]
  /** The first that an enforcing route does not let pass; undefined where there is none. */
  readonly refused: ConformanceFinding | undefined
}

/** Everything known when the verdict is made. Earlier stages see prefixes of it. */
export interface Evidence {
  readonly exchange: Exchange
  readonly client: Client
  readonly match: Match
  readonly content: ContentFact
  readonly claims: Claims
  readonly proof: Proof
  /** Left out where the route leaves conformance alone. */
  readonly conformance?: Conformity
  /** What the inventory knows of the operation, and of who asks for it. Left out where nobody watches. */
  readonly operation?: OperationSignals
  /** Absent where the request uses nothing up. Where it is valid, that is written down already. */
  readonly replay: ReplayFact
  /** Left out where a request is no consent's business. */
  readonly consent?: ConsentClaim
  readonly conduct: Conduct
}
