/**
 * A pure function of a short text, with its last results remembered: the same few header names and user agents arrive
 * in every request. Bounded, and emptied when full: whoever sends a new text each time costs what it would cost
 * without a memory, and can push out nothing but results.
 */
export function remember<T>(capacity: number, make: (text: string) => T): (text: string) => T {
  const results = new Map<string, T>()
  return (text) => {
    const remembered = results.get(text)
    if (remembered !== undefined) return remembered
    const result = make(text)
    if (text.length > MAX_LENGTH) return result
    if (results.size >= capacity) results.clear()
    results.set(text, result)
    return result
  }
}

/** Longer texts are not kept: a memory of them would have no bound worth the name. */
const MAX_LENGTH = 512
