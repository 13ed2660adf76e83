/** Drawing at random, where nobody outside sees what was drawn. */

/** An item of an urn. */
export interface Drawn {
  /** Where it stands, so that it can be taken out without a search. The urn's own. */
  position: number
}

export interface Urn<Item extends Drawn> {
  readonly items: readonly Item[]
  put(item: Item): void
  take(item: Item): void
  /**
   * Of sixteen drawn the one that weighs least: an item is found only where the other fifteen weigh as much or more.
   * Undefined only from an empty urn.
   */
  lightest(weightOf: (item: Item) => number): Item | undefined
}

const SAMPLE = 16

export function newUrn<Item extends Drawn>(): Urn<Item> {
  const items: Item[] = []
  const random = newRandom()
  return {
    items,
    put(item) {
      item.position = items.length
      items.push(item)
    },
    take(item) {
      const last = items.pop()
      if (last === undefined || last === item) return
      last.position = item.position
      items[item.position] = last
    },
    lightest(weightOf) {
      let found: Item | undefined
      let least = Number.POSITIVE_INFINITY
      for (let draw = 0; draw < SAMPLE; draw += 1) {
        const item = items[random() % items.length]
        const weight = item === undefined ? least : weightOf(item)
        if (weight >= least) continue
        found = item
        least = weight
      }
      return found
    },
  }
}

/**
 * Unsigned, of 32 bits, never 0: Marsaglia's xorshift32. Without a seed from outside, so that a run in the laboratory
 * repeats; nobody outside sees what it decides, so there is nothing to predict it from.
 */
export function newRandom(): () => number {
  let state = 0x9e3779b9
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}
