/** A file's octets as a JSON value: JSON or YAML, bounded, with what is wrong about the text itself. */
import { LineCounter, parseDocument } from 'yaml'
import { checkJson } from '../../src/lib/json.ts'
import { isNode } from './nodes.ts'
import type { Problems } from './problem.ts'

/** The largest published banking document has 0.7 MB. */
export const MAX_FILE_BYTES = 16_777_216
/** Schemas nest; nobody nests them a hundred deep. */
const MAX_DEPTH = 128
const MAX_NODES = 2_000_000
/** As the library counts them: uses of one anchor, times what its own aliases stand for. */
const MAX_ALIASES = 10_000

/** Undefined, with the reason among the problems, where there is nothing to go on with. */
export function readDocument(bytes: Uint8Array, problems: Problems): unknown {
  if (bytes.length > MAX_FILE_BYTES) {
    problems.add('file_too_large', '', `${bytes.length} octets, at most ${MAX_FILE_BYTES} are read`)
    return undefined
  }
  const text = new TextDecoder().decode(bytes)
  const value = /^\s*[{[]/.test(text)
    ? (readJson(text, problems) ?? readYaml(text, problems))
    : readYaml(text, problems)
  if (value === undefined) return undefined
  if (!isNode(value)) return refuse(problems, false)
  if (isBounded(value)) return value
  problems.add('document_too_deep', '', `more than ${MAX_DEPTH} levels, or ${MAX_NODES} values`)
  return undefined
}

/** Undefined where it is no JSON: what begins like JSON may be YAML. */
function readJson(text: string, problems: Problems): unknown {
  const fault = checkJson(text, { maxDepth: MAX_DEPTH * 4, maxLength: MAX_FILE_BYTES })
  if (fault !== undefined && fault.problem !== 'duplicate_member') return undefined
  // The first one only: the scanner stops there. JSON.parse goes on with the last of them.
  if (fault !== undefined)
    problems.add('duplicate_member', '', `a member twice in one object, at ${placeOf(text, fault.offset)}`)
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function placeOf(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n')
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`
}

/** YAML 1.2: no is a text, and so is a date. */
function readYaml(text: string, problems: Problems): unknown {
  const lines = new LineCounter()
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      uniqueKeys: true,
      merge: true,
      logLevel: 'silent',
    })
    for (const error of document.errors) {
      const place = `line ${lines.linePos(error.pos[0]).line}`
      if (error.code === 'DUPLICATE_KEY')
        problems.add('duplicate_member', '', `a member twice in one object, at ${place}`)
      else problems.add('document_malformed', '', `${error.code} at ${place}`)
    }
    const hopeless = document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')
    const value: unknown = hopeless ? undefined : document.toJS({ maxAliasCount: MAX_ALIASES })
    return isNode(value) ? value : refuse(problems, hopeless)
  } catch (error) {
    problems.add(
      'document_malformed',
      '',
      error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
    )
    return undefined
  }
}

function refuse(problems: Problems, known: boolean): undefined {
  if (!known) problems.add('document_malformed', '', 'no object')
  return undefined
}

/** Counted and not recursive: a document may be built to overflow a stack. */
function isBounded(root: unknown): boolean {
  let level: readonly unknown[] = [root]
  let nodes = 0
  for (let depth = 0; level.length > 0; depth++) {
    nodes += level.length
    if (depth > MAX_DEPTH || nodes > MAX_NODES) return false
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    )
  }
  return true
}
