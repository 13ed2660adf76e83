/** Documents as one compiled specification: tables, and validators as code. */
import type {
  CompiledSpecification,
  Operation,
  SpecificationDocument,
  Standing,
} from '../../src/inventory/types.ts'
import { type LoadedDocument, loadDocument } from './document.ts'
import { below } from './nodes.ts'
import type { Problem } from './problem.ts'
import { quote } from './problem.ts'
import { type Schemas, schemasOf } from './schemas.ts'
import { newShapes } from './shapes.ts'
import { type Maker, rowFor } from './tables.ts'
import { type Needs, newValidators, type Validators } from './validators.ts'
import { standingsOf } from './versions.ts'

export interface SourceFile {
  readonly file: string
  readonly bytes: Uint8Array
  /** Absolute; undefined where there is no file, and nothing lies beside it. */
  readonly path?: string
  /** Where the gate has it, instead of what the document says. */
  readonly base?: string
  readonly standing?: Standing
}

export interface DocumentReport {
  readonly file: string
  readonly title: string
  readonly version: string
  readonly operations: number
  readonly problems: readonly Problem[]
  /** False where nothing of it could be used. */
  readonly usable: boolean
}

export interface Compiled {
  readonly reports: readonly DocumentReport[]
  readonly tables: Omit<CompiledSpecification, 'validators'>
  readonly validators: Validators
}

export async function compileSpecifications(sources: readonly SourceFile[]): Promise<Compiled> {
  const loaded: LoadedDocument[] = []
  for (const { file, bytes, path } of sources) loaded.push(await loadDocument(file, bytes, path))
  const standings = standingsOf(
    loaded.map(({ title, version }, at) => ({ title, version, standing: sources[at]?.standing })),
  )
  const all: Schemas[] = []
  const validators = newValidators(function* () {
    for (const schemas of all) yield* schemas.definitions
  }, needsOf(loaded))
  const shapes = newShapes()
  const found: Located[] = []
  for (const [index, document] of loaded.entries()) {
    if (document.content === undefined) continue
    const { context, draft } = document.content
    const schemas = schemasOf(context, `d${index}_`)
    all.push(schemas)
    const maker: Maker = { context, schemas, shapes, validators }
    for (const operation of draft.operations) {
      const row = rowFor(maker, operation)
      const own = sources[index]?.base
      for (const base of own === undefined ? operation.bases : [own.replace(/\/+$/, '')])
        found.push({
          pointer: operation.pointer,
          operation: {
            ...row,
            id: `${operation.method} ${base}${operation.path}`,
            path: normalised(`${base}${operation.path}`),
            document: index,
            version: document.version,
            standing: standings[index] ?? 'current',
          },
        })
    }
  }
  const operations = distinct(found, loaded)
  const counts = loaded.map(({ content }) => content?.draft.operations.length ?? 0)
  return {
    validators,
    tables: {
      format: 1,
      documents: loaded.map((document, at) =>
        documentRow(document, standings[at] ?? 'current', sources[at]?.base),
      ),
      operations,
      shapes: shapes.list,
    },
    reports: loaded.map(({ file, title, version, problems, content }, at) => ({
      file,
      title,
      version,
      operations: counts[at] ?? 0,
      problems: problems.list,
      usable: content !== undefined,
    })),
  }
}

interface Located {
  readonly pointer: string
  readonly operation: Operation
}

function documentRow(
  document: LoadedDocument,
  standing: Standing,
  base: string | undefined,
): SpecificationDocument {
  const { file, title, version, digest, content } = document
  return {
    file,
    title,
    version,
    api: title.trim().toLowerCase(),
    standing,
    openapi: content?.context.version ?? '3.0',
    digest,
    bases: base === undefined ? (content?.draft.bases ?? []) : [base],
    hosts: content?.draft.hosts ?? [],
    operations: content?.draft.operations.length ?? 0,
  }
}

/** One operation for each method and template; the current document's, and of two such the first. */
function distinct(found: readonly Located[], loaded: readonly LoadedDocument[]): readonly Operation[] {
  const chosen = new Map<string, Located>()
  for (const standing of ['current', 'older'] as const) {
    for (const located of found.filter(({ operation }) => operation.standing === standing)) {
      const { operation, pointer } = located
      // Templates that differ in the names of their parameters alone are one.
      const key = `${operation.method} ${operation.path.replace(/\{[^{}]*\}/g, '{}').toLowerCase()}`
      const first = chosen.get(key)
      if (first === undefined) chosen.set(key, located)
      else if (first.operation.standing === standing) reportTwin(first, operation, pointer, loaded)
    }
  }
  reportIds(found, loaded)
  return [...chosen.values()].map(({ operation }) => operation)
}

function reportTwin(
  first: Located,
  operation: Operation,
  pointer: string,
  loaded: readonly LoadedDocument[],
): void {
  const problems = loaded[operation.document]?.problems
  const isSameFile = first.operation.document === operation.document
  const where = isSameFile ? first.pointer : `${loaded[first.operation.document]?.file} ${first.pointer}`
  problems?.add(
    isSameFile ? 'path_ambiguous' : 'operation_duplicate',
    pointer,
    `${quote(operation.id)} is at ${where} already: only that one is matched`,
  )
}

function reportIds(found: readonly Located[], loaded: readonly LoadedDocument[]): void {
  const seen = new Map<string, string>()
  for (const { operation, pointer } of found) {
    if (operation.operationId === undefined) continue
    const key = `${operation.document} ${operation.operationId}`
    const first = seen.get(key)
    if (first === undefined) seen.set(key, pointer)
    else if (first !== pointer)
      loaded[operation.document]?.problems.add(
        'operation_id_duplicate',
        below(pointer, 'operationId'),
        `${quote(operation.operationId)} is at ${first} already`,
      )
  }
}

/** As the gate writes paths (`src/exchange/target.ts`): what may not stand in one is percent-encoded, in capitals. */
function normalised(path: string): string {
  return path
    .split(/(\{[^{}]*\})/)
    .map((part) => (part.startsWith('{') ? part : encodeText(part)))
    .join('')
}

function encodeText(text: string): string {
  return text.toWellFormed().replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~!$&'()*+,;=:@/-]/gu, (found) => {
    if (found.length < 3 || !found.startsWith('%')) return encodeURIComponent(found)
    const character = String.fromCharCode(Number.parseInt(found.slice(1), 16))
    return /[A-Za-z0-9._~-]/.test(character) ? character : found.toUpperCase()
  })
}

function needsOf(loaded: readonly LoadedDocument[]): Needs {
  const roots = loaded.flatMap(({ content }) => (content === undefined ? [] : [content.context.root]))
  return {
    ownProperties: roots.some((root) => mentions(root, INHERITED)),
    unevaluated: roots.some((root) => mentions(root, UNEVALUATED)),
  }
}

const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype))
const UNEVALUATED: ReadonlySet<string> = new Set(['unevaluatedProperties', 'unevaluatedItems'])

/** As a name or as a text: a required member is named in a list. */
function mentions(value: unknown, words: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return words.has(value)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, inner]) => words.has(name) || mentions(inner, words))
}
