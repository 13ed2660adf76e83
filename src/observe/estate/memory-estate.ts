/**
 * The estate in memory, for tests, the laboratory and replay: the same collectors and the same pool, without objects around
 * them. Time is the requests' own: a parcel is swapped by the first request that comes a second after it was opened.
 */
import type { Footprint } from '../../evidence.ts'
import { hash32 } from '../../lib/hash32.ts'
import type { Estate } from '../../ports.ts'
import { type Collector, newCollector, type Open } from './collector.ts'
import { newPool } from './pool.ts'

export interface MemoryEstateOptions {
  /** Among which the requests are shared out. */
  readonly isolates?: number
  /** Share of the usual capacity. */
  readonly capacity?: number
  readonly swapMs?: number
}

interface Isolate {
  readonly collector: Collector
  readonly open: Set<Open>
}

export function memoryEstate({
  isolates = 1,
  capacity = 1,
  swapMs = 1_000,
}: MemoryEstateOptions = {}): Estate {
  const pool = newPool(2 * capacity)
  const newIsolate = (index: number): Isolate => {
    const options = { isolate: `isolate-${index}`, targets: 1, waitMs: swapMs, capacity }
    return { collector: newCollector(options), open: new Set() }
  }
  const first = newIsolate(0)
  const all = [first, ...Array.from({ length: isolates - 1 }, (_, index) => newIsolate(index + 1))]

  function isolateOf({ requestId }: Footprint): Isolate {
    return all[isolates === 1 ? 0 : hash32(requestId) % isolates] ?? first
  }

  /** All that are due, everywhere: other isolates do not wait for their own next request. */
  function swap(at: number): void {
    for (const { collector, open } of all) {
      for (const one of open) {
        if (at - one.openedAt < swapMs) continue
        open.delete(one)
        collector.hear(one, pool.swap(collector.seal(one)))
      }
    }
  }

  return {
    observe(footprint) {
      swap(footprint.at)
      const { collector, open } = isolateOf(footprint)
      return collector.observe(footprint, (opened) => open.add(opened))
    },
    settle(footprint, outcome, at) {
      const { collector, open } = isolateOf(footprint)
      collector.settle(footprint, outcome, { at }, (opened) => open.add(opened))
    },
  }
}
