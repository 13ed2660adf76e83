/** The files below a folder of test vectors, read when somebody asks for them. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'

export interface VectorFile {
  /** Below the folder asked for, with forward slashes. */
  readonly path: string
  readonly name: string
  /** Name of the folder that it lies in. */
  readonly folder: string
  /** Path of that folder. */
  readonly directory: string
  bytes(): Uint8Array
  text(): string
  /** The parsed text, or undefined when it is no JSON. */
  json(): unknown
}

export function listFiles(directory: string): readonly VectorFile[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => open(directory, join(entry.parentPath, entry.name)))
    .sort((left, right) => (left.path < right.path ? -1 : 1))
}

function open(root: string, file: string): VectorFile {
  const path = relative(root, file).replaceAll('\\', '/')
  const read = () => readFileSync(file)
  let parsed: { readonly value: unknown } | undefined
  return {
    path,
    name: basename(file),
    folder: basename(dirname(file)),
    directory: dirname(file),
    bytes: () => new Uint8Array(read()),
    text: () => read().toString('utf8'),
    json: () => {
      parsed ??= { value: parse(read().toString('utf8')) }
      return parsed.value
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
