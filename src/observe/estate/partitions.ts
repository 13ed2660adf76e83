/**
 * Bounded tables, one for each kind of cohort: what an attacker can invent (fingerprints, passwords) fills its own table and
 * no other, and within it pushes out its own kind (`table.ts`). Routes, networks and third parties nobody can invent.
 */
import { newTableOf, type Table } from '../table.ts'
import { type Active, activityAt } from './activity.ts'
import type { Kind } from './names.ts'

/**
 * 2,560 in all: about 12 MB, and 50 MB when every sketch is full because the estate cannot be reached. Tables of networks and countries hold one for
 * each route that they use.
 */
const CAPACITY = {
  route: 256,
  cohort: 768,
  network: 768,
  country: 256,
  tpp: 128,
  bin: 128,
  password: 256,
} as const satisfies Record<Kind, number>

export interface Partitions<State extends Active> {
  get(kind: Kind, name: string): State | undefined
  add(kind: Kind, name: string, state: State, at: number): void
  delete(kind: Kind, name: string): void
  sweep(obsolete: (state: State) => boolean): void
  entries(): Iterable<readonly [kind: Kind, name: string, state: State]>
  readonly size: number
}

/** @param share of the usual capacity: an object holds more than an isolate */
export function newPartitions<State extends Active>(share = 1): Partitions<State> {
  const table = (kind: Kind): Table<State> =>
    newTableOf<State>(Math.max(1, Math.floor(CAPACITY[kind] * share)), activityAt)
  const tables: Readonly<Record<Kind, Table<State>>> = {
    route: table('route'),
    cohort: table('cohort'),
    network: table('network'),
    country: table('country'),
    tpp: table('tpp'),
    bin: table('bin'),
    password: table('password'),
  }
  const all = Object.values(tables)
  return {
    get: (kind, name) => tables[kind].get(name),
    add: (kind, name, state, at) => tables[kind].add(name, state, at),
    delete: (kind, name) => tables[kind].delete(name),
    sweep(obsolete) {
      for (const one of all) one.sweep(obsolete)
    },
    *entries() {
      for (const kind of KINDS) for (const [name, state] of tables[kind].entries()) yield [kind, name, state]
    },
    get size() {
      return all.reduce((size, one) => size + one.size, 0)
    },
  }
}

const KINDS: readonly Kind[] = ['route', 'cohort', 'network', 'country', 'tpp', 'bin', 'password']
