/**
 * The gate as it is deployed, with a counter at each thing that Cloudflare bills: calls and alarms of Durable Objects, rows
 * that they write, alarms that they set, what their databases grow by, data points. In workerd all objects of a Worker live in its isolate, so that one
 * counter sees all of them. `/_cost` tells what was counted since it was asked last.
 */
import gate, * as objects from '../../src/index.ts'

type Counted = Record<string, number>

let calls: Counted = {}
let rows: Counted = {}
let points = 0
/** Of each object: its class, and how large its database was when it was asked last, and when it was told last. */
const databases = new Map<string, { readonly name: string; bytes: number; told: number }>()

function add(to: Counted, name: string, amount = 1): void {
  to[name] = (to[name] ?? 0) + amount
}

/** Methods of a class are its RPC; what begins with # is not seen here, and the constructor is no call. */
function countCalls(name: string, prototype: object): void {
  for (const [method, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (method === 'constructor' || typeof value !== 'function') continue
    Object.defineProperty(prototype, method, {
      value(this: unknown, ...args: unknown[]) {
        add(calls, name)
        return Reflect.apply(value, this, args)
      },
      configurable: true,
      writable: true,
    })
  }
}

function countRows(name: string, { id, storage }: DurableObjectState): void {
  const { sql } = storage
  const key = `${name} ${id}`
  const database = databases.get(key) ?? { name, bytes: 0, told: 0 }
  databases.set(key, database)
  const counting = new Proxy(sql, {
    get(target, property) {
      if (property === 'exec')
        return (query: string, ...bindings: unknown[]) => {
          const cursor = target.exec(query, ...bindings)
          add(rows, name, cursor.rowsWritten)
          database.bytes = target.databaseSize
          return cursor
        }
      return Reflect.get(target, property, target)
    },
  })
  Object.defineProperty(storage, 'sql', { value: counting })
  const setAlarm = storage.setAlarm.bind(storage)
  Object.defineProperty(storage, 'setAlarm', {
    value: (at: number) => {
      add(rows, name)
      return setAlarm(at)
    },
  })
}

type ObjectClass = new (state: DurableObjectState, env: never) => object

function counted<T extends ObjectClass>(name: string, Class: T): T {
  countCalls(name, Class.prototype)
  return new Proxy(Class, {
    construct(target, [state, env], newTarget) {
      countRows(name, state)
      return Reflect.construct(target, [state, env], newTarget)
    },
  })
}

function grown(): Counted {
  const bytes: Counted = {}
  for (const database of databases.values()) {
    add(bytes, database.name, database.bytes - database.told)
    database.told = database.bytes
  }
  return bytes
}

export const Attestation = counted('Attestation', objects.Attestation)
export const Estate = counted('Estate', objects.Estate)
export const Findings = counted('Findings', objects.Findings)
export const Inventory = counted('Inventory', objects.Inventory)
export const Journal = counted('Journal', objects.Journal)
export const Ledger = counted('Ledger', objects.Ledger)
export const Replay = counted('Replay', objects.Replay)
export const Revocation = counted('Revocation', objects.Revocation)

export default {
  fetch(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response> {
    if (new URL(request.url).pathname !== '/_cost') return gate.fetch(request, counting(env), ctx)
    const told = { do_requests: calls, rows_written: rows, storage_bytes: grown(), data_points: points }
    calls = {}
    rows = {}
    points = 0
    return Response.json(told)
  },
  scheduled: gate.scheduled,
}

let kept: Env | undefined

function counting(env: Env): Env {
  kept ??= {
    ...env,
    ANALYTICS: {
      writeDataPoint(point) {
        points += 1
        env.ANALYTICS.writeDataPoint(point)
      },
    },
  }
  return kept
}
