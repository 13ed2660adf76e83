/**
 * The journal as the console answers it at `/_portcullis/api/decisions`: all in one line. It is taken apart before it is
 * parsed: a few megabytes of `{},` are some hundred as objects.
 */
import { MAX_ENTRY_BYTES } from '../../src/record/entry.ts'

/** What the console gives in one answer (`src/operator/console.ts`), and what a journal keeps: answers may have been put together. */
const DECISIONS_OF_ANSWER = 500
const MAX_DECISIONS = 20_000
/** The largest answer that there can be: entries, commas, and what is around them. 12.3 MB. */
export const MAX_EXPORT = DECISIONS_OF_ANSWER * (MAX_ENTRY_BYTES + 1) + 64

const BEGINNING = /^\s*\{\s*"decisions"\s*:\s*\[/
/** Enough of a line to tell whether it is one. */
export const BEGINNING_LENGTH = 32

const [QUOTE, BACKSLASH, OPEN, CLOSE, END] = [0x22, 0x5c, 0x7b, 0x7d, 0x5d] as const

export function isExport(beginning: string): boolean {
  return BEGINNING.test(beginning.slice(0, BEGINNING_LENGTH))
}

/** The text of each decision; none where they are more than any journal keeps. */
export function decisionsIn(line: string): readonly string[] {
  const texts: string[] = []
  for (const text of objectsFrom(line, line.indexOf('[') + 1)) {
    texts.push(text)
    if (texts.length > MAX_DECISIONS) return []
  }
  return texts
}

function* objectsFrom(line: string, start: number): Generator<string> {
  let depth = 0
  let from = start
  for (let at = start; at < line.length; at++) {
    const code = line.charCodeAt(at)
    if (code === QUOTE) at = endOfText(line, at)
    else if (code === OPEN) {
      if (depth === 0) from = at
      depth++
    } else if (code === CLOSE && depth > 0) {
      depth--
      if (depth === 0 && at - from < MAX_ENTRY_BYTES) yield line.slice(from, at + 1)
    } else if (code === END && depth === 0) return
  }
}

/** Where the quote is that closes the one at `from`. */
function endOfText(line: string, from: number): number {
  let at = from + 1
  while (at < line.length && line.charCodeAt(at) !== QUOTE) at += line.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at
}
