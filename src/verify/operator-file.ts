/** Reads a JSON document that an operator wrote: whole or not at all, and every mistake with its line. */
import { checkJson, type JsonLimits } from '../lib/json.ts'
import { lineAt, lineOfValue } from '../lib/json-lines.ts'

export type Members = Readonly<Record<string, unknown>>

/** Says what stands where (RFC 6901 reference tokens) and what may stand there. */
export type Complain = (path: readonly string[], found: unknown, allowed: string) => void

export type ParsedFile<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly mistakes: readonly string[] }

/** Enough to see what went wrong; a document in the wrong format is wrong in every line. */
const MAX_MISTAKES = 50

export function readOperatorFile<T>(
  text: string,
  limits: JsonLimits,
  read: (document: Members, complain: Complain) => T,
): ParsedFile<T> {
  const fault = checkJson(text, limits)
  if (fault !== undefined) {
    const allowed =
      fault.problem === 'too_large'
        ? `at most ${limits.maxLength} characters`
        : 'JSON without duplicate names'
    return {
      ok: false,
      mistakes: [`line ${lineAt(text, fault.offset)}: ${fault.problem}, allowed is ${allowed}`],
    }
  }
  const mistakes: string[] = []
  const complain: Complain = (path, found, allowed) => {
    if (mistakes.length >= MAX_MISTAKES) return
    mistakes.push(`line ${lineOfValue(text, path)}: ${shown(found)}, allowed is ${allowed}`)
  }
  const document: unknown = JSON.parse(text)
  if (!isMembers(document)) complain([], document, 'an object')
  const value = read(isMembers(document) ? document : {}, complain)
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, value }
}

/** Entries of a list, each an object that has no members but these. */
export function entriesOf(
  document: Members,
  name: string,
  limits: { readonly maxEntries: number; readonly members: readonly string[] },
  complain: Complain,
): readonly (readonly [at: string, entry: Members])[] {
  const list = document[name] ?? []
  if (!Array.isArray(list) || list.length > limits.maxEntries) {
    complain(
      [name],
      Array.isArray(list) ? `${list.length} entries` : list,
      `a list of at most ${limits.maxEntries}`,
    )
    return []
  }
  return list.flatMap((entry: unknown, index) => {
    const at = String(index)
    if (!isMembers(entry)) {
      complain([name, at], entry, 'an object')
      return []
    }
    refuseOthers(entry, limits.members, [name, at], complain)
    return [[at, entry] as const]
  })
}

/** A misspelt member would be ignored, and the entry would say less than its author believes. */
export function refuseOthers(
  members: Members,
  allowed: readonly string[],
  path: readonly string[],
  complain: Complain,
): void {
  for (const name of Object.keys(members)) {
    if (!allowed.includes(name)) complain([...path, name], name, allowed.join(', '))
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shown(found: unknown): string {
  const text = typeof found === 'string' ? found : (JSON.stringify(found) ?? 'nothing')
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
