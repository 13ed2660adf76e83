/**
 * The outside world, as the pipeline sees it. The Worker builds these from bindings (`house.ts`); tests, the
 * laboratory and the replay tool build them in memory and run the very same `guard`.
 */
import type { CertificateSource, Config } from './config.ts'
import type { Dialect } from './dialects/dialect.ts'
import type {
  Answer,
  Conduct,
  Evidence,
  Explanation,
  Footprint,
  Lesson,
  ListHit,
  Network,
  OriginAnswer,
  OutcomeKind,
  Score,
  ScorerOutage,
  UpstreamOutage,
  Verdict,
} from './evidence.ts'
import type { Watch } from './inventory/watch/watch.ts'
import type { Fact } from './lib/fact.ts'
import type { Matcher } from './match/compile.ts'
import type { AgentTools } from './verify/agent.ts'
import type { AppTools } from './verify/attestation/prove.ts'
import type { CertificateTools } from './verify/certificate.ts'
import type { Replay } from './verify/replay/types.ts'
import type { TokenTools } from './verify/tokens/types.ts'
import type { SigningTools } from './verify/verify.ts'

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** A fresh opaque reference, unguessable. */
  id(): string
}

/** What a keyed MAC is for: each purpose has a key of its own, derived from the master key. */
export type KeyPurpose =
  | 'account'
  | 'card'
  | 'consent'
  | 'password'
  | 'pass'
  | 'challenge'
  | 'operator'
  | 'attestation'

export interface Mac {
  /** Id of the master key: part of every name made with it, so that a rotation resets nothing. */
  readonly keyId: string
  /** HMAC-SHA-256, 32 bytes. */
  readonly mac: Uint8Array
}

export interface Keys {
  /** Ids of the master keys that are configured and not current: their names are still read. */
  readonly formerIds: readonly string[]
  /** Under the current key. `scope` separates names under one purpose, such as a day. */
  mac(purpose: KeyPurpose, scope: string, value: string | Uint8Array): Mac
  /** Under the named key; undefined when that key is not (or no longer) configured. */
  macWith(keyId: string, purpose: KeyPurpose, scope: string, value: string | Uint8Array): Mac | undefined
  /** Names the key of `sign`: it stands in what is signed. Undefined when none is configured. */
  readonly signatureKeyId: string | undefined
  /** RFC 9421 signature over the signature base, with the gate's own key; undefined when none is configured. */
  sign(base: Uint8Array): Promise<{ readonly keyId: string; readonly signature: Uint8Array } | undefined>
}

/** Known-malicious addresses, prefixes and networks, and networks that rent out machines. A snapshot: no hop. */
export interface Lists {
  malicious(network: Network): readonly ListHit[]
  hosting(asn: number | undefined): boolean
}

/** What the ledger tells of one request. */
export type LedgerTold = Pick<Conduct, 'keys' | 'consent' | 'order' | 'walk' | 'history' | 'quota'>

/** What the estate tells of one request. */
export type EstateTold = Pick<Conduct, 'cohort' | 'cohorts' | 'route' | 'actor'>

/** Exact memory, in the request path. Never rejects: a late or failed object is the state `unavailable`. */
export interface Ledger {
  /** Counts the request under all its keys, in one round trip, and returns what was there before it. */
  observe(footprint: Footprint): Promise<LedgerTold>
  /** Feeds the origin's answer back. Batched per isolate; returns at once. */
  settle(footprint: Footprint, outcome: OutcomeKind, at: number, answer?: OriginAnswer): void
  /** Feeds back what was read in the answer's body. At most once for a request, after `settle` or before it. */
  learn(footprint: Footprint, lesson: Lesson, at: number): void
}

/** Approximate memory of everybody, in this isolate. Synchronous: no request waits for it. */
export interface Estate {
  observe(footprint: Footprint): EstateTold
  settle(footprint: Footprint, outcome: OutcomeKind, at: number, answer?: OriginAnswer): void
}

export interface Scorer {
  score(evidence: Evidence): Fact<Score, never, ScorerOutage>
  /**
   * Undefined where nobody would ask: the request was let pass, and its score is not odd. Also where the model that made the
   * score is not there any more.
   */
  explain(score: Score, verdict: Verdict): Explanation | undefined
}

/** Of a request's body: `streamed` while its client may still be sending it. */
export type Sending = 'whole' | 'streamed'

/** The bank. Resolves to the origin's response, or says why there is none; never rejects. */
export interface Upstream {
  forward(request: Request, sending: Sending): Promise<Fact<Response, never, UpstreamOutage>>
}

/** Where records go, after the answer. */
export interface Sink {
  write(record: DecisionRecord): void
}

/** Everything that RECORD keeps of a request; each sink takes what its own rules allow it. */
export interface DecisionRecord {
  readonly evidence: Evidence
  readonly score: Fact<Score, never, ScorerOutage>
  readonly verdict: Verdict
  readonly explanation: Explanation | undefined
  readonly answer: Answer
  readonly ledgerMs: number
  readonly originMs: number
}

export interface House {
  readonly config: Config
  readonly clock: Clock
  readonly keys: Keys
  readonly matcher: Matcher
  readonly lists: Lists
  readonly certificateSource: CertificateSource
  /** Which headers are told at all, where requests are known from a log. Left out at the gate, which sees every one. */
  told?(request: Request): ReadonlySet<string>
  /** What a certificate is held against, once it is known: asked where one was presented. */
  certificates(): Promise<CertificateTools>
  readonly signing: SigningTools
  /** Undefined where nobody is configured to vouch for tokens, or to declare itself as an agent. */
  readonly tokens: TokenTools | undefined
  readonly agents: AgentTools | undefined
  /** Undefined where the bank has no apps that prove themselves. */
  readonly apps: AppTools | undefined
  /** What was used once and may not be used again. */
  readonly replay: Replay
  readonly ledger: Ledger
  readonly estate: Estate
  readonly scorer: Scorer
  readonly upstream: Upstream
  /** What is published, what there is to see, and what is at risk. Undefined where nobody looks: in the laboratory. */
  readonly watch: Watch | undefined
  readonly sink: Sink
  readonly dialects: Readonly<Record<string, Dialect>>
  /** Work that outlives the answer. */
  waitUntil(work: Promise<unknown>): void
}
