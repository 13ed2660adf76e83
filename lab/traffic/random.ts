/**
 * Seeded randomness in streams that split: each person and each campaign draws from a stream of its own name, so that
 * adding one visitor changes no other visitor, and the same seed gives the same traffic on every machine.
 */

export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** Whole number in [0, below). */
  below(below: number): number
  between(low: number, high: number): number
  chance(probability: number): boolean
  pick<T>(from: readonly T[]): T
  /** One of `[value, weight]` pairs. */
  weighted<T>(from: readonly (readonly [T, number])[]): T
  exponential(mean: number): number
  /** Most human durations: many short, some very long. */
  logNormal(median: number, sigma: number): number
  /** A stream of its own that depends on this stream's name alone, and not on what was drawn from it. */
  fork(name: string | number): Random
}

export function random(seed: string | number): Random {
  const name = String(seed)
  const next = sfc32(name)
  const self: Random = {
    next,
    below: (below) => Math.floor(next() * below),
    between: (low, high) => low + next() * (high - low),
    chance: (probability) => next() < probability,
    pick(from) {
      const value = from[Math.floor(next() * from.length)]
      if (value === undefined) throw new Error('Cannot pick: the list is empty')
      return value
    },
    weighted(from) {
      let left = next() * from.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [value, weight] of from) {
        left -= weight
        if (left < 0) return value
      }
      return self.pick(from)[0]
    },
    exponential: (mean) => -Math.log(1 - next()) * mean,
    logNormal: (median, sigma) => median * Math.exp(sigma * normal(next)),
    fork: (child) => random(`${name}/${child}`),
  }
  return self
}

/** Box-Muller; the second value of each pair is let go, because a stream must not remember. */
function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
}

/** Small fast counting generator of 128 bits (PractRand's sfc32), seeded by four FNV-1a hashes of the name. */
function sfc32(name: string): () => number {
  let a = fnv1a(name, 0x811c9dc5)
  let b = fnv1a(name, 0x01234567)
  let c = fnv1a(name, 0x9e3779b9)
  let counter = 1
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 0x1_0000_0000
  }
  // The first outputs still look like the seed.
  for (let round = 0; round < 12; round += 1) next()
  return next
}

export function fnv1a(text: string, basis = 0x811c9dc5): number {
  let hash = basis
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
