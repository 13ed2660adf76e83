/** Takes what is due out of the queues and sends it: of each stream one at a time, of different streams some at once. */
import { delayAfter } from './backoff.ts'
import type { OutboxStore } from './outbox-store.ts'
import { type Fetch, send } from './sending.ts'
import type { Delivery, DeliveryFault, Secret, Target } from './types.ts'

/** A Worker has six connections at once. */
const AT_ONCE = 5
/** Rounds of one alarm. What is left waits for the next, which comes at once. */
const ROUNDS = 20

export interface Means {
  readonly fetch: Fetch
  now(): number
  /** From 0 to 1. */
  chance(): number
}

/** The fault is the receiver's, and not this notice's: whatever else waits for it waits as long. */
const OF_RECEIVER: ReadonlySet<DeliveryFault> = new Set<DeliveryFault>([
  'target_unknown',
  'secret_missing',
  'address_refused',
  'fetch_failed',
  'fetch_timeout',
  'redirect_refused',
  'gone',
  'throttled',
  'server_failed',
])

export async function deliverDue(
  outbox: OutboxStore,
  targets: readonly Target[],
  secrets: ReadonlyMap<string, Secret>,
  means: Means,
): Promise<undefined> {
  const byName = new Map(targets.map((target) => [target.name, target]))
  for (let round = 0; round < ROUNDS; round++) {
    const due = outbox.due(means.now(), AT_ONCE)
    if (due.length === 0) return
    await Promise.all(
      due.map((delivery) =>
        attempt(delivery, byName.get(delivery.target), secrets.get(delivery.target), outbox, means),
      ),
    )
  }
}

async function attempt(
  delivery: Delivery,
  target: Target | undefined,
  secret: Secret | undefined,
  outbox: OutboxStore,
  means: Means,
): Promise<void> {
  if (target === undefined) {
    outbox.failed(delivery, 'target_unknown', undefined, means.now())
    return
  }
  const { outcome, retryAfterMs } = await send(delivery.notice, target, secret, {
    fetch: means.fetch,
    now: means.now(),
  })
  const now = means.now()
  if (outcome.ok) {
    outbox.delivered(delivery, now)
    return
  }
  const delay = delayAfter(delivery.attempts + 1, retryAfterMs, means.chance())
  const due = delay === undefined ? undefined : now + delay
  outbox.failed(delivery, outcome.reason, due, now)
  if (due !== undefined && OF_RECEIVER.has(outcome.reason)) outbox.postpone(delivery.target, due)
}
