/** Path items and operations as far as Swagger 2 and OpenAPI 3 agree about them. */
import type { Context } from './context.ts'
import { METHODS } from './drafts.ts'
import { type At, at, below, entries, isNode, items, type Node, text } from './nodes.ts'
import { quote } from './problem.ts'

export interface OperationAt {
  readonly method: string
  readonly path: string
  readonly item: At<Node>
  readonly operation: At<Node>
}

/** Of `paths`: callbacks and webhooks are calls that the bank makes. */
export function operationsIn(context: Context): readonly OperationAt[] {
  const { root, problems, references } = context
  const found: OperationAt[] = []
  for (const [path, value] of entries(root.paths)) {
    if (path.startsWith('x-')) continue
    const pointer = below('', 'paths', path)
    const item = references.object({ value, pointer })
    if (item === undefined) continue
    if (!isUsablePath(context, path, pointer)) continue
    for (const method of METHODS) {
      const operation = references.object(at(item, method))
      if (operation !== undefined) found.push({ method: method.toUpperCase(), path, item, operation })
      else if (item.value[method] !== undefined)
        problems.add('document_invalid', below(pointer, method), 'no operation')
    }
  }
  return found
}

function isUsablePath({ problems }: Context, path: string, pointer: string): boolean {
  if (/[?#]/.test(path)) {
    problems.add(
      'path_with_query',
      pointer,
      `${quote(path)}: a path ends before ? and #; nothing is matched by it`,
    )
    return false
  }
  // Half of a surrogate pair has no UTF-8, and so no spelling in a URI (RFC 3986 section 2.5).
  const isWhole = path.startsWith('/') && /^(?:[^{}]|\{[^{}/]+\})*$/.test(path) && path.isWellFormed()
  if (!isWhole) problems.add('path_malformed', pointer, `${quote(path)}: nothing is matched by it`)
  else if (/\{[^/]*\{/.test(path))
    problems.add(
      'path_parameters_joined',
      pointer,
      `${quote(path)}: two parameters in one segment are matched, and their values not checked`,
    )
  return isWhole
}

export interface Facts {
  readonly operationId: string | undefined
  readonly deprecated: boolean
  readonly sunset: string | undefined
  readonly tags: readonly string[]
  readonly owner: string | undefined
}

export function factsOf({ root }: Context, { item, operation }: OperationAt): Facts {
  const { value } = operation
  const tags = items(value.tags).filter((tag) => typeof tag === 'string')
  const ofTag = items(root.tags).find((tag) => isNode(tag) && tag.name === tags[0])
  const info = isNode(root.info) ? root.info : {}
  const owners = [value, item.value, ofTag, info, root].map((one) =>
    isNode(one) ? ownerOf(one['x-owner']) : undefined,
  )
  return {
    operationId: text(value.operationId),
    deprecated: value.deprecated === true,
    sunset: text(value['x-sunset']),
    tags,
    owner: owners.find((one) => one !== undefined),
  }
}

function ownerOf(value: unknown): string | undefined {
  return text(value) ?? (isNode(value) ? (text(value.name) ?? text(value.email)) : undefined)
}

/** An operation's own parameters go before those of its path (by name and place). */
export function parametersOf(
  { references, problems }: Context,
  { item, operation }: OperationAt,
): readonly At<Node>[] {
  const chosen = new Map<string, At<Node>>()
  for (const holder of [operation, item]) {
    const own = new Set<string>()
    for (const [index, value] of items(holder.value.parameters).entries()) {
      const pointer = below(holder.pointer, 'parameters', index)
      const parameter = references.object({ value, pointer })
      if (parameter === undefined) continue
      const key = `${parameter.value.in} ${parameter.value.name}`
      if (own.has(key))
        problems.add('parameter_duplicate', pointer, `${quote(parameter.value.name)} is there twice`)
      own.add(key)
      if (!chosen.has(key)) chosen.set(key, parameter)
    }
  }
  return [...chosen.values()]
}

/** Every `{name}` of a path has to be declared, and the other way about. */
export function checkPathParameters(
  { problems }: Context,
  { path, operation }: OperationAt,
  names: readonly string[],
): void {
  const inPath = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name)
  for (const name of inPath)
    if (!names.includes(name))
      problems.add(
        'parameter_undeclared',
        operation.pointer,
        `{${name}} is declared nowhere: any value passes`,
      )
  for (const name of names)
    if (!inPath.includes(name))
      problems.add(
        'parameter_undeclared',
        operation.pointer,
        `${quote(name)} is not in the path ${quote(path)}`,
      )
}

/** OpenAPI 3.1 section 4.8.12: these are said elsewhere in the document, and a parameter of theirs is ignored. */
export const IGNORED_HEADERS: ReadonlySet<string> = new Set(['accept', 'content-type', 'authorization'])

export function isStatus(status: string): boolean {
  return /^(?:[1-5]\d\d|[1-5]XX|default)$/.test(status)
}
