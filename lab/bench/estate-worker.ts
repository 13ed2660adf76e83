/**
 * What the estate costs a request, and what merging costs it. Times are taken outside:
 * `POST /?loop=request&times=N` counts N requests in one isolate's collector, a thousand a second;
 * `POST /?loop=swap&times=N` does the same and swaps every second with a pool in memory;
 * `POST /?loop=prepare&times=N` makes the parcels of N isolates, each with a hundred requests of one second;
 * `POST /?loop=merge&shards=S` swaps them with S Estate objects.
 */
import type { Footprint } from '../../src/evidence.ts'
import { estateName } from '../../src/observe/estate/client.ts'
import { type Collector, newCollector, type Open } from '../../src/observe/estate/collector.ts'
import type { Estate } from '../../src/observe/estate/estate-object.ts'
import type { Parcel } from '../../src/observe/estate/parcel.ts'
import { newPool } from '../../src/observe/estate/pool.ts'

export { Estate } from '../../src/observe/estate/estate-object.ts'

interface BenchEnv {
  readonly ESTATE: DurableObjectNamespace<Estate>
}

const NOON = Date.UTC(2026, 10, 21, 12)
const REQUESTS_A_SECOND = 1_000
const OF_ONE_ISOLATE = 100
const AT_ONCE = 32

let prepared: readonly Parcel[] = []

export default {
  async fetch(request: Request, env: BenchEnv): Promise<Response> {
    const query = new URL(request.url).searchParams
    const times = Number(query.get('times'))
    const shards = Number(query.get('shards') ?? 1)
    switch (query.get('loop')) {
      case 'request':
        run(times, false)
        break
      case 'swap':
        run(times, true)
        break
      case 'prepare':
        prepared = Array.from({ length: times }, (_, isolate) => parcelOf(isolate))
        break
      case 'names':
        return new Response(
          String(prepared.reduce((sum, { names }) => sum + names.length, 0) / prepared.length),
        )
      case 'merge':
        await merge(env, shards)
        break
    }
    return new Response('done')
  },
}

function run(times: number, swapping: boolean): void {
  const pool = newPool()
  const collector = newCollector({ isolate: 'bench', targets: 1, waitMs: 1_000 })
  let opened: Open[] = []
  const keep = (open: Open) => void opened.push(open)
  for (let n = 0; n < times; n += 1) {
    const at = NOON + (n * 1_000) / REQUESTS_A_SECOND
    if (swapping && n % REQUESTS_A_SECOND === 0) {
      for (const open of opened) collector.hear(open, pool.swap(structuredClone(collector.seal(open))))
      opened = []
    }
    visit(collector, n, at, keep)
  }
}

function parcelOf(isolate: number): Parcel {
  const collector = newCollector({ isolate: `isolate-${isolate}`, targets: 1, waitMs: 1_000 })
  const opened: Open[] = []
  for (let n = 0; n < OF_ONE_ISOLATE; n += 1) {
    visit(collector, isolate * 7_919 + n, NOON + n * 10, (open) => void opened.push(open))
  }
  const [open] = opened
  if (open === undefined) throw new Error('Cannot prepare a parcel: none was opened')
  return collector.seal(open)
}

/** Logins: forty kinds of software in sixty networks, passwords mostly different. */
function visit(collector: Collector, n: number, at: number, opened: (open: Open) => void): void {
  const address = `198.51.${(n >> 8) & 255}.${n & 255}/32`
  const footprint: Footprint = {
    ...{ requestId: 'bench', at, route: 'login', sensitivity: 'login', attempt: true, page: false },
    keys: [{ kind: 'address', id: address, standing: 'claimed' }],
    ...{ account: `k1.user${n % 9_000}`, client: `chrome@${address}`, resource: undefined },
    cohort: `fp-${n % 40}`,
    cohorts: {
      network: String(64_500 + (n % 60)),
      country: ['GB', 'PL', 'DE'][n % 3] ?? 'GB',
      password: `k1.${(n * 7_919) % 5_000}`,
    },
    ...{ home: '0', spread: 0, asks: {} },
  }
  collector.observe(footprint, opened)
  collector.settle(footprint, n % 10 === 0 ? 'failure' : 'success', { at, bytes: 900 }, opened)
}

async function merge({ ESTATE }: BenchEnv, shards: number): Promise<void> {
  let next = 0
  const one = async (): Promise<void> => {
    while (next < prepared.length) {
      const index = next++
      const parcel = prepared[index]
      if (parcel === undefined) return
      const sequence = parcel.sequence + Math.floor(performance.now() * 1_000)
      const answer = await ESTATE.getByName(estateName(index % shards, shards)).swap({ ...parcel, sequence })
      if (answer === undefined || !('numbers' in answer)) throw new Error('Cannot merge: the object failed')
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
}
