/** What an operation asks its caller to prove. */
import type { SecurityNeed } from '../../src/inventory/types.ts'
import type { Context } from './context.ts'
import { type At, below, entries, isNode, items, text } from './nodes.ts'
import { quote } from './problem.ts'

type Alternatives = readonly (readonly SecurityNeed[])[]

/** An empty alternative asks for nothing: where there is one, nothing is needed, and the list says so by being there. */
export function securityOf(context: Context, { value, pointer }: At): Alternatives | undefined {
  if (!Array.isArray(value)) return undefined
  return value.map((alternative, index) =>
    entries(alternative).map(([name, scopes]) => needFor(context, name, scopes, below(pointer, index))),
  )
}

function needFor(context: Context, name: string, scopes: unknown, pointer: string): SecurityNeed {
  const scheme = schemeNamed(context, name)
  if (scheme === undefined)
    context.problems.add('security_undefined', pointer, `no security scheme is called ${quote(name)}`)
  const declared = scheme ?? {}
  const type = TYPES[text(declared.type) ?? ''] ?? 'unknown'
  const place = text(declared.in)
  return {
    name,
    type,
    scheme: declared.type === 'basic' ? 'basic' : text(declared.scheme)?.toLowerCase(),
    in: place === 'query' || place === 'header' || place === 'cookie' ? place : undefined,
    parameter: place === 'header' ? text(declared.name)?.toLowerCase() : text(declared.name),
    scopes: items(scopes).filter((scope) => typeof scope === 'string'),
  }
}

const TYPES: Readonly<Record<string, SecurityNeed['type']>> = {
  apiKey: 'apiKey',
  http: 'http',
  // Swagger 2.
  basic: 'http',
  oauth2: 'oauth2',
  openIdConnect: 'openIdConnect',
  mutualTLS: 'mutualTLS',
}

function schemeNamed({ root, version, references }: Context, name: string) {
  const path = version === '2.0' ? ['securityDefinitions'] : ['components', 'securitySchemes']
  let value: unknown = root
  for (const token of [...path, name])
    value = isNode(value) && Object.hasOwn(value, token) ? value[token] : undefined
  return value === undefined
    ? undefined
    : references.object({ value, pointer: below('', ...path, name) })?.value
}
