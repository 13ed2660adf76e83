/** One file as a draft, with everything that is wrong about it. */
import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { OpenApiVersion } from '../../src/inventory/types.ts'
import type { Context } from './context.ts'
import type { Draft } from './drafts.ts'
import { bundleExternal } from './external.ts'
import { isNode, type Node, text } from './nodes.ts'
import { readOpenApi3 } from './openapi3.ts'
import { newProblems, type Problems, quote } from './problem.ts'
import { readDocument } from './read-document.ts'
import { referencesIn } from './references.ts'
import { checkAgainstStandard } from './standard.ts'
import { readSwagger2 } from './swagger2.ts'

export interface LoadedDocument {
  readonly file: string
  readonly title: string
  readonly version: string
  readonly digest: string
  readonly problems: Problems
  /** Undefined where there was nothing to go on with. */
  readonly content: { readonly context: Context; readonly draft: Draft } | undefined
}

/** `path` says where references to other files lead; undefined where there is no such place. */
export async function loadDocument(
  file: string,
  bytes: Uint8Array,
  path: string | undefined,
): Promise<LoadedDocument> {
  const problems = newProblems()
  const read = readDocument(bytes, problems)
  const digest = createHash('sha256').update(bytes).digest('hex')
  const about = { file: basename(file), digest, problems }
  const openapi = isNode(read) ? versionOf(read, problems) : undefined
  if (!isNode(read) || openapi === undefined) {
    const { title, version } = titleOf(isNode(read) ? read : {})
    return { ...about, title, version, content: undefined }
  }
  await checkAgainstStandard(read, problems)
  const root = await bundleExternal(read, path, problems)
  const context: Context = { root, version: openapi, problems, references: referencesIn(root, problems) }
  const draft = openapi === '2.0' ? readSwagger2(context) : readOpenApi3(context)
  return { ...about, ...titleOf(root), content: { context, draft } }
}

function titleOf({ info }: Node): { readonly title: string; readonly version: string } {
  const node = isNode(info) ? info : {}
  // YAML's 1.0 is a number.
  return {
    title: text(node.title) ?? '',
    version: text(node.version) ?? (typeof node.version === 'number' ? String(node.version) : ''),
  }
}

function versionOf({ swagger, openapi }: Node, problems: Problems): OpenApiVersion | undefined {
  const field = openapi === undefined ? 'swagger' : 'openapi'
  // YAML's 3.0 without quotes is the number 3.
  if (typeof (openapi ?? swagger) === 'number')
    problems.add('document_invalid', `/${field}`, 'a number: the version needs quotes')
  const written = openapi === 3 ? '3.0' : String(openapi ?? swagger ?? '')
  if (openapi === undefined && /^2(?:\.0)?$/.test(written)) return '2.0'
  if (/^3\.0(?:\.\d+)?(?:-.*)?$/.test(written)) return '3.0'
  if (/^3\.1(?:\.\d+)?(?:-.*)?$/.test(written)) return '3.1'
  problems.add(
    'version_unsupported',
    '',
    `openapi ${quote(openapi)}, swagger ${quote(swagger)}: 2.0, 3.0 and 3.1 are read`,
  )
  return undefined
}
