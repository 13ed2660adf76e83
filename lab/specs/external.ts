/**
 * References to other files: bundled into the document where the file lies beside it or below, refused otherwise. Nothing
 * is ever fetched: a document would choose what this machine asks for.
 */
import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { $RefParser } from '@apidevtools/json-schema-ref-parser'
import { below, isNode, type Node } from './nodes.ts'
import { newProblems, type Problems, quote } from './problem.ts'
import { MAX_FILE_BYTES, readDocument } from './read-document.ts'

/** Stands where a reference led nowhere; the schema compiler takes it for "anything". */
export const UNRESOLVED = 'x-portcullis-unresolved'

export async function bundleExternal(
  root: Node,
  file: string | undefined,
  problems: Problems,
): Promise<Node> {
  const folder = file === undefined ? undefined : await realpath(dirname(file))
  const kept = await refuseForeign(root, '', folder, problems)
  if (kept.external === 0 || file === undefined || folder === undefined) return kept.node
  const parser = new $RefParser()
  try {
    const bundled = await parser.bundle(file, structuredClone(kept.node), {
      continueOnError: false,
      mutateInputSchema: true,
      resolve: {
        http: false,
        file: false,
        beside: { order: 1, canRead: true, read: (one) => readBeside(one.url, folder) },
      },
      parse: {
        json: false,
        yaml: false,
        text: false,
        binary: false,
        document: { order: 1, canParse: true, parse: (one) => parseFile(one.data) },
      },
    })
    return isNode(bundled) ? bundled : kept.node
  } catch (error) {
    const detail = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    problems.add('reference_unresolved', '', `a reference to another file: ${detail.replaceAll(folder, '.')}`)
    return (await refuseForeign(kept.node, '', undefined, problems)).node
  }
}

interface Kept<T> {
  readonly node: T
  /** References to files that may be read. */
  readonly external: number
}

/** A copy in which every reference that may not be followed is a marker. Without a folder none may be. */
async function refuseForeign<T>(
  value: T,
  pointer: string,
  folder: string | undefined,
  problems: Problems,
): Promise<Kept<T>> {
  if (typeof value !== 'object' || value === null) return { node: value, external: 0 }
  const reference = isNode(value) && typeof value.$ref === 'string' ? value.$ref : '#'
  if (!reference.startsWith('#')) {
    const isAllowed = folder !== undefined && (await isBeside(reference, folder))
    if (isAllowed) return { node: value, external: 1 }
    problems.add('reference_refused', pointer, `${quote(reference)} is no file beside the document`)
    // A marker in the place of a reference: whatever the place is for, it is an object.
    return { node: { [UNRESOLVED]: true } as T, external: 0 }
  }
  let external = 0
  const parts: [string, unknown][] = []
  for (const [name, part] of Object.entries(value)) {
    const kept = await refuseForeign(part, below(pointer, name), folder, problems)
    external += kept.external
    parts.push([name, kept.node])
  }
  const copy: unknown = Array.isArray(value) ? parts.map(([, part]) => part) : Object.fromEntries(parts)
  return { node: copy as T, external }
}

async function isBeside(reference: string, folder: string): Promise<boolean> {
  const [path = ''] = reference.split('#')
  if (/^[a-z][a-z0-9+.-]*:/i.test(path) || path.startsWith('/') || path.includes('\\')) return false
  try {
    const url = new URL(path, `${pathToFileURL(folder).href}/`)
    return await isReadable(fileURLToPath(url), folder)
  } catch {
    return false
  }
}

/** After links were followed: a link may lead anywhere. */
async function isReadable(path: string, folder: string): Promise<boolean> {
  try {
    const real = await realpath(path)
    const { size } = await stat(real)
    return real.startsWith(folder + sep) && size <= MAX_FILE_BYTES
  } catch {
    return false
  }
}

async function readBeside(url: string, folder: string): Promise<Buffer> {
  const path = resolve(url.startsWith('file:') ? fileURLToPath(url) : decodeURI(url))
  if (!(await isReadable(path, folder))) throw new Error(`${url} is no file beside the document`)
  return readFile(path)
}

function parseFile(data: unknown): object {
  const problems = newProblems()
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
  const value = bytes instanceof Uint8Array ? readDocument(bytes, problems) : undefined
  if (typeof value !== 'object' || value === null) throw new Error(problems.list[0]?.detail ?? 'no object')
  return value
}
