/** Small readings of a parsed document, where nothing is as it should be until it was looked at. */
export type Node = Readonly<Record<string, unknown>>

/** A part of a document and where it stands. */
export interface At<T = unknown> {
  readonly value: T
  /** JSON pointer. */
  readonly pointer: string
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function member(node: Node, name: string): unknown {
  return Object.hasOwn(node, name) ? node[name] : undefined
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function entries(value: unknown): readonly (readonly [string, unknown])[] {
  return isNode(value) ? Object.entries(value) : []
}

/** RFC 6901 section 3. */
export function below(pointer: string, ...tokens: readonly (string | number)[]): string {
  return `${pointer}${tokens.map((token) => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`
}

export function at(parent: At<Node>, ...tokens: readonly string[]): At {
  let value: unknown = parent.value
  for (const token of tokens) value = isNode(value) ? member(value, token) : undefined
  return { value, pointer: below(parent.pointer, ...tokens) }
}

/** One text for equal values, whatever the order of their members. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (!isNode(value)) return JSON.stringify(value) ?? 'undefined'
  const members = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`)
  return `{${members.sort().join()}}`
}
