/**
 * Asks the annexes of one object (`annex.ts`), each about its own rows. A bug in one is a fault in its own answer: the
 * behaviours and the other annexes are told all the same.
 */
import type { OutcomeKind } from '../evidence.ts'
import { type Fault, guarded } from '../lib/fault.ts'
import type { Annex, AnnexName, Ending, Occasion } from './annex.ts'
import { ANNEX_NAMES } from './annexes.ts'
import { type AnnexRows, newRows, type RowBacking, type StoredRow } from './rows.ts'
import type { Arrival, Settlement } from './wire.ts'

export type Annexes = { readonly [N in AnnexName]?: Annex<N> }
export type AnnexAnswers = Partial<Record<AnnexName, unknown>>

export interface AnnexDesk {
  /** Undefined where no annex is asked. */
  observe(arrival: Arrival, again: boolean): AnnexAnswers | undefined
  settle(settlement: Settlement): void
  /** A key has another name. False where it has no rows that go on under it. */
  rename(from: string, to: string, now: number): boolean
  takeChanged(): readonly StoredRow[]
  forget(names: readonly string[]): void
}

/** One annex without its types, which differ from annex to annex: what it is handed was made by its own gate's side. */
interface Attached {
  readonly rows: AnnexRows<unknown>
  observe(ask: unknown, occasion: Occasion): unknown
  settle(ask: unknown, ending: Ending, occasion: Occasion): void
  learn(news: unknown, occasion: Occasion): void
}

/** @param report of an annex's bug where nobody waits for an answer */
export function newAnnexDesk(
  annexes: Annexes,
  backing: RowBacking | undefined,
  report: (fault: Fault) => void,
): AnnexDesk {
  const attached = new Map<AnnexName, Attached>()
  for (const name of ANNEX_NAMES) {
    const one = attachedOf(annexes, name, backing)
    if (one !== undefined) attached.set(name, one)
  }

  return {
    observe(arrival, again) {
      if (arrival.asks === undefined) return undefined
      const answers: AnnexAnswers = {}
      for (const [annex, { rows, observe }] of attached) {
        const name = arrival.asked?.[annex]
        const ask: unknown = arrival.asks[annex]
        if (name === undefined || ask === undefined) continue
        rows.setTime(arrival.at)
        const { id: requestId, at, readOnly = false } = arrival
        answers[annex] = guarded(() => observe(ask, { name, requestId, at, again, readOnly }))
      }
      return answers
    },
    settle({ id: requestId, at, outcome, status, keys, asks, asked, lesson }) {
      for (const [annex, { rows, settle, learn }] of attached) {
        const name = asked?.[annex]
        if (name === undefined) continue
        rows.setTime(at)
        const occasion = { name, requestId, at, again: false, readOnly: keys.length === 0 }
        const work = guarded(() => {
          const ask: unknown = asks?.[annex]
          const news: unknown = lesson?.news?.[annex]
          if (lesson === undefined && ask !== undefined) settle(ask, endingOf(outcome, status), occasion)
          if (news !== undefined) learn(news, occasion)
        })
        if (work !== undefined) report(work)
      }
    },
    rename(from, to, now) {
      let renamed = false
      for (const { rows } of attached.values()) {
        rows.setTime(now)
        renamed = rows.rename(from, to) || renamed
      }
      return renamed
    },
    takeChanged: () => Array.from(attached.values()).flatMap(({ rows }) => rows.takeChanged()),
    forget(names) {
      for (const { rows } of attached.values()) for (const name of names) rows.delete(name)
    },
  }
}

function endingOf(outcome: OutcomeKind, status: number | undefined): Ending {
  return { outcome, status }
}

function attachedOf<N extends AnnexName>(
  annexes: Annexes,
  name: N,
  backing: RowBacking | undefined,
): Attached | undefined {
  const annex: Annex<N> | undefined = annexes[name]
  if (annex === undefined) return undefined
  const rows = newRows({ annex: name, ...annex }, backing)
  // The asks and the news of an annex come from this same annex's side at the gate, and from nowhere else.
  return {
    rows: rows as AnnexRows<unknown>,
    observe: (ask, occasion) => annex.observe(rows, ask as never, occasion),
    settle: (ask, ending, occasion) => annex.settle(rows, ask as never, ending, occasion),
    learn: (news, occasion) => annex.learn(rows, news as never, occasion),
  }
}
