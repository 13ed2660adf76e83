/** A result that names its failure. Expected failures are values; a throw is our own bug. */
export type Outcome<T, R extends string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: R }

export function pass<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}

export function fail<R extends string>(reason: R): { readonly ok: false; readonly reason: R } {
  return { ok: false, reason }
}
