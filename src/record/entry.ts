/**
 * What the journal keeps of one decision: enough to explain it to an operator and too little to tell who it was.
 *
 * Taken field by field from the record, so that nothing arrives here by accident. User names, cards, passwords,
 * tokens and whole addresses have no field. Every text is cut: the caller chose some of them.
 */
import type {
  Action,
  Answer,
  Behaviour,
  Channel,
  Conduct,
  Contribution,
  Examination,
  Intent,
  KeyKind,
  OutcomeKind,
  Posture,
  Proof,
  RevocationFact,
  Sensitivity,
  ShadowScore,
} from '../evidence.ts'
import { type Fact, known } from '../lib/fact.ts'
import type { DecisionRecord } from '../ports.ts'
import { appOf, type JournalApp } from './entry-app.ts'
import { contributionsOf, nearestOf, probabilitiesOf, restOf, shadowOf, vectorOf } from './entry-score.ts'
import { type JournalSignature, replayOf, signatureOf } from './entry-signature.ts'

/** Behaviour in the last hour unless it says otherwise, before this request. */
export interface ConductNumbers {
  readonly requests: number
  readonly attempts: number
  readonly attemptsMinute: number
  readonly failures: number
  readonly failuresDay: number
  readonly misses: number
  readonly accounts: number
  readonly clients: number
  readonly regularity: number | null
}

export interface JournalEntry {
  readonly type: 'decision'
  readonly reference: string
  readonly at: number
  readonly route: string
  readonly method: string
  /** The route's pattern: paths carry account numbers. */
  readonly pattern: string
  readonly channel: Channel
  readonly sensitivity: Sensitivity
  readonly prefix: string
  readonly asn: number | null
  readonly country: string
  readonly ja4: string
  readonly fingerprint: string
  readonly family: string
  readonly major: number | null
  readonly contradictions: readonly string[]
  readonly targetDifferences: readonly string[]
  readonly listed: readonly string[]
  readonly organisation: string
  /** `valid`, `absent`, or the state with its reason: `invalid:certificate_expired`, `unknown:fetch_timeout`. */
  readonly proof: Readonly<Record<Exclude<keyof Proof, 'examination' | 'signing'>, string>>
  /** What was read in the client certificate, whether or not it holds; null where none could be read. */
  readonly certificate: JournalCertificate | null
  /** What was looked at in the request's signature, whether or not it holds; null where none was looked at. */
  readonly signature: JournalSignature | null
  /** The app that the request was proven to come from; null where it was not. */
  readonly app: JournalApp | null
  /** Whether the request was used before: `absent` where it uses nothing up. */
  readonly replay: string
  readonly content: string
  readonly action: Action
  readonly intended: Action
  readonly posture: Posture
  readonly rule: string
  readonly reason: string
  readonly counterfactual: string
  readonly score: string
  readonly intent: Intent | ''
  readonly abuse: number | null
  readonly margin: number | null
  readonly model: string
  readonly probabilities: Readonly<Partial<Record<Intent, number>>>
  readonly contributions: readonly Contribution[]
  /** What all that is not among the contributions adds to the margin; null where nothing was explained. */
  readonly rest: number | null
  /** The nearest change with which the score would have been below every threshold that stops, in words; `''` where there is none. */
  readonly nearest: string
  /** What the model in shadow made of it; null without one. */
  readonly shadow: ShadowScore | null
  /** All features as they were scored, base64 of little-endian floats (`lib/vector.ts`): what a model is trained on. */
  readonly vector: string
  /** Only what the request has; a text where the ledger could not tell, with the reason. */
  readonly conduct: Readonly<Partial<Record<KeyKind | 'cohort' | 'route', ConductNumbers | string>>>
  readonly outcome: OutcomeKind
  readonly upstream: Answer['upstream']
  readonly originStatus: number | null
  readonly ledgerMs: number
  readonly originMs: number
}

/** No name of a person is among these: only an organisation has an organizationIdentifier. */
export interface JournalCertificate {
  readonly thumbprint: string
  /** As the certificate claims. */
  readonly organisation: string
  readonly kind: string
  /** Why it was refused, in the word of the room that found it. */
  readonly fault: string
  readonly warnings: readonly string[]
}

/** An entry's largest size as JSON, tested with every text at its longest. An ordinary one has 2 kB. */
export const MAX_ENTRY_BYTES = 24_576
const MAX_LISTED = 8
const MAX_NAMED = 24
const MAX_WARNINGS = 8

/** A kind that is missing here does not compile. Object.keys forgets what the keys are. */
const KEY_KINDS = Object.keys({
  tpp: true,
  signer: true,
  token: true,
  consent: true,
  account: true,
  account_network: true,
  card: true,
  app: true,
  pass: true,
  client: true,
  address: true,
  prefix: true,
} satisfies Record<KeyKind, true>) as readonly KeyKind[]

/** One literal for all of it: measured, spreading its parts into it cost as much as everything else here. */
export function entryOf({
  evidence,
  score,
  verdict,
  explanation,
  answer,
  ledgerMs,
  originMs,
}: DecisionRecord): JournalEntry {
  const { exchange, client, match, proof, content, conduct } = evidence
  const { network, claim } = client
  const scored = known(score)
  return {
    type: 'decision',
    reference: cut(exchange.id, 64),
    at: exchange.arrivedAt,
    route: cut(match.route.id, 64),
    method: cut(exchange.method, 16),
    pattern: cut(match.route.pattern, 200),
    channel: match.route.channel,
    sensitivity: match.route.sensitivity,
    prefix: cut(network.prefix, 48),
    asn: network.asn ?? null,
    country: cut(network.country, 2),
    ja4: cut(known(client.tls.ja4), 64),
    fingerprint: cut(client.fingerprint, 64),
    family: claim.family,
    major: claim.major ?? null,
    contradictions: client.contradictions.slice(0, MAX_NAMED),
    targetDifferences: exchange.target.differences.slice(0, MAX_NAMED),
    listed: client.listed.slice(0, MAX_LISTED).map(({ kind, note }) => cut(`${kind}: ${note}`, 80)),
    organisation: cut(known(proof.certificate)?.organisation, 128),
    proof: {
      certificate: stateOf(proof.certificate),
      revocation: revocationOf(proof.revocation),
      registration: stateOf(proof.registration),
      blocking: stateOf(proof.blocking),
      trust: stateOf(proof.trust),
      token: stateOf(proof.token),
      dpop: stateOf(proof.dpop),
      signature: stateOf(proof.signature),
      agent: stateOf(proof.agent),
      app: stateOf(proof.app),
      pass: stateOf(proof.pass),
    },
    certificate: certificateOf(proof.examination),
    signature: signatureOf(proof),
    app: appOf(proof, exchange.arrivedAt),
    replay: replayOf(evidence.replay),
    content: stateOf(content),
    action: verdict.action,
    intended: verdict.intended,
    posture: verdict.posture,
    rule: cut(verdict.rule, 64),
    reason: cut(verdict.reason, 64),
    counterfactual: cut(verdict.counterfactual, 300),
    score: stateOf(score),
    intent: scored?.intent ?? '',
    abuse: scored === undefined ? null : rounded(scored.abuse),
    margin: scored === undefined ? null : rounded(scored.margin),
    model: cut(scored?.model, 64),
    probabilities: scored === undefined ? {} : probabilitiesOf(scored),
    contributions: contributionsOf(explanation),
    rest: restOf(explanation),
    nearest: nearestOf(explanation),
    shadow: shadowOf(scored),
    vector: vectorOf(scored),
    conduct: conductOf(conduct),
    outcome: answer.outcome,
    upstream: answer.upstream,
    originStatus: answer.originStatus ?? null,
    ledgerMs,
    originMs,
  }
}

/** What is not known counts, for a while: the record says that it was not known, and why. */
function revocationOf(fact: RevocationFact): string {
  const why = known(fact)?.why
  return why === undefined ? stateOf(fact) : cut(`unknown:${why}`, 64)
}

function certificateOf(examination: Examination | undefined): JournalCertificate | null {
  if (examination === undefined) return null
  return {
    thumbprint: cut(examination.thumbprint, 64),
    organisation: cut(examination.organisation, 128),
    kind: examination.kind ?? '',
    fault: cut(examination.fault, 64),
    warnings: examination.warnings.slice(0, MAX_WARNINGS).map((warning) => cut(warning, 48)),
  }
}

function conductOf({ keys, cohort, route }: Conduct): JournalEntry['conduct'] {
  const told: Partial<Record<KeyKind | 'cohort' | 'route', ConductNumbers | string>> = {}
  for (const kind of KEY_KINDS) {
    const fact = keys[kind]
    if (fact.state === 'valid') told[kind] = numbersOf(fact.value)
    else if (fact.state !== 'absent') told[kind] = stateOf(fact)
  }
  if (cohort.state === 'valid') told.cohort = numbersOf(cohort.value.behaviour)
  if (route.state === 'valid') told.route = numbersOf(route.value.behaviour)
  return told
}

function numbersOf({ minute, hour, day, regularity }: Behaviour): ConductNumbers {
  return {
    requests: rounded(hour.requests),
    attempts: rounded(hour.attempts),
    attemptsMinute: rounded(minute.attempts),
    failures: rounded(hour.failures),
    failuresDay: rounded(day.failures),
    misses: rounded(hour.misses),
    accounts: hour.accounts,
    clients: hour.clients,
    regularity: regularity === undefined ? null : rounded(regularity),
  }
}

function stateOf(fact: Fact<unknown, string, string>): string {
  return 'reason' in fact ? cut(`${fact.state}:${fact.reason}`, 64) : fact.state
}

function cut(text = '', length: number): string {
  return text.length > length ? text.slice(0, length) : text
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
