/**
 * Every client of a log, in bounded memory: when there are too many, those that have been quiet longest are written to a
 * disk and forgotten. One that comes back begins anew, and its parts are joined in the end.
 */
import { type Client, join, newClient } from './client.ts'
import { newSpill, type Spill } from './spill.ts'

export interface Clients {
  get(address: string, agent: string | undefined, network: () => string): Client
  /** All of them, each whole. May be asked for again and again, once nobody new comes. */
  all(): Generator<Client>
  /** Parts of clients that were written to the disk. */
  readonly spilled: number
  close(): void
}

export interface ClientsOptions {
  /** Clients held in memory: about 1.3 kB each. */
  readonly most?: number
  /** Where a folder may be made when they are more. */
  readonly scratch: string
}

/** A log may have a line of kilobytes for an agent: what is longer is cut, and equal beginnings are one. */
const MAX_AGENT = 1_024
const MAX_ADDRESS = 256

export function newClients({ most = 20_000, scratch }: ClientsOptions): Clients {
  const present = new Map<string, Client>()
  let spill: Spill | undefined

  function makeRoom(): void {
    spill ??= newSpill(scratch)
    const quiet = [...present].sort(([, a], [, b]) => a.session.last - b.session.last)
    for (const [key, client] of quiet.slice(0, Math.ceil(quiet.length / 2))) {
      spill.add(key, client)
      present.delete(key)
    }
  }

  return {
    get(address, agent, network) {
      const key = `${address.slice(0, MAX_ADDRESS)} ${agent?.slice(0, MAX_AGENT) ?? ''}`
      const known = present.get(key)
      if (known !== undefined) return known
      if (present.size >= most) makeRoom()
      // Parts of a line would keep the whole of it in memory.
      const own = (text: string) => Buffer.from(text).toString()
      const client = newClient(
        own(address.slice(0, MAX_ADDRESS)),
        agent === undefined ? undefined : own(agent.slice(0, MAX_AGENT)),
        own(network()),
      )
      present.set(own(key), client)
      return client
    },
    *all() {
      if (spill === undefined) {
        yield* present.values()
        return
      }
      for (const [key, client] of present) spill.add(key, client)
      present.clear()
      for (const part of spill.parts()) {
        const whole = new Map<string, Client>()
        for (const { key, client } of part) {
          const known = whole.get(key)
          if (known === undefined) whole.set(key, client)
          else join(known, client)
        }
        yield* whole.values()
      }
    },
    get spilled() {
      return spill?.written ?? 0
    },
    close() {
      spill?.close()
    },
  }
}
