/**
 * An entry as the journal stores it: JSON in which members that say nothing are left out. They are most of an ordinary
 * entry's, and numbers cost more to write than texts; what repeats the same names is a list.
 */
import { wholeVector } from '../lib/vector.ts'
import type { JournalEntry } from './entry.ts'
import {
  conductFrom,
  conductLists,
  probabilitiesFrom,
  probabilityList,
  type StoredConduct,
  type StoredProbabilities,
} from './entry-lists.ts'

/** What a member reads as that was left out, or is younger than the entry. */
const EMPTY = {
  asn: null,
  country: '',
  ja4: '',
  major: null,
  contradictions: [],
  targetDifferences: [],
  listed: [],
  ...{
    organisation: '',
    certificate: null,
    signature: null,
    app: null,
    replay: 'absent',
    counterfactual: '',
  },
  intent: '',
  abuse: null,
  margin: null,
  model: '',
  probabilities: {},
  contributions: [],
  rest: null,
  nearest: '',
  shadow: null,
  vector: '',
  originStatus: null,
} as const satisfies Partial<JournalEntry>

const NO_PROOF = {
  certificate: 'absent',
  revocation: 'absent',
  registration: 'absent',
  blocking: 'absent',
  trust: 'absent',
  token: 'absent',
  dpop: 'absent',
  signature: 'absent',
  agent: 'absent',
  app: 'absent',
  pass: 'absent',
} as const satisfies JournalEntry['proof']

/** What was stored of an entry. Lists are of this version; an older one wrote members by name. */
export type Stored = {
  readonly [Name in Exclude<keyof JournalEntry, Packed>]?: JournalEntry[Name] | undefined
} & {
  readonly proof?: Readonly<Record<string, string>>
  readonly probabilities?: StoredProbabilities | undefined
  readonly conduct?: StoredConduct
}
type Packed = 'proof' | 'probabilities' | 'conduct'

/** One literal for all of it: what is spread into another object is copied member by member. */
export function textOf(entry: JournalEntry): string {
  // JSON.stringify leaves out what is undefined.
  const stored: Stored = {
    type: entry.type,
    reference: entry.reference,
    at: entry.at,
    route: entry.route,
    method: entry.method,
    pattern: entry.pattern,
    channel: entry.channel,
    sensitivity: entry.sensitivity,
    prefix: entry.prefix,
    asn: told(entry.asn),
    country: told(entry.country),
    ja4: told(entry.ja4),
    fingerprint: entry.fingerprint,
    family: entry.family,
    major: told(entry.major),
    contradictions: some(entry.contradictions),
    targetDifferences: some(entry.targetDifferences),
    listed: some(entry.listed),
    organisation: told(entry.organisation),
    proof: shown(entry.proof),
    certificate: told(entry.certificate),
    signature: told(entry.signature),
    app: told(entry.app),
    replay: entry.replay === EMPTY.replay ? undefined : entry.replay,
    content: entry.content,
    action: entry.action,
    intended: entry.intended,
    posture: entry.posture,
    rule: entry.rule,
    reason: entry.reason,
    counterfactual: told(entry.counterfactual),
    score: entry.score,
    intent: told(entry.intent),
    abuse: told(entry.abuse),
    margin: told(entry.margin),
    model: told(entry.model),
    probabilities: probabilityList(entry.probabilities),
    contributions: some(entry.contributions),
    rest: told(entry.rest),
    nearest: told(entry.nearest),
    shadow: told(entry.shadow),
    vector: told(entry.vector),
    conduct: conductLists(entry.conduct),
    outcome: entry.outcome,
    upstream: entry.upstream,
    originStatus: told(entry.originStatus),
    ledgerMs: entry.ledgerMs,
    originMs: entry.originMs,
  }
  return JSON.stringify(stored)
}

/** @param stored what `textOf` wrote, in this version or an older one: members are only ever added */
export function entryFrom(stored: Stored): JournalEntry {
  return {
    ...EMPTY,
    ...stored,
    proof: { ...NO_PROOF, ...stored.proof },
    probabilities: probabilitiesFrom(stored.probabilities),
    vector: wholeVector(stored.vector ?? EMPTY.vector),
    conduct: conductFrom(stored.conduct),
    // What has no empty value is in every entry.
  } as JournalEntry
}

function told<T>(value: T): T | undefined {
  return value === null || value === '' ? undefined : value
}

function some<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list
}

/** A request shows one or two of these. */
function shown(proof: JournalEntry['proof']): Readonly<Record<string, string>> {
  const states: Record<string, string> = {}
  for (const kind of PROOFS) {
    const state = proof[kind]
    if (state !== 'absent') states[kind] = state
  }
  return states
}

// Object.keys forgets what the keys are.
const PROOFS = Object.keys(NO_PROOF) as readonly (keyof JournalEntry['proof'])[]
