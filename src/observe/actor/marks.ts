/**
 * The networks, software and certificates that a third party is known to have.
 *
 * What it had in its first day here is its own: nobody knows better. Anything later becomes its own after three days
 * on which it was used, three days after it was first used: a thief would have to be quiet for as long, and while he
 * is, he is a stranger.
 */
import { DAY_MS } from '../../lib/durations.ts'
import type { OriginName } from './delta.ts'
import type { Mark } from './types.ts'

export const MARKS = ['network', 'software', 'certificate'] as const satisfies readonly Mark[]

export interface KnownMark {
  readonly kind: Mark
  readonly hash: number
  readonly firstAt: number
  lastAt: number
  /** Days (UTC) on which it was used; counts no further than 255. */
  days: number
}

/** So long a third party is watched before anything of it is called unknown. */
const FOUNDING_MS = DAY_MS
const PROBATION_MS = 3 * DAY_MS
const PROBATION_DAYS = 3
/** Of each kind. A third party has a handful. */
const MAX_MARKS = 16
/** Certificates live for a year or two; what was not used for so long is somebody else's by now. */
const FORGOTTEN_MS = 90 * DAY_MS
const MAX_DAYS = 255

export function noteMarks(marks: KnownMark[], origin: OriginName, foundedAt: number, at: number): void {
  for (const kind of MARKS) noteMark(marks, kind, origin[kind], foundedAt, at)
}

function noteMark(marks: KnownMark[], kind: Mark, hash: number, foundedAt: number, at: number): void {
  const known = marks.find((mark) => mark.kind === kind && mark.hash === hash)
  if (known !== undefined) {
    if (dayOf(at) > dayOf(known.lastAt)) known.days = Math.min(MAX_DAYS, known.days + 1)
    known.lastAt = Math.max(known.lastAt, at)
    return
  }
  makeRoom(marks, kind, foundedAt, at)
  marks.push({ kind, hash, firstAt: at, lastAt: at, days: 1 })
}

/** Strangers give way to strangers: a thief with a thousand networks pushes out none that is known. */
function makeRoom(marks: KnownMark[], kind: Mark, foundedAt: number, at: number): void {
  const same = marks.filter((mark) => mark.kind === kind)
  if (same.length < MAX_MARKS) return
  const rank = (mark: KnownMark) =>
    (isKnown(mark, foundedAt, at) ? Number.MAX_SAFE_INTEGER / 2 : 0) + mark.lastAt
  const victim = same.reduce((least, mark) => (rank(mark) < rank(least) ? mark : least))
  marks.splice(marks.indexOf(victim), 1)
}

function isKnown(mark: KnownMark, foundedAt: number, at: number): boolean {
  if (at - mark.lastAt > FORGOTTEN_MS) return false
  if (mark.firstAt - foundedAt < FOUNDING_MS) return true
  return mark.days >= PROBATION_DAYS && at - mark.firstAt >= PROBATION_MS
}

export type KnownHashes = Readonly<Record<Mark, readonly number[]>>

/** Undefined while the third party is too young for anything of it to be unknown. */
export function knownHashes(
  marks: readonly KnownMark[],
  foundedAt: number,
  at: number,
): KnownHashes | undefined {
  if (at - foundedAt < FOUNDING_MS) return undefined
  const of = (kind: Mark) =>
    marks.filter((mark) => mark.kind === kind && isKnown(mark, foundedAt, at)).map(({ hash }) => hash)
  return { network: of('network'), software: of('software'), certificate: of('certificate') }
}

export function unknownIn(origin: OriginName, known: KnownHashes | undefined): readonly Mark[] {
  return known === undefined ? [] : MARKS.filter((kind) => !known[kind].includes(origin[kind]))
}

function dayOf(at: number): number {
  return Math.floor(at / DAY_MS)
}
