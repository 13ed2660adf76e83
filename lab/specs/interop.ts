/** What a CommonJS module calls its default is a member of it in Node, whatever its types say. */
export function interop<T>(module: T): T {
  const holder: unknown = module
  const isHolder =
    (typeof holder === 'object' || typeof holder === 'function') && holder !== null && 'default' in holder
  // Its `default` is what the types say that the module is.
  return isHolder ? (holder.default as T) : module
}
