/** Sessions of the laboratory as one sequence of requests, each at its moment: whoever is due next. */
import type { Arrival, Reply, Session, Step } from '../../lab/traffic/traffic.ts'

export interface Turn {
  readonly step: Step
  /** What the session goes by; without an answer it has ended. */
  answer(reply: Reply): void
}

interface Begun {
  readonly session: Session
  readonly step: Step
}

interface Due {
  readonly at: number
  begin(): Begun | undefined
}

export function* inOrder(arrivals: Iterable<Arrival>): Generator<Turn> {
  const queue = newQueue(arrivals)
  for (let due = queue.pop(); due !== undefined; due = queue.pop()) {
    const begun = due.begin()
    if (begun === undefined) continue
    // A session may wait before its first request.
    if (begun.step.at > due.at) {
      queue.push({ at: begun.step.at, begin: () => begun })
      continue
    }
    const heard: Reply[] = []
    yield { step: begun.step, answer: (reply) => void heard.push(reply) }
    const next = heard.map((reply) => taken(begun.session, begun.session.next(reply))).at(0)
    if (next !== undefined) queue.push({ at: next.step.at, begin: () => next })
  }
}

function taken(session: Session, { done, value }: IteratorResult<Step, void>): Begun | undefined {
  return done ? undefined : { session, step: value }
}

/** Sorted, the earliest last: a few hundred. Of equal moments the first that came is the first that goes. */
function newQueue(arrivals: Iterable<Arrival>) {
  const queue: Due[] = Array.from(arrivals, ({ at, begin }) => ({
    at,
    begin() {
      const session = begin()
      return taken(session, session.next())
    },
  }))
  queue.reverse().sort((one, other) => other.at - one.at)
  return {
    pop: () => queue.pop(),
    push(due: Due) {
      const place = queue.findLastIndex(({ at }) => at > due.at) + 1
      queue.splice(place, 0, due)
    },
  }
}
