/** What was used once, without objects: for tests and the laboratory, decided by the same rules. */
import { unavailable, valid } from '../../lib/fact.ts'
import { decideClaims } from './claim.ts'
import { nameOf, namesOf } from './names.ts'
import { LEASE_MS } from './replay.ts'
import type { Row } from './replay-store.ts'
import type { Replay, ReplayQuestion } from './types.ts'

export function memoryReplay(): Replay {
  const rows = new Map<string, Row>()
  const own = (question: ReplayQuestion): readonly Row[] => {
    const { request, rest } = namesOf(question)
    return [request, ...rest].flatMap(({ name }) => rows.get(name) ?? [])
  }
  return {
    reserve(question) {
      const { requestId, at } = question
      const { request, rest } = namesOf(question)
      const living = new Map([...rows].filter(([, { until }]) => until >= at))
      const organisation = nameOf('organisation', question.organisation)
      const claims = { requestId, organisation, leaseMs: LEASE_MS, claims: [request, ...rest] }
      const { answer, rows: written } = decideClaims(claims, living, at)
      for (const row of written) rows.set(row.name, row)
      if (answer === 'fresh' || answer === 'retry')
        return Promise.resolve(valid({ retry: answer === 'retry' }))
      return Promise.resolve({ state: 'invalid', reason: answer })
    },
    release(question) {
      for (const row of own(question)) if (row.request === question.requestId) rows.delete(row.name)
      land(question)
    },
    async during(question, work) {
      try {
        return await work
      } finally {
        land(question)
      }
    },
  }

  function land(question: ReplayQuestion): void {
    for (const row of own(question)) {
      if (row.flight === question.requestId) rows.set(row.name, { ...row, flight: '', flightUntil: 0 })
    }
  }
}

/** A memory that never answers. */
export const NO_REPLAY: Replay = {
  reserve: () => Promise.resolve(unavailable('replay_store_failed')),
  release() {},
  during: (_question, work) => work,
}
