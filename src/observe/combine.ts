/** One behaviour of what a key did under several names: after a rotation of keys, until the old names are a day old. */
import type { Behaviour, Tally } from '../evidence.ts'

/** @param now under its present name, to which intervals belong where there were any */
export function combine(now: Behaviour, former: Behaviour): Behaviour {
  const latest = now.sinceLast === undefined ? former : now
  return {
    tenSeconds: sum(now.tenSeconds, former.tenSeconds),
    minute: sum(now.minute, former.minute),
    tenMinutes: sum(now.tenMinutes, former.tenMinutes),
    hour: sum(now.hour, former.hour),
    day: sum(now.day, former.day),
    firstSeenAt: Math.min(now.firstSeenAt, former.firstSeenAt),
    sinceLast: least(now.sinceLast, former.sinceLast),
    regularity: latest.regularity,
    pages: now.pages + former.pages,
  }
}

/** Who was counted under both names is one: of different things there were at least as many as under either. */
function sum(one: Tally, other: Tally): Tally {
  return {
    requests: one.requests + other.requests,
    attempts: one.attempts + other.attempts,
    failures: one.failures + other.failures,
    successes: one.successes + other.successes,
    misses: one.misses + other.misses,
    bytes: one.bytes + other.bytes,
    records: one.records + other.records,
    strangers: one.strangers + other.strangers,
    accounts: Math.max(one.accounts, other.accounts),
    clients: Math.max(one.clients, other.clients),
    resources: Math.max(one.resources, other.resources),
  }
}

function least(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return Math.min(one, other)
}
