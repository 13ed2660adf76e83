/** NameConstraints as RFC 5280 section 4.2.1.10 encodes it. What it means is `name-constraints.ts`. */
import { childrenOf, type Element, TAG } from '../../lib/der.ts'
import { readGeneralName } from './general-names.ts'
import type { GeneralName, NameConstraints } from './types.ts'

const PERMITTED = 0xa0
const EXCLUDED = 0xa1
/** A certificate of the largest size that we read holds fewer. */
const MAX_SUBTREES = 8_192

export function readNameConstraints(element: Element): NameConstraints | undefined {
  const parts = childrenOf(element, TAG.sequence, 2)
  if (parts === undefined || parts.length === 0) return undefined
  const [first, second] = parts
  if (second !== undefined && (first?.tag !== PERMITTED || second.tag !== EXCLUDED)) return undefined
  let constraints: NameConstraints = { permitted: [], excluded: [] }
  for (const part of parts) {
    const names = readSubtrees(part)
    if (names === undefined) return undefined
    constraints = { ...constraints, [part.tag === PERMITTED ? 'permitted' : 'excluded']: names }
  }
  return constraints
}

/** minimum is its default, which DER leaves out, and maximum is absent: a subtree is its base alone. */
function readSubtrees(part: Element): readonly GeneralName[] | undefined {
  if (part.tag !== PERMITTED && part.tag !== EXCLUDED) return undefined
  const subtrees = childrenOf(part, part.tag, MAX_SUBTREES)
  if (subtrees === undefined || subtrees.length === 0) return undefined
  const names: GeneralName[] = []
  for (const subtree of subtrees) {
    const [base] = childrenOf(subtree, TAG.sequence, 1) ?? []
    const name = base === undefined ? undefined : readGeneralName(base)
    if (name === undefined) return undefined
    names.push(name)
  }
  return names
}
