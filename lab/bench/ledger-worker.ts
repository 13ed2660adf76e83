/**
 * One call to one Ledger object after another, as the gate makes them for a third party's attended read: seven keys, and what
 * annexes are asked, as text. Times are taken outside:
 * `POST /?objects=N&keys=M&from=A&hops=H` makes H calls over N objects and M keys, beginning with the A-th.
 */
import { faultIn } from '../../src/lib/fault.ts'
import { hash32 } from '../../src/lib/hash32.ts'
import type { Ledger } from '../../src/observe/ledger-object.ts'
import { type Arrival, sent, type Told, unpack } from '../../src/observe/wire.ts'

export { Ledger } from '../../src/observe/ledger-object.ts'

const KINDS = ['tpp', 'token', 'consent', 'pass', 'client', 'address', 'prefix']

interface BenchEnv {
  readonly LEDGER: DurableObjectNamespace<Ledger>
}

export default {
  async fetch(request: Request, env: BenchEnv): Promise<Response> {
    const query = new URL(request.url).searchParams
    const number = (name: string): number => Number(query.get(name))
    const [objects, keys, from, hops] = [
      number('objects'),
      number('keys'),
      number('from'),
      number('hops'),
    ] as const
    for (let n = 0; n < hops; n += 1) await hop(env, from + n, objects, keys)
    return new Response('done')
  },
}

async function hop({ LEDGER }: BenchEnv, n: number, objects: number, keys: number): Promise<void> {
  // Weyl's sequence: every object and every key in turn, in no order that a cache could like.
  const object = Math.floor(((n * 0.6180339887498949) % 1) * objects)
  const key = Math.floor((((n * 0.7548776662466927) % 1) * keys) / KINDS.length)
  const [consent, account] = [`consent:${key}`, hash32(`account ${key}`)]
  const arrival: Arrival = {
    ...{ id: `bench-${n}`, at: Date.now(), attempt: false, page: false, account: undefined },
    ...{ client: `c${key}`, resource: account, keys: KINDS.map((kind) => `${kind}:${key}`) },
    asks: {
      consent: {
        ...{ kind: 'use', data: true, listing: undefined, unattended: undefined },
        account: { collection: 'accounts', names: [`k1.${key}`] },
      },
      order: { operation: 'read', bornAt: undefined, token: key },
      walk: { resource: account, owner: account, collection: hash32('accounts'), ordinal: undefined },
    },
    asked: { consent, order: consent, walk: consent },
  }
  // RPC's types know no member that may be anything.
  const told = (await LEDGER.getByName(`bench-${object}-of-${objects}`).observe(
    sent(arrival),
  )) as Partial<Told>
  const known = typeof told.annexes === 'string' ? Object.values(JSON.parse(told.annexes)) : []
  if (unpack(told.behaviours, KINDS.length) === undefined || known.length !== 3 || known.some(isFault))
    throw new Error('Cannot measure: the object failed')
}

function isFault(answer: unknown): boolean {
  return faultIn(answer) !== undefined
}
