/** Where a document says that it is served: base paths, and hosts where it names them. */
import type { Context } from './context.ts'
import { type At, below, entries, isNode, items, text } from './nodes.ts'
import { quote } from './problem.ts'

export interface Served {
  readonly bases: readonly string[]
  readonly hosts: readonly string[]
}

/** `{name}` of a server's URL. */
const VARIABLE = /\{([^{}]+)\}/g
const MAX_VARIANTS = 32

/** OpenAPI 3 section "Server Object"; no servers are one at `/`. */
export function serversOf(context: Context, { value, pointer }: At): Served | undefined {
  if (value === undefined) return undefined
  const bases = new Set<string>()
  const hosts = new Set<string>()
  for (const [index, server] of items(value).entries()) {
    const url = isNode(server) ? text(server.url) : undefined
    for (const variant of url === undefined
      ? []
      : variantsOf(url, isNode(server) ? server.variables : undefined)) {
      const read = readServer(variant)
      if (read === undefined) context.problems.add('server_invalid', below(pointer, index), quote(url))
      else {
        bases.add(read.base)
        if (read.host !== '') hosts.add(read.host)
      }
    }
  }
  return { bases: bases.size === 0 ? [''] : [...bases], hosts: [...hosts] }
}

/** Every value that the document lists for each variable; one that it does not list stays as it is, and is reported. */
function variantsOf(url: string, variables: unknown): readonly string[] {
  let variants: readonly string[] = [url]
  for (const [whole, name = ''] of url.matchAll(VARIABLE)) {
    const variable = entries(variables).find(([one]) => one === name)?.[1]
    const values = isNode(variable) ? [...items(variable.enum), variable.default] : []
    const texts = [...new Set(values.filter((one) => typeof one === 'string'))]
    variants = variants.flatMap((one) =>
      texts.length === 0 ? [one] : texts.map((value) => one.replaceAll(whole, value)),
    )
  }
  return variants.slice(0, MAX_VARIANTS)
}

function readServer(url: string): { readonly base: string; readonly host: string } | undefined {
  if (/[{}?#]/.test(url)) return undefined
  const isRelative = !/^(?:[a-z][a-z0-9+.-]*:)?\/\//i.test(url)
  if (!URL.canParse(url, 'https://relative.invalid/')) return undefined
  const { pathname, hostname } = new URL(url, 'https://relative.invalid/')
  return { base: pathname.replace(/\/+$/, ''), host: isRelative ? '' : hostname }
}
