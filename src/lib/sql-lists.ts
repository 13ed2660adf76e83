/** Lists in SQL. SQLite in a Durable Object binds at most 100 values to a statement. */
const MAX_BOUND = 100

export function* inChunks<T>(all: readonly T[]): Iterable<readonly T[]> {
  for (let start = 0; start < all.length; start += MAX_BOUND) yield all.slice(start, start + MAX_BOUND)
}

/** As many question marks. */
export function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join()
}
