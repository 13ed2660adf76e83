/** Bodies made wrong: one place of a value changed in one of the ways in which real clients and attackers change it. */
import { isNode } from '../nodes.ts'

/** Numbers that choose, and a value to put in: fast-check makes them. */
export interface Mutation {
  readonly where: number
  readonly how: number
  readonly foreign: unknown
}

interface Place {
  readonly path: readonly (string | number)[]
  readonly value: unknown
}

export function mutate(value: unknown, { where, how, foreign }: Mutation): unknown {
  const places = placesIn(value)
  const place = places[where % places.length]
  if (place === undefined) return foreign
  const changes = changesOf(place.value, foreign)
  const change = changes[how % changes.length]
  return change === undefined ? value : replaceAt(value, place.path, change)
}

function placesIn(value: unknown, path: readonly (string | number)[] = []): readonly Place[] {
  if (Array.isArray(value))
    return [{ path, value }, ...value.flatMap((one, at) => placesIn(one, [...path, at]))]
  if (!isNode(value)) return [{ path, value }]
  return [{ path, value }, ...Object.entries(value).flatMap(([name, one]) => placesIn(one, [...path, name]))]
}

type Change = (value: unknown) => unknown
const REMOVE = Symbol('remove')

function changesOf(value: unknown, foreign: unknown): readonly Change[] {
  const general: readonly Change[] = [
    () => REMOVE,
    () => foreign,
    () => null,
    () => [],
    () => ({}),
    () => '',
    () => 0,
    () => true,
  ]
  if (typeof value === 'string') return [...general, ...TEXTS]
  if (typeof value === 'number') return [...general, ...NUMBERS]
  if (Array.isArray(value)) return [...general, ...LISTS]
  return isNode(value) ? [...general, ...objects(foreign)] : general
}

const TEXTS: readonly Change[] = [
  (value) => `${value} `,
  (value) => ` ${value}`,
  (value) => `${value}x`,
  (value) => String(value).slice(1),
  (value) => String(value).repeat(40),
  (value) => String(value).toLowerCase(),
  (value) => String(value).toUpperCase(),
  (value) => String(value).replace(/\d/, 'x'),
  (value) => String(value).replace(/[A-Za-z]/, '7'),
  (value) => `${value}\n`,
  () => '😀'.repeat(3),
  () => 'a'.repeat(300),
  () => '2026-11-21',
  () => '2026-11-21T10:00:00Z',
  () => 'https://bank.example/a?b=c',
  () => '165.88',
]

const NUMBERS: readonly Change[] = [
  (value) => Number(value) + 0.5,
  (value) => -Number(value),
  (value) => Number(value) * 1_000_000,
  () => 2_147_483_648,
  () => -1,
  () => 1e300,
  (value) => String(value),
]

const LISTS: readonly Change[] = [
  (value) => [...list(value), ...list(value)],
  (value) => list(value).slice(1),
  (value) => [...list(value), 'x'],
  (value) => Array.from({ length: 40 }, () => list(value)[0] ?? 0),
  (value) => list(value)[0],
]

function objects(foreign: unknown): readonly Change[] {
  return [
    (value) => ({ ...members(value), undeclared: foreign }),
    (value) => ({ ...members(value), constructor: 'x' }),
    (value) => [members(value)],
    (value) =>
      Object.fromEntries(Object.entries(members(value)).map(([name, one]) => [name.toLowerCase(), one])),
    (value) => Object.fromEntries(Object.entries(members(value)).slice(1)),
  ]
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  return isNode(value) ? value : {}
}

function replaceAt(root: unknown, path: readonly (string | number)[], change: Change): unknown {
  const [step, ...rest] = path
  if (step === undefined) {
    const changed = change(root)
    return changed === REMOVE ? undefined : changed
  }
  if (Array.isArray(root)) {
    const items: readonly unknown[] = root
    return items
      .map((one, at) => (at === step ? replaceAt(one, rest, change) : one))
      .filter((one) => one !== undefined)
  }
  const kept = Object.entries(members(root)).map(([name, one]) => [
    name,
    name === step ? replaceAt(one, rest, change) : one,
  ])
  return Object.fromEntries(kept.filter(([, one]) => one !== undefined))
}
