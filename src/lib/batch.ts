/**
 * Collects what many requests of one isolate have to say and sends it in batches, after their answers.
 *
 * An isolate has no timers of its own, and workerd forbids one request the I/O objects of another. So the request
 * that finds nobody waiting takes a lease, waits in its own `waitUntil`, and sends everything with its own stubs.
 * The lease is a time and neither a flag nor a shared promise: a request can be cancelled at any moment, and a flag
 * that it set would then stay set for the life of the isolate.
 *
 * A batch that was not accepted is tried once more unless told otherwise, then counted as lost. Receivers must be idempotent: a batch whose
 * acknowledgement was lost is sent twice.
 */
export interface BatchOptions {
  /** Sent at once when so many items wait. */
  readonly maxItems: number
  /** Sent when the first item has waited so long. */
  readonly maxWaitMs: number
  /** A request that took the lease and has not finished by then is gone. Longer than waiting and sending take. */
  readonly leaseMs: number
  /** Items held at most, waiting and sent together; the oldest waiting ones are dropped and count as lost. */
  readonly maxHeld: number
  /** How often an item is sent before it is given up; twice, unless told otherwise. */
  readonly maxTries?: number
  /** Told of what was lost, so that no loss is silent; with a delivery and not with each item, of which there may be a flood. */
  onLost?(count: number): void
}

/** What a request lends to the batch. */
export interface Courier<T> {
  /** Milliseconds since the epoch, as this request knows it. */
  readonly now: number
  /** Resolves to the items that were not accepted. */
  send(items: readonly T[]): Promise<readonly T[]>
  waitUntil(work: Promise<unknown>): void
}

export interface Batch<T> {
  add(item: T, courier: Courier<T>): void
  /** Items given up, for want of space or after the second try. */
  readonly lost: number
  readonly held: number
}

interface Held<T> {
  readonly item: T
  readonly tries: number
}

interface Flight<T> {
  readonly cargo: readonly Held<T>[]
  readonly until: number
}

export function newBatch<T>(options: BatchOptions): Batch<T> {
  const { maxTries = 2 } = options
  let waiting: Held<T>[] = []
  const flights = new Set<Flight<T>>()
  let leasedAt = Number.NEGATIVE_INFINITY
  let lost = 0
  let told = 0

  function dropExcess(): void {
    const excess = held() - options.maxHeld
    if (excess > 0) lost += waiting.splice(0, excess).length
  }

  function tellLosses(): void {
    if (lost > told) options.onLost?.(lost - told)
    told = lost
  }

  function held(): number {
    let count = waiting.length
    for (const flight of flights) count += flight.cargo.length
    return count
  }

  function giveBack(cargo: readonly Held<T>[]): void {
    const again = cargo.filter(({ tries }) => tries < maxTries)
    lost += cargo.length - again.length
    waiting = [...again, ...waiting]
    dropExcess()
  }

  /** A flight whose request was cancelled never lands: what it carried is sent again. */
  function recoverStrays(now: number): void {
    for (const flight of flights) {
      if (now < flight.until) continue
      flights.delete(flight)
      giveBack(flight.cargo)
    }
  }

  async function flush(courier: Courier<T>, now: number): Promise<void> {
    recoverStrays(now)
    if (waiting.length === 0) return
    const flight = {
      cargo: waiting.map(({ item, tries }) => ({ item, tries: tries + 1 })),
      until: now + options.leaseMs,
    }
    waiting = []
    flights.add(flight)
    const items = flight.cargo.map(({ item }) => item)
    const refused = new Set(await sent(courier, items))
    // Given up for lost in the meantime: its cargo is already on its way again.
    if (!flights.delete(flight)) return
    giveBack(flight.cargo.filter(({ item }) => refused.has(item)))
    tellLosses()
  }

  async function flushLater(courier: Courier<T>): Promise<void> {
    const lease = leasedAt
    await new Promise((resolve) => setTimeout(resolve, options.maxWaitMs))
    if (leasedAt === lease) leasedAt = Number.NEGATIVE_INFINITY
    await flush(courier, courier.now + options.maxWaitMs)
  }

  return {
    add(item, courier) {
      waiting.push({ item, tries: 0 })
      dropExcess()
      if (waiting.length >= options.maxItems) {
        courier.waitUntil(flush(courier, courier.now))
        return
      }
      // A lease from the future is as dead as an old one: clocks of two requests may differ, not by a lease.
      if (Math.abs(courier.now - leasedAt) < options.leaseMs) return
      leasedAt = courier.now
      courier.waitUntil(flushLater(courier))
    },
    get lost() {
      return lost
    },
    get held() {
      return held()
    },
  }
}

/** What was not accepted; everything, when the courier itself failed. */
async function sent<T>(courier: Courier<T>, items: readonly T[]): Promise<readonly T[]> {
  try {
    return await courier.send(items)
  } catch {
    return items
  }
}
