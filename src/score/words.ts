/** Features as an operator reads them: what is measured, and its value in the unit that it was measured in. */
import type { Contribution } from '../evidence.ts'
import { FEATURE_NAMES, type FeatureName } from './features.ts'
import { ACTOR_WORDS } from './words/actor.ts'
import { CLAIM_WORDS } from './words/claim.ts'
import { CONSENT_WORDS } from './words/consent.ts'
import { CONTENT_WORDS } from './words/content.ts'
import { DAY_WORDS } from './words/day.ts'
import type { Description, Unit } from './words/description.ts'
import { ESTATE_WORDS } from './words/estate.ts'
import { HISTORY_WORDS } from './words/history.ts'
import { INVENTORY_WORDS } from './words/inventory.ts'
import { LEDGER_WORDS } from './words/ledger.ts'
import { REQUEST_WORDS } from './words/request.ts'
import { STRANGER_WORDS } from './words/stranger.ts'
import { VOLUME_WORDS } from './words/volume.ts'

/** A feature without its words does not compile. */
const DESCRIPTIONS: Readonly<Record<FeatureName, Description>> = {
  ...REQUEST_WORDS,
  ...LEDGER_WORDS,
  ...ESTATE_WORDS,
  ...CONSENT_WORDS,
  ...ACTOR_WORDS,
  ...HISTORY_WORDS,
  ...INVENTORY_WORDS,
  ...CLAIM_WORDS,
  ...DAY_WORDS,
  ...CONTENT_WORDS,
  ...STRANGER_WORDS,
  ...VOLUME_WORDS,
}

/**
 * Contributions that were kept without their words. Each feature's value to the bit is in the vector, where one was kept;
 * features are only ever appended, so that it stands where it stood.
 */
export function worded(
  contributions: readonly Contribution[],
  vector: Float32Array | undefined,
): readonly Contribution[] {
  return contributions.map((contribution) => {
    const { feature, value, words } = contribution
    if (words !== undefined) return contribution
    const at = FEATURE_NAMES.indexOf(feature)
    return { ...contribution, words: inWords(feature, at < 0 ? value : (vector?.[at] ?? value)) }
  })
}

/** `3 attempts on this account within an hour`. */
export function inWords(feature: string, value: number | undefined): string {
  const [unit, text] = describe(feature)
  if (value === undefined || Number.isNaN(value)) return `not known: ${text}`
  if (unit === 'flag') return `${value === 1 ? 'yes' : 'no'}: ${text}`
  return `${amount(unit, value)} ${text}`
}

/** `3 instead of 40 attempts on this account within an hour`. */
export function changeInWords(feature: string, from: number | undefined, to: number): string {
  const [unit, text] = describe(feature)
  const before = from === undefined || Number.isNaN(from) ? 'not known' : amount(unit, from)
  return unit === 'flag'
    ? `${text}: ${amount(unit, to)} instead of ${before}`
    : `${amount(unit, to)} instead of ${before} ${text}`
}

export function unitOf(feature: string): Unit {
  return describe(feature)[0]
}

/** A feature that is not among these is of another version of the gate, and speaks for itself. */
function describe(feature: string): Description {
  const descriptions: Readonly<Record<string, Description>> = DESCRIPTIONS
  return descriptions[feature] ?? ['number', feature]
}

/** Counts and durations are scored as logarithms (`measures.ts`). */
function amount(unit: Unit, value: number): string {
  switch (unit) {
    case 'flag':
      return value === 1 ? 'yes' : 'no'
    case 'count':
      return rounded(Math.expm1(value))
    case 'share':
      return `${rounded(100 * value)}%`
    case 'seconds':
      return duration(Math.expm1(value))
    case 'number':
      return rounded(value)
  }
}

const DURATIONS = [
  [86_400, 'days'],
  [3_600, 'hours'],
  [60, 'minutes'],
] as const

function duration(seconds: number): string {
  for (const [length, name] of DURATIONS) {
    if (seconds >= 2 * length) return `${rounded(seconds / length)} ${name}`
  }
  return `${rounded(seconds)} seconds`
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(value >= 100 ? 3 : 2)))
}
