/**
 * A third party's quota: so many requests in a window, over all objects that serve it. One object hands out tokens, in lots;
 * each of the others spends its own without asking anybody, and gives back what it has left when somebody else runs out. So
 * never more pass than may, and none is refused while a token lies unused elsewhere. Every movement is written down before it
 * is answered: an object that dies loses nothing, and a call that is lost on its way loses its lot for this window.
 *
 * What is called back is asked of every object, so that only the one that hands out says who does it: one request at a time, and
 * where nothing was found none for a second. All others are told at once that nothing is left.
 */
import { valid } from '../../lib/fact.ts'
import type { Annex, Rows } from '../annex.ts'
import type { QuotaAsk, QuotaRow, QuotaState, Take, Window } from './types.ts'
import { startOf, windowNumbered } from './window.ts'

const BYTES = 32
const VERSION = 1
/** Longer than the search for tokens takes: whoever does not come back from it is gone. */
const BORROWING_MS = 2_000
/** How long nobody looks again where nothing was found: as long as requests over the quota make work for other objects. */
const EXHAUSTED_MS = 1_000
/** Clocks of isolates differ. */
const MARGIN_MS = 60_000
/**
 * No request is held up for so long, and no clock is wrong by so much: a window that began this long after the request is one of
 * another length, from before the bank changed the quota.
 */
const MAX_LATE_MS = 600_000

export const QUOTA_ANNEX: Annex<'quota'> = {
  name: 'quota',
  kinds: ['tpp'],
  codec: { encode, decode },
  maxRowBytes: BYTES + 1,
  maxRows: 1_024,
  observe(rows, ask, { name, at, again }) {
    const found = rows.get(name)
    const row = found?.window === ask.window ? found : { ...NOTHING, window: ask.window }
    if (again && ask.kind === 'spend') return told(ask, { granted: true, tokens: row.tokens })
    return found !== undefined && isLater(found, ask, at)
      ? overtaken(rows, name, found, ask, at)
      : moved(rows, name, row, ask, at)
  },
  settle() {},
  learn() {},
  minds: () => 'never',
  read(answers) {
    const [first] = answers
    return isState(first) ? valid(first) : undefined
  },
}

const NOTHING: QuotaRow = { window: 0, tokens: 0, exhaustedUntil: 0, borrowingUntil: 0, searched: 0 }

function isLater({ window }: QuotaRow, ask: QuotaAsk, at: number): boolean {
  return window > ask.window && startOf(windowNumbered(ask, window)) <= at + MAX_LATE_MS
}

/**
 * The window is over that is asked about: clocks differ, and whoever is slow with a body arrives before the edge and is counted
 * behind it. What a request is to spend is spent in the window that has begun since, or as many would pass as were held up.
 */
function overtaken(rows: Rows<QuotaRow>, name: string, row: QuotaRow, ask: QuotaAsk, at: number): QuotaState {
  const now = windowNumbered(ask, row.window)
  switch (ask.kind) {
    case 'spend':
      return moved(rows, name, row, { ...ask, ...now }, at)
    // What was called back elsewhere is of the window that is over: here nobody has it.
    case 'take':
      return moved(rows, name, row, { ...ask, ...now, back: 0 }, at)
    // One of them is the request's, and was handed out in its own window; the others are worth nothing any more.
    case 'refill':
      return told(ask, { granted: true, tokens: 0 })
    case 'recall':
      return told(ask, { granted: false, tokens: 0 })
    case 'exhausted':
      return told(ask, { granted: false, tokens: 0, next: 'exhausted' })
  }
}

function moved(rows: Rows<QuotaRow>, name: string, row: QuotaRow, ask: QuotaAsk, at: number): QuotaState {
  const put = (changes: Partial<QuotaRow>) => rows.put(name, { ...row, ...changes }, ask.endsAt + MARGIN_MS)
  switch (ask.kind) {
    case 'spend': {
      if (row.tokens > 0) {
        put({ tokens: row.tokens - 1 })
        return told(ask, { granted: true, tokens: row.tokens - 1 })
      }
      const next = at < row.exhaustedUntil ? 'exhausted' : at < row.borrowingUntil ? 'wait' : 'borrow'
      if (next === 'borrow') {
        rows.putSoon(name, { ...row, borrowingUntil: at + BORROWING_MS }, ask.endsAt + MARGIN_MS)
      }
      return told(ask, { granted: false, tokens: 0, next })
    }
    case 'refill': {
      const tokens = row.tokens + ask.tokens - 1
      put({ tokens, exhaustedUntil: 0, borrowingUntil: 0 })
      return told(ask, { granted: true, tokens })
    }
    case 'recall': {
      if (row.tokens > 0) put({ tokens: 0 })
      return told(ask, { granted: false, tokens: row.tokens })
    }
    case 'exhausted': {
      // Whoever loses it asks once more.
      const next = { ...row, exhaustedUntil: ask.until, borrowingUntil: 0 }
      rows.putSoon(name, next, ask.endsAt + MARGIN_MS)
      return told(ask, { granted: false, tokens: row.tokens, next: 'exhausted' })
    }
    case 'take':
      return taken(rows, name, row, ask, at)
  }
}

/** The object that hands out. How many are out must never be lost; who looks for more, and how far, may be asked once more. */
function taken(
  rows: Rows<QuotaRow>,
  name: string,
  row: QuotaRow,
  ask: Window & Take,
  at: number,
): QuotaState {
  const until = ask.endsAt + MARGIN_MS
  const out = Math.max(0, row.tokens - ask.back)
  const left = Math.max(0, ask.limit - out)
  // Whoever comes back from looking no longer does.
  const borrowingUntil = ask.searched === undefined ? row.borrowingUntil : 0
  if (left > 0) {
    // Smaller and smaller: what is left at last lies nowhere unused.
    const lot = Math.min(left, Math.max(1, Math.floor(left / ask.parts)))
    rows.put(name, { ...row, tokens: out + lot, exhaustedUntil: 0, borrowingUntil, searched: 0 }, until)
    return told(ask, { granted: true, tokens: lot })
  }
  const { next, ...changes } = withNothing({ ...row, tokens: out, borrowingUntil }, ask.searched, at)
  const kept = { ...row, tokens: out, borrowingUntil, ...changes }
  if (out === row.tokens) rows.putSoon(name, kept, until)
  else rows.put(name, kept, until)
  return told(ask, { granted: false, tokens: 0, next, ...(next === 'borrow' ? { from: kept.searched } : {}) })
}

/** Who looks elsewhere where nothing is left to hand out, and what the others are told in the meantime. */
function withNothing(
  row: QuotaRow,
  searched: Take['searched'],
  at: number,
): Partial<QuotaRow> & Pick<QuotaState, 'next'> {
  // Clocks differ, and requests are held up: what is known to be exhausted does not become so for a shorter time.
  const exhaustedUntil = Math.max(row.exhaustedUntil, at + EXHAUSTED_MS)
  if (searched === 'all') return { next: 'exhausted', exhaustedUntil, searched: 0 }
  // In this window tokens were looked for in vain before: nobody waits until that is done again.
  const meanwhile = row.exhaustedUntil > 0 ? 'exhausted' : 'wait'
  if (searched !== undefined) return { next: meanwhile, searched }
  if (at < row.exhaustedUntil || at < row.borrowingUntil) return { next: meanwhile }
  return {
    next: 'borrow',
    borrowingUntil: at + BORROWING_MS,
    ...(row.exhaustedUntil > 0 ? { exhaustedUntil } : {}),
  }
}

function told(
  { limit, endsAt }: QuotaAsk,
  state: Pick<QuotaState, 'granted' | 'tokens'> & Partial<QuotaState>,
): QuotaState {
  return { limit, endsAt, next: undefined, ...state }
}

/**
 * How far was searched stands behind the point of a time: the version before reads such a row as its own. To one that it could
 * not read it would hand the whole quota out anew.
 */
const SEARCHED_OF = 1_024

function encode(row: QuotaRow): Uint8Array<ArrayBuffer> {
  const { window, tokens, exhaustedUntil, borrowingUntil, searched } = row
  const bytes = new Uint8Array(BYTES + 1)
  bytes[0] = VERSION
  const view = new DataView(bytes.buffer)
  const numbers = [window, tokens, exhaustedUntil, Math.floor(borrowingUntil) + searched / SEARCHED_OF]
  for (const [at, value] of numbers.entries()) view.setFloat64(1 + 8 * at, value)
  return bytes
}

function decode(bytes: Uint8Array): QuotaRow | undefined {
  if (bytes[0] !== VERSION || bytes.length !== BYTES + 1) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const borrowing = view.getFloat64(25)
  const borrowingUntil = Math.floor(borrowing)
  return {
    window: view.getFloat64(1),
    tokens: view.getFloat64(9),
    exhaustedUntil: view.getFloat64(17),
    borrowingUntil,
    searched: Math.round((borrowing - borrowingUntil) * SEARCHED_OF),
  }
}

/** It crossed a version boundary. */
function isState(answer: unknown): answer is QuotaState {
  return typeof answer === 'object' && answer !== null && 'granted' in answer && 'tokens' in answer
}
