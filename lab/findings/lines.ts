/** Where in the files on this machine a finding's place stands, so that a code-scanning tool shows the line. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { lineOfValue } from '../../src/lib/json-lines.ts'
import { parsePointer } from '../../src/lib/json-pointer.ts'

type LineOf = (file: string, pointer: string) => number | undefined

export async function linesIn(paths: readonly string[]): Promise<LineOf> {
  const files = new Map<string, (tokens: readonly string[]) => number | undefined>()
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch(() => undefined)
    if (text !== undefined) files.set(basename(path), isJson(text) ? jsonLines(text) : yamlLines(text))
  }
  return (file, pointer) => {
    const tokens = parsePointer(pointer)
    return tokens === undefined ? undefined : files.get(file)?.(tokens)
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function jsonLines(text: string) {
  return (tokens: readonly string[]) => lineOfValue(text, tokens)
}

/** The longest part of the way that is there: a member that is missing is mended where it should be. */
function yamlLines(text: string) {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter })
  return (tokens: readonly string[]) => {
    for (let length = tokens.length; length > 0; length--) {
      const node: unknown = document.getIn(tokens.slice(0, length), true)
      if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
        return counter.linePos(Number(node.range[0])).line
      }
    }
    return 1
  }
}
