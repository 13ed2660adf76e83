/**
 * How the bank answers paths that nobody but one caller ever asked for. Some origins answer everything: with a page, a
 * redirect to their login or a blanket 401. Where many such strangers got one and the same answer, that answer says
 * little about the next path that gets it. An observed canary, which costs no request.
 */
import type { Counting } from './tally.ts'

/** `refusal`: strangers get this refusal too, so that it proves nothing. `answer`: they get this success too. */
export type Familiarity = 'none' | 'answer' | 'refusal'

const MANY = 64
const MAX_ANSWERS = 512
const HALF_LIFE_MS = 86_400_000

export interface Strangers {
  /** A path that one caller asked for. */
  came(answer: string, at: number): void
  /** Somebody else asked for it too. */
  left(answer: string): void
  familiarity(answer: string | undefined, status: number): Familiarity
  kept(): readonly (readonly [answer: string, count: number])[]
  restore(counts: readonly (readonly [answer: string, count: number])[]): void
}

export function newStrangers(): Strangers {
  const counts = new Map<string, number>()
  let halvedAt = 0

  function halve(at: number): void {
    if (at - halvedAt < HALF_LIFE_MS) return
    halvedAt = at
    for (const [answer, count] of counts) {
      if (count < 2) counts.delete(answer)
      else counts.set(answer, Math.floor(count / 2))
    }
  }

  return {
    came(answer, at) {
      halve(at)
      const count = counts.get(answer)
      if (count === undefined && counts.size >= MAX_ANSWERS) dropRarest(counts)
      counts.set(answer, (count ?? 0) + 1)
    },
    left(answer) {
      const count = counts.get(answer)
      if (count !== undefined && count > 0) counts.set(answer, count - 1)
    },
    familiarity(answer, status) {
      if (answer === undefined || (counts.get(answer) ?? 0) < MANY) return 'none'
      return status >= 200 && status < 300 ? 'answer' : 'refusal'
    },
    kept: () => Array.from(counts),
    restore(kept) {
      for (const [answer, count] of kept) counts.set(answer, count)
    },
  }
}

function dropRarest(counts: Map<string, number>): void {
  let rarest: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const [answer, count] of counts) {
    if (count >= least) continue
    rarest = answer
    least = count
  }
  if (rarest !== undefined) counts.delete(rarest)
}

/** Host, status, media type and size to the power of two: what two answers of one page have in common. */
export function answerOf({ host, status, mediaType, responseBytes }: Counting): string {
  const size = responseBytes === undefined ? '' : 32 - Math.clz32(Math.min(responseBytes, 0x7fff_ffff))
  return `${host} ${status} ${mediaType ?? ''} ${size}`
}

/** Codes that say nothing of whether there is anything: what does not exist, what a gateway or a limit answers alone. */
const SILENT: ReadonlySet<number> = new Set([0, 400, 404, 405, 410, 414, 421, 429, 431, 501, 502, 503, 504])

export function provesExistence(status: number): boolean {
  return status >= 200 && status < 600 && !SILENT.has(status)
}
