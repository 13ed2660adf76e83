/** What the pipeline makes of the answers of all objects that one request asked. */
import type { BehaviourFact, Footprint, KeyKind, LedgerOutage } from '../evidence.ts'
import { ABSENT, unavailable, valid } from '../lib/fact.ts'
import { faultIn } from '../lib/fault.ts'
import type { LedgerTold } from '../ports.ts'
import type { AnnexName, AnnexTypes } from './annex.ts'
import { ANNEX_NAMES, ANNEXES } from './annexes.ts'
import { combine } from './combine.ts'
import type { Placement } from './shards.ts'

/** One object's answer, checked; or why there is none. */
export type ObjectTold =
  | {
      readonly behaviours: readonly BehaviourFact[]
      readonly annexes: Readonly<Partial<Record<AnnexName, unknown>>>
    }
  | { readonly outage: LedgerOutage }

/** @param report of a bug in an annex: its fact is unavailable, and nobody else's */
export function toldOf(
  footprint: Footprint,
  placements: readonly Placement[],
  answers: readonly ObjectTold[],
  report: (fault: string) => void,
): LedgerTold {
  const keys = absentFacts()
  for (const [at, placement] of placements.entries()) {
    const answer = answers[at] ?? { outage: 'ledger_failed' }
    for (const [index, key] of placement.keys.entries()) {
      const fact = 'outage' in answer ? unavailable(answer.outage) : (answer.behaviours[index] ?? ABSENT)
      keys[key.kind] = placement.readOnly === true ? joined(keys[key.kind], fact) : fact
    }
  }
  if (ASKED.every((annex) => footprint.asks[annex] === undefined)) return { keys, ...NOTHING_TOLD }
  const fact = <N extends AnnexName>(annex: N): AnnexTypes[N]['fact'] | typeof ABSENT =>
    annexFact(annex, footprint, placements, answers, report)
  return {
    keys,
    consent: fact('consent'),
    order: fact('order'),
    walk: fact('walk'),
    history: fact('history'),
    quota: fact('quota'),
  }
}

const ASKED: readonly AnnexName[] = ANNEX_NAMES

/** Where no annex was asked. */
const NOTHING_TOLD = { consent: ABSENT, order: ABSENT, walk: ABSENT, history: ABSENT }

/** What was counted under a former name. An object that does not answer for it costs the past and not the present. */
function joined(now: BehaviourFact, former: BehaviourFact): BehaviourFact {
  if (now.state !== 'valid' || former.state !== 'valid') return now
  return valid(combine(now.value, former.value))
}

function annexFact<N extends AnnexName>(
  name: N,
  { asks }: Footprint,
  placements: readonly Placement[],
  answers: readonly ObjectTold[],
  report: (fault: string) => void,
): AnnexTypes[N]['fact'] | typeof ABSENT | ReturnType<typeof unavailable<LedgerOutage>> {
  const annex = ANNEXES[name]
  const ask = asks[name]
  if (annex === undefined || ask === undefined) return ABSENT
  const told: unknown[] = []
  for (const [at, { asked, readOnly }] of placements.entries()) {
    if (asked?.[name] === undefined) continue
    const answer = answers[at] ?? { outage: 'ledger_failed' }
    if (!('outage' in answer)) {
      const fault = faultIn(answer.annexes[name])
      if (fault === undefined) told.push(answer.annexes[name])
      else report(fault)
    } else if (readOnly !== true) return unavailable(answer.outage)
  }
  return annex.read(told, ask) ?? unavailable('ledger_failed')
}

/** Key kinds that the request does not have stay absent. */
export function absentFacts(): Record<KeyKind, BehaviourFact> {
  return {
    tpp: ABSENT,
    signer: ABSENT,
    token: ABSENT,
    consent: ABSENT,
    account: ABSENT,
    account_network: ABSENT,
    card: ABSENT,
    app: ABSENT,
    pass: ABSENT,
    client: ABSENT,
    address: ABSENT,
    prefix: ABSENT,
  }
}
