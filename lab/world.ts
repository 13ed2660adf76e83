/** Virtual time: takes the next step of whoever is due, sends it through the guard, and hands the answer back. */
import type { DecisionRecord } from '../src/ports.ts'
import { mintPass, PASS_COOKIE } from '../src/verify/pass.ts'
import type { LabHouse } from './house.ts'
import type { Arrival, Reply, Session, Step, Truth } from './traffic/traffic.ts'
import { requestOf, type Zone } from './wire.ts'

/** One request, what it really was, and what the gate made of it. */
export interface Sighting {
  readonly step: Step
  readonly record: DecisionRecord
  /** A challenge stood in the answer, and the client has solved it. */
  readonly answered: boolean
}

type Guard = (request: Request, house: LabHouse) => Promise<Response>

interface Due {
  readonly at: number
  /** Breaks ties, so that equal moments come in the same order on every machine. */
  readonly order: number
  readonly begin: (() => Session) | undefined
  readonly session: Session | undefined
  readonly step: Step | undefined
}

/**
 * Plays all arrivals to their end. Sequential: each request sees everything that came before it.
 *
 * @param expect told before each request what it really is, for a stand-in that decides by the truth
 */
export async function play(
  arrivals: readonly Arrival[],
  house: LabHouse,
  zone: Zone,
  guard: Guard,
  see: (sighting: Sighting) => void,
  expect: (truth: Truth) => void = () => {},
): Promise<void> {
  const queue = newQueue()
  let order = 0
  const later = (session: Session, taken: IteratorResult<Step, void>): void => {
    if (taken.done) return
    queue.push({ at: taken.value.at, order: order++, begin: undefined, session, step: taken.value })
  }
  for (const { at, begin } of arrivals) {
    queue.push({ at, order: order++, begin, session: undefined, step: undefined })
  }
  for (let due = queue.pop(); due !== undefined; due = queue.pop()) {
    if (due.session === undefined || due.step === undefined) {
      const session = due.begin?.()
      if (session !== undefined) later(session, session.next())
      continue
    }
    expect(due.step.truth)
    const { reply, record, challenge } = await ask(due.step, house, zone, guard)
    // Who solves a challenge does so before anything else is sent.
    const taken = due.session.next(reply)
    see({ step: due.step, record, answered: challenge.answered })
    later(due.session, taken)
  }
}

async function ask(
  step: Step,
  house: LabHouse,
  zone: Zone,
  guard: Guard,
): Promise<{
  readonly reply: Reply
  readonly record: DecisionRecord
  readonly challenge: { readonly answered: boolean }
}> {
  house.advance(step.at)
  const response = await guard(requestOf(step, zone), house)
  await house.settled()
  const record = house.taken()
  const challenged = record.verdict.action === 'challenge' && record.answer.upstream !== 'forwarded'
  const page = challenged ? await response.text() : ''
  if (!challenged) await response.body?.cancel()
  const challenge = { answered: false }
  const earns = () => {
    challenge.answered = true
    return clearance(page, record, house)
  }
  return {
    ...{ record, challenge },
    reply: {
      status: response.status,
      location: response.headers.get('location'),
      cookies: response.headers.getSetCookie().map(nameAndValue),
      forwarded: record.answer.upstream === 'forwarded',
      earns: challenged ? earns : undefined,
    },
  }
}

/** In the page, and in what a script is told. */
const PUZZLE = /v1\.[a-z0-9]+\.[0-9a-z]+\.\d+\.([0-9a-z]+\.[A-Za-z0-9_-]+)\./

/** The pass that `src/clearance.ts` hands out for a solution, without the hashing: nobody's machine is measured here. */
function clearance(page: string, { evidence }: DecisionRecord, house: LabHouse): readonly [string, string] {
  const id = PUZZLE.exec(page)?.[1]
  if (id === undefined) throw new Error('Cannot solve a challenge: there is no puzzle in it')
  const { exchange, client } = evidence
  const pass = { id, issuedAt: exchange.arrivedAt, cleared: true }
  return [PASS_COOKIE, mintPass(pass, client.fingerprint, house.keys)]
}

function nameAndValue(line: string): readonly [string, string] {
  const [pair = ''] = line.split(';', 1)
  const at = pair.indexOf('=')
  return [pair.slice(0, at), pair.slice(at + 1)]
}

interface Queue {
  push(due: Due): void
  pop(): Due | undefined
}

/** A binary heap. A session's next step may lie before others' that were queued long ago. */
function newQueue(): Queue {
  const heap: Due[] = []
  const before = (left: Due, right: Due): boolean =>
    left.at < right.at || (left.at === right.at && left.order < right.order)

  function rise(from: number): void {
    for (let child = from; child > 0; ) {
      const parent = (child - 1) >> 1
      if (!swap(parent, child)) return
      child = parent
    }
  }

  function sink(): void {
    for (let parent = 0; ; ) {
      const [left, right] = [2 * parent + 1, 2 * parent + 2]
      const [first, second] = [heap[left], heap[right]]
      if (first === undefined) return
      const child = second !== undefined && before(second, first) ? right : left
      if (!swap(parent, child)) return
      parent = child
    }
  }

  /** Puts the earlier of the two above; tells whether that changed anything. */
  function swap(parent: number, child: number): boolean {
    const [upper, lower] = [heap[parent], heap[child]]
    if (upper === undefined || lower === undefined || !before(lower, upper)) return false
    heap[parent] = lower
    heap[child] = upper
    return true
  }

  return {
    push(due) {
      heap.push(due)
      rise(heap.length - 1)
    },
    pop() {
      const [first] = heap
      const last = heap.pop()
      if (first === undefined || last === undefined) return undefined
      if (heap.length > 0) {
        heap[0] = last
        sink()
      }
      return first
    },
  }
}
