/**
 * An entry as the journal stores it: JSON in which members that say nothing are left out. They are most of an ordinary
 * entry's, and numbers cost more to write than texts.
 */
import type { ConductNumbers, JournalEntry } from './entry.ts'

/** What a member reads as that was left out, or is younger than the entry. */
const EMPTY = {
  ...{ asn: null, country: '', ja4: '', major: null, contradictions: [], targetDifferences: [], listed: [] },
  ...{
    organisation: '',
    certificate: null,
    signature: null,
    app: null,
    replay: 'absent',
    counterfactual: '',
  },
  ...{ intent: '', abuse: null, margin: null, model: '', probabilities: {}, contributions: [], nearest: '' },
  ...{ shadow: null, vector: '', originStatus: null },
} as const satisfies Partial<JournalEntry>

const NO_PROOF = {
  ...{ certificate: 'absent', revocation: 'absent', registration: 'absent', blocking: 'absent' },
  ...{ trust: 'absent', token: 'absent', dpop: 'absent', signature: 'absent', agent: 'absent' },
  ...{ app: 'absent', pass: 'absent' },
} as const satisfies JournalEntry['proof']

const NO_NUMBERS = {
  ...{ requests: 0, attempts: 0, attemptsMinute: 0, failures: 0, failuresDay: 0, misses: 0 },
  ...{ accounts: 0, clients: 0, regularity: null },
} as const satisfies ConductNumbers

export function textOf(entry: JournalEntry): string {
  // JSON.stringify leaves out what is undefined.
  return JSON.stringify({
    ...entry,
    asn: told(entry.asn),
    country: told(entry.country),
    ja4: told(entry.ja4),
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
    counterfactual: told(entry.counterfactual),
    intent: told(entry.intent),
    contributions: some(entry.contributions),
    nearest: told(entry.nearest),
    shadow: told(entry.shadow),
    conduct: leanConduct(entry.conduct),
    originStatus: told(entry.originStatus),
  })
}

/** @param stored what `textOf` wrote, in this version or an older one: members are only ever added */
export function entryFrom(stored: Partial<JournalEntry>): JournalEntry {
  const conduct: Partial<Record<string, ConductNumbers | string>> = {}
  for (const [key, numbers] of Object.entries(stored.conduct ?? {})) {
    conduct[key] = typeof numbers === 'string' ? numbers : { ...NO_NUMBERS, ...numbers }
  }
  const proof = { ...NO_PROOF, ...stored.proof }
  // What has no empty value is in every entry.
  return { ...EMPTY, ...stored, proof, conduct } as JournalEntry
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
  for (const kind of PROOFS) if (proof[kind] !== 'absent') states[kind] = proof[kind]
  return states
}

// Object.keys forgets what the keys are.
const PROOFS = Object.keys(NO_PROOF) as readonly (keyof JournalEntry['proof'])[]

function leanConduct(conduct: JournalEntry['conduct']): Readonly<Record<string, unknown>> {
  const lean: Record<string, unknown> = {}
  for (const [key, numbers] of Object.entries(conduct)) {
    lean[key] = typeof numbers === 'string' ? numbers : leanNumbers(numbers)
  }
  return lean
}

function leanNumbers(numbers: ConductNumbers): Readonly<Partial<Record<keyof ConductNumbers, unknown>>> {
  return {
    requests: counted(numbers.requests),
    attempts: counted(numbers.attempts),
    attemptsMinute: counted(numbers.attemptsMinute),
    failures: counted(numbers.failures),
    failuresDay: counted(numbers.failuresDay),
    misses: counted(numbers.misses),
    accounts: counted(numbers.accounts),
    clients: counted(numbers.clients),
    regularity: told(numbers.regularity),
  }
}

function counted(number: number): number | undefined {
  return number === 0 ? undefined : number
}
