/**
 * Undocumented operations that stand where a published one has a parameter: `/accounts/export` behind
 * `/accounts/{AccountId}`. The specification lets it pass as an identifier; whoever knows the bank's identifiers sees that
 * it is none. So an operation learns what its parameters' values look like: how many there were, how many of them were
 * words, and how long those were that have letters. A word is suspect only where nearly nothing else is one.
 */
import { hash32 } from '../../lib/hash32.ts'
import { estimate, mark, mergeSketch, newSketch, type Sketch, sketchFrom, sketchText } from './sketch.ts'
import { isValue } from './template.ts'

export interface ValuesSeen {
  /** Different ones that are no words. */
  readonly values: Sketch
  readonly words: Sketch
  /** Bit n: one of n characters had a letter in it. Random identifiers of this length may be letters alone. */
  lengths: number
}

/** As it is stored. */
export interface StoredValues {
  readonly values: string
  readonly words: string
  readonly lengths: number
}

export function newValues(): ValuesSeen {
  return { values: newSketch(), words: newSketch(), lengths: 0 }
}

const LETTER = /[a-z]/i
/** As people write words of an API: with vowels, and never many consonants in a row. */
const WORD = /^[a-z]{3,24}(?:[-_][a-z]{2,24}){0,4}$/i
const UNPRONOUNCEABLE = /[^aeiouy_-]{5}/i

/** Takes note of one request's values; returns the path with the word in it, where there is one. */
export function noteValues(seen: ValuesSeen, path: string, given: readonly string[]): string | undefined {
  let word = false
  for (const value of given) {
    if (isWord(value)) {
      word = true
      mark(seen.words, hash32(value))
    } else {
      mark(seen.values, hash32(value))
      if (LETTER.test(value)) seen.lengths |= bitOf(value)
    }
  }
  return word ? withWords(path, given) : undefined
}

function isWord(value: string): boolean {
  return WORD.test(value) && !UNPRONOUNCEABLE.test(value) && !isValue(value)
}

function withWords(path: string, given: readonly string[]): string {
  let at = 0
  return path.replace(/\{[^{}]*\}/g, (parameter) => {
    const value = given[at++] ?? ''
    return isWord(value) ? value : parameter
  })
}

const bitOf = (value: string): number => 1 << Math.min(value.length, 31)

const ENOUGH = 8

/** Whether words are so rare here that one of them is something else. */
export function standsOut(seen: ValuesSeen | undefined, template: string, path: string): boolean {
  if (seen === undefined) return false
  const values = estimate(seen.values)
  if (values < ENOUGH || estimate(seen.words) > 1 + values / ENOUGH) return false
  const declared = path.split('/')
  return template
    .split('/')
    .every((segment, at) => segment === declared[at] || (seen.lengths & bitOf(segment)) === 0)
}

export function mergeValues(into: ValuesSeen, from: ValuesSeen): void {
  mergeSketch(into.values, from.values)
  mergeSketch(into.words, from.words)
  into.lengths |= from.lengths
}

export function storedValues({ values, words, lengths }: ValuesSeen): StoredValues {
  return { values: sketchText(values), words: sketchText(words), lengths }
}

export function valuesFrom({ values, words, lengths }: StoredValues): ValuesSeen {
  return { values: sketchFrom(values), words: sketchFrom(words), lengths }
}
