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
  /**
   * Items held at most, waiting and under way together; the oldest are given up and count as lost. What is under way cannot be
   * called back: it is on its way still, a quarter as many again at most, and not lost if it is accepted after all.
   */
  readonly maxHeld: number
  /** How often an item is sent before it is given up; twice, unless told otherwise. */
  readonly maxTries?: number
  /** What was added so long ago is not sent again; for ever, unless told otherwise. */
  readonly maxAgeMs?: number
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
  /** Items given up, for want of space or after the last try. */
  readonly lost: number
  readonly held: number
}

interface Held<T> {
  readonly item: T
  readonly tries: number
  readonly addedAt: number
  /** In the order in which items were added. */
  readonly place: number
}

interface Flight<T> {
  readonly cargo: readonly Held<T>[]
  readonly until: number
  /** So many of the oldest were given up meanwhile, and are not sent again. */
  givenUp: number
}

export function newBatch<T>(options: BatchOptions): Batch<T> {
  const { maxTries = 2, maxAgeMs = Number.POSITIVE_INFINITY } = options
  let waiting: Held<T>[] = []
  const flights = new Set<Flight<T>>()
  let leasedAt = Number.NEGATIVE_INFINITY
  let lost = 0
  let told = 0
  let places = 0

  /** What was added last is not given up, though it alone may be waiting: whoever added it may still be filling it. */
  function giveUpOldest(): void {
    const [flight] = Array.from(flights).sort((one, other) => placeIn(one) - placeIn(other))
    const [first] = waiting
    const spared = waiting.length === 1 || !isCrowded()
    if (flight !== undefined && first !== undefined && placeIn(flight) < first.place && spared)
      flight.givenUp += 1
    else waiting.shift()
    lost += 1
  }

  /** Nothing is gained by sending more where so much is under way that nobody wants any more. */
  function isCrowded(): boolean {
    return sumOf(({ givenUp }) => givenUp) >= options.maxHeld / 4
  }

  function sumOf(figure: (flight: Flight<T>) => number): number {
    let sum = 0
    for (const flight of flights) sum += figure(flight)
    return sum
  }

  function tellLosses(): void {
    if (lost > told) options.onLost?.(lost - told)
    told = lost
  }

  function held(): number {
    return waiting.length + sumOf(({ cargo, givenUp }) => cargo.length - givenUp)
  }

  function land({ cargo, givenUp }: Flight<T>, isRefused: (item: T) => boolean): void {
    const [over, wanted] = [cargo.slice(0, givenUp), cargo.slice(givenUp)]
    const back = wanted.filter(({ item }) => isRefused(item))
    const again = back.filter(({ tries }) => tries < maxTries)
    lost += back.length - again.length - over.filter(({ item }) => !isRefused(item)).length
    waiting = [...again, ...waiting].sort((one, other) => one.place - other.place)
  }

  /** A flight whose request was cancelled never lands: what it carried is sent again. */
  function recoverStrays(now: number): void {
    for (const flight of flights) {
      if (now < flight.until) continue
      flights.delete(flight)
      land(flight, () => true)
    }
  }

  function giveUpOld(now: number): void {
    const left = waiting.filter(({ tries, addedAt }) => tries === 0 || now - addedAt < maxAgeMs)
    lost += waiting.length - left.length
    waiting = left
  }

  async function flush(courier: Courier<T>, now: number): Promise<void> {
    recoverStrays(now)
    giveUpOld(now)
    if (waiting.length === 0 || isCrowded()) return
    const flight = {
      cargo: waiting.map((one) => ({ ...one, tries: one.tries + 1 })),
      until: now + options.leaseMs,
      givenUp: 0,
    }
    waiting = []
    flights.add(flight)
    const items = flight.cargo.map(({ item }) => item)
    const refused = new Set(await sent(courier, items))
    // Given up for lost in the meantime: its cargo is already on its way again.
    if (!flights.delete(flight)) return
    land(flight, (item) => refused.has(item))
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
      waiting.push({ item, tries: 0, addedAt: courier.now, place: places++ })
      if (held() > options.maxHeld) giveUpOldest()
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

/** Of the oldest that it still has. */
function placeIn<T>({ cargo, givenUp }: Flight<T>): number {
  return cargo[givenUp]?.place ?? Number.POSITIVE_INFINITY
}

/** What was not accepted; everything, when the courier itself failed. */
async function sent<T>(courier: Courier<T>, items: readonly T[]): Promise<readonly T[]> {
  try {
    return await courier.send(items)
  } catch {
    return items
  }
}
