/** Where a value stands in a JSON text, for messages to whoever wrote it by hand. */

/**
 * The line, from 1, of the value that the reference tokens (RFC 6901) lead to; of the last value on the way where the
 * rest leads nowhere. The text must be JSON already.
 */
export function lineOfValue(text: string, tokens: readonly string[]): number {
  let at = skipSpace(text, 0)
  for (const token of tokens) {
    const next = memberAt(text, at, token)
    if (next === undefined) break
    at = next
  }
  return lineAt(text, at)
}

/** The line, from 1, of a position. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}

function memberAt(text: string, container: number, token: string): number | undefined {
  const isObject = text[container] === '{'
  if (!isObject && text[container] !== '[') return undefined
  let at = skipSpace(text, container + 1)
  for (let index = 0; text[at] !== '}' && text[at] !== ']'; index++) {
    const end = isObject ? skipString(text, at) : at
    const name = isObject ? JSON.parse(text.slice(at, end)) : String(index)
    // An object's value comes after the colon and the space around it.
    const value = isObject ? skipSpace(text, skipSpace(text, end) + 1) : at
    if (name === token) return value
    const next = skipSpace(text, skipValue(text, value))
    at = text[next] === ',' ? skipSpace(text, next + 1) : next
  }
  return undefined
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENERS: ReadonlySet<number> = new Set([0x5b, 0x7b])
const CLOSERS: ReadonlySet<number> = new Set([0x5d, 0x7d])
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d])

function skipValue(text: string, from: number): number {
  if (text.charCodeAt(from) === QUOTE) return skipString(text, from)
  if (!OPENERS.has(text.charCodeAt(from))) return skipPlain(text, from)
  let depth = 0
  let at = from
  do {
    const unit = text.charCodeAt(at)
    if (unit === QUOTE) at = skipString(text, at)
    else at++
    if (OPENERS.has(unit)) depth++
    else if (CLOSERS.has(unit)) depth--
  } while (depth > 0)
  return at
}

/** A number or a literal: up to what may follow one. */
function skipPlain(text: string, from: number): number {
  let at = from
  while (/[\w.+-]/.test(text[at] ?? '')) at++
  return at
}

function skipString(text: string, from: number): number {
  let at = from + 1
  while (text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at + 1
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (SPACES.has(text.charCodeAt(at))) at++
  return at
}
