/**
 * Finds the parameters that no single segment gives away: `/users/alice/profile`, `/users/bob/profile`. A mask is a
 * template with one of its words taken out. Where many words stand in that one place, each asked for by one caller
 * alone, the place is a parameter. Words that several callers ask for are operations, and count against the mask: an
 * operator who finds it wrong splits it, and it does not come back (akto PR #2675).
 */
import { hash32 } from '../../lib/hash32.ts'
import { newProbation, type Suspect, type Visit } from './probation.ts'
import { ID, isParameter, REST, segmentsOf } from './template.ts'

const CAPACITY = 1_024
const VALUES = 24
/** Values remembered of one mask. */
const MAX_VALUES = 48
const SESSIONS = 8
const SPONSORS = 3
/** Long enough for a second caller of a real operation to come by. */
const AGE_MS = 3_600_000
/** Places looked at, from the end: the first segment names the API and is never taken out. */
const MAX_PLACES = 3

export interface Masks {
  /** Only one caller has asked for this template so far. Returns the mask that this one made ripe. */
  alone(method: string, host: string, template: string, visit: Visit): Suspect | undefined
  /** A second caller has. */
  shared(method: string, host: string, template: string): void
  drop(key: string): void
  readonly size: number
}

export function newMasks(): Masks {
  const masks = newProbation(CAPACITY)
  const isSecond = newDoorkeeper()
  return {
    alone(method, host, template, visit) {
      let ripe: Suspect | undefined
      for (const [path, word] of masksOf(template)) {
        const key = `${method} ${host}${path}`
        if (masks.get(key) === undefined && !isSecond(hash32(key))) continue
        const mask = masks.see(key, visit)
        const value = hash32(word)
        if (mask.values.length === 0) mask.values = [value]
        else if (mask.values.length < MAX_VALUES && !mask.values.includes(value)) mask.values.push(value)
        if (isRipe(mask, visit.at)) ripe ??= mask
      }
      return ripe
    },
    shared(method, host, template) {
      for (const [path, word] of masksOf(template)) {
        const values = masks.get(`${method} ${host}${path}`)?.values
        const at = values?.indexOf(hash32(word)) ?? -1
        if (at >= 0) values?.splice(at, 1)
      }
    },
    drop: masks.drop,
    get size() {
      return masks.size
    },
  }
}

/** Names share cells: a newer one takes an older one's. */
const CELLS = 65_536

/**
 * Lets in what knocks twice (the doorkeeper of Einziger and others 2017). Nearly every mask of a flood's paths is never seen
 * again, and a place on probation costs much more than four octets.
 */
function newDoorkeeper(): (name: number) => boolean {
  let names: Uint32Array | undefined
  return (name) => {
    names ??= new Uint32Array(CELLS)
    const at = name % CELLS
    if (names[at] === name) return true
    names[at] = name
    return false
  }
}

function isRipe({ values, sessions, sponsors, firstAt }: Suspect, at: number): boolean {
  return (
    values.length >= VALUES &&
    sessions.length >= SESSIONS &&
    sponsors.length >= SPONSORS &&
    at - firstAt >= AGE_MS
  )
}

/** Each template with one word taken out, and the word. */
function masksOf(template: string): readonly (readonly [path: string, word: string])[] {
  const segments = segmentsOf(template)
  const found: [string, string][] = []
  for (let at = segments.length - 1; at > 0 && found.length < MAX_PLACES; at--) {
    const word = segments[at] ?? ''
    if (word === REST || isParameter(word)) continue
    found.push([`/${[...segments.slice(0, at), ID, ...segments.slice(at + 1)].join('/')}`, word])
  }
  return found
}
