/**
 * The annex that knows at which step a caller stands: consent, authorisation, data; navigation, login, account, payment.
 *
 * A row is written when a caller goes from one step to another, and not for every request: a third party that reads the same
 * accounts all day writes one. What is missing is told only where the whole story was watched: under a pass, which the gate
 * made itself, and of a consent of which the bank said that nobody has agreed to it yet. The customer agrees on the bank's own
 * pages, and the gate does not see of which consent: that a token was asked for since is what it sees next.
 */
import { DAY_MS } from '../../lib/durations.ts'
import { valid } from '../../lib/fact.ts'
import type { Annex, Ending } from '../annex.ts'
import { MAX_ORDER_BYTES, OPERATIONS, ORDER_CODEC } from './codec.ts'
import type { Operation, Order, OrderAsk, OrderNews, OrderRow } from './types.ts'

/** Consents live for half a year (RTS Art. 10a), and are read at least now and then. */
const CONSENT_RETENTION_MS = 30 * DAY_MS
/** A client's name has an address in it, which is kept for a day; tokens and passes live no longer. */
const RETENTION_MS = 26 * 3_600_000
/** A pass is in the answer to one request, and its first use is the next: more than this after it, rows have been lost. */
const BIRTH_MS = 3_600_000

/** Any of these comes before; without a row nothing is expected. */
const BEFORE: Readonly<Partial<Record<Operation, readonly Operation[]>>> = {
  read: ['login', 'authorisation'],
  payment: ['login', 'authorisation'],
}

export const ORDER: Annex<'order'> = {
  name: 'order',
  kinds: ['consent', 'token', 'pass', 'client'],
  codec: ORDER_CODEC,
  maxRowBytes: MAX_ORDER_BYTES,
  maxRows: 8_192,
  observe(rows, ask, { name, at, again, readOnly }) {
    const before = rows.get(name)
    const row = before && agreed(before, ask, at)
    const told = orderAt(row, ask, at)
    if (again || readOnly) return told
    const next = stepped(row, ask, told, at) ?? row
    if (next !== undefined && next !== before) rows.putSoon(name, next, untilOf(name, at))
    return told
  },
  settle(rows, ask, ending, { name, at, readOnly }) {
    // Other annexes, and how many bytes there were, are reasons too for telling how a request ended.
    if (readOnly || !tellsAgreement(ask, ending)) return
    const row = rows.get(name)
    if (row?.pending !== true) return
    rows.putSoon(name, taught(row, { step: 'authorised' }, at), untilOf(name, at))
  },
  learn(rows, news, { name, at }) {
    rows.putSoon(name, taught(rows.get(name), news, at), untilOf(name, at))
  },
  // What begins an authorisation is rare, and the third party's next request may reach another isolate.
  minds: (ask, ending) =>
    !tellsAgreement(ask, ending) ? 'never' : ask.operation === 'authorisation' ? 'now' : 'later',
  read(answers) {
    const [first] = answers
    // What `observe` above returned; after a rotation the former names' rows tell nothing that a new step would not.
    return isOrder(first) ? valid(first) : undefined
  },
}

/**
 * A bank that gives data under a consent has it from its customer, who agreed on the bank's own pages: many a third party never
 * asks for the state in between. An authorisation that the bank accepts is on its way on this very interface (NextGenPSD2's
 * embedded and decoupled ways): how it ends, only whoever asks is told. One that it refuses is none.
 */
function tellsAgreement({ operation, bornAt }: OrderAsk, { status = 0 }: Ending): boolean {
  const tells = operation === 'read' || operation === 'authorisation'
  return tells && bornAt === undefined && status >= 200 && status < 300
}

function orderAt(row: OrderRow | undefined, ask: OrderAsk, at: number): Order {
  const { operation } = ask
  if (row === undefined) {
    return {
      operation,
      previous: undefined,
      sincePrevious: undefined,
      seen: [],
      missing: undefined,
      skips: 0,
    }
  }
  return {
    operation,
    previous: row.step === operation ? row.previous : row.step,
    sincePrevious: Math.max(0, at - row.steppedAt),
    seen: OPERATIONS.filter((step) => row.taken[step] > 0),
    missing: missingAt(row, operation),
    skips: skipsAt(row, at),
  }
}

function missingAt(row: OrderRow, operation: Operation): Operation | undefined {
  const before = BEFORE[operation]
  if (before === undefined) return undefined
  if (row.pending) return 'authorisation'
  if (!row.whole || before.some((step) => row.taken[step] > 0)) return undefined
  return before[0]
}

/**
 * An access token is issued for what the customer has agreed to (RFC 6749 section 4.1): one that is not that under which the bank
 * said that it waits was asked for since. Whoever only asks about the consent may do so under any. A token of the client's own
 * (section 4.4), fetched afresh, passes for one here: the bank refuses it, and that is seen elsewhere.
 */
function agreed(row: OrderRow, { operation, token }: OrderAsk, at: number): OrderRow {
  if (!row.pending) return row
  if (token === undefined || token === row.token) return row
  return BEFORE[operation] === undefined ? row : taught(row, { step: 'authorised' }, at)
}

/** Undefined where nothing is new: the same step again. */
function stepped(row: OrderRow | undefined, ask: OrderAsk, told: Order, at: number): OrderRow | undefined {
  const { operation, bornAt } = ask
  if (row === undefined) {
    const whole = bornAt !== undefined && at - bornAt < BIRTH_MS
    return { ...begun(at, whole), step: operation, taken: { ...NOTHING_TAKEN, [operation]: at } }
  }
  if (row.step === operation) return undefined
  const skipped = told.missing !== undefined
  return {
    ...row,
    step: operation,
    steppedAt: at,
    previous: row.step,
    taken: row.taken[operation] > 0 ? row.taken : { ...row.taken, [operation]: at },
    skips: skipped ? skipsAt(row, at) + 1 : row.skips,
    skippedAt: skipped ? at : row.skippedAt,
  }
}

function taught(row: OrderRow | undefined, { step, token = 0 }: OrderNews, at: number): OrderRow {
  const before = row ?? begun(at, step === 'made')
  const taken = step === 'authorised' ? 'authorisation' : 'consent'
  return {
    ...before,
    whole: before.whole || step === 'made',
    pending: step !== 'authorised',
    token: step === 'authorised' ? 0 : token,
    taken: before.taken[taken] > 0 ? before.taken : { ...before.taken, [taken]: at },
  }
}

const NOTHING_TAKEN: OrderRow['taken'] = {
  navigation: 0,
  login: 0,
  consent: 0,
  authorisation: 0,
  read: 0,
  payment: 0,
  other: 0,
}

function begun(at: number, whole: boolean): OrderRow {
  return {
    firstAt: at,
    whole,
    step: 'consent',
    steppedAt: at,
    previous: undefined,
    taken: NOTHING_TAKEN,
    pending: false,
    token: 0,
    skips: 0,
    skippedAt: 0,
  }
}

function untilOf(name: string, at: number): number {
  return at + (name.startsWith('consent:') ? CONSENT_RETENTION_MS : RETENTION_MS)
}

function skipsAt({ skips, skippedAt }: OrderRow, at: number): number {
  return skips * 2 ** (-Math.max(0, at - skippedAt) / DAY_MS)
}

function isOrder(answer: unknown): answer is Order {
  return typeof answer === 'object' && answer !== null && 'operation' in answer && 'skips' in answer
}
