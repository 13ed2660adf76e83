/** References inside one document, followed with their place, so that every problem names where it really stands. */
import { UNRESOLVED } from './external.ts'
import { type At, below, isNode, type Node } from './nodes.ts'
import type { Problems } from './problem.ts'
import { quote } from './problem.ts'

/** A reference to a reference to a reference: longer chains are circles. */
const MAX_HOPS = 32

export interface References {
  /** Where the reference at the end of the chain leads; undefined, and reported, where that is nowhere. */
  follow(at: At): At | undefined
  /** The same, where only an object is of use. */
  object(at: At): At<Node> | undefined
}

export function referencesIn(root: Node, problems: Problems): References {
  const follow = (start: At): At | undefined => {
    let at = start
    for (let hop = 0; hop < MAX_HOPS; hop++) {
      if (!isNode(at.value)) return at
      if (Object.hasOwn(at.value, UNRESOLVED)) return undefined
      const reference = at.value.$ref
      if (typeof reference !== 'string') return at
      const target = targetOf(root, reference)
      if (target === undefined) {
        problems.add('reference_unresolved', at.pointer, quote(reference))
        return undefined
      }
      at = target
    }
    problems.add('reference_unresolved', start.pointer, 'leads round in a circle')
    return undefined
  }
  return {
    follow,
    object(start) {
      const { value, pointer } = follow(start) ?? start
      return isNode(value) && typeof value.$ref !== 'string' && !Object.hasOwn(value, UNRESOLVED)
        ? { value, pointer }
        : undefined
    },
  }
}

/** RFC 6901 section 6: a pointer as a URI fragment. */
function targetOf(root: Node, reference: string): At | undefined {
  if (reference !== '#' && !reference.startsWith('#/')) return undefined
  let value: unknown = root
  let pointer = ''
  for (const raw of reference.split('/').slice(1)) {
    const token = decodeToken(raw)
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return undefined
    value = (value as Node)[token]
    pointer = below(pointer, token)
  }
  return { value, pointer }
}

function decodeToken(raw: string): string {
  let token = raw
  try {
    token = decodeURIComponent(raw)
  } catch {
    // A literal % that nobody encoded: names with one exist.
  }
  return token.replaceAll('~1', '/').replaceAll('~0', '~')
}
