import { type Item, serializeItem, serializeParameters } from 'structured-headers'
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import { type ComponentFault, componentValue, type Subject } from './components.ts'
import type { ChosenSignature } from './signature-input.ts'

/** Longer bases are work without an end: a URL of a Worker has at most 16 kB and its headers 128 kB. */
const MAX_BASE = 65_536

export interface Base {
  readonly bytes: Uint8Array
  /** Component identifiers as they are serialised, in order. */
  readonly covered: readonly string[]
}

/**
 * The signature base (RFC 9421 section 2.5). Every value is one line: none holds a line break, because neither a field
 * value nor a target does, so that no component can pose as two.
 */
export function signatureBase(
  { components, list }: ChosenSignature,
  subject: Subject,
  singletons: readonly string[],
): Outcome<Base, ComponentFault | 'signature_too_large'> {
  let base = ''
  const covered: string[] = []
  const identities = new Set<string>()
  for (const component of components) {
    const value = componentValue(component, subject, singletons)
    if (!value.ok) return value
    const identifier = serializeItem(component)
    covered.push(identifier)
    identities.add(component[1].size > 1 ? identity(component) : identifier)
    base += `${identifier}: ${value.value}\n`
  }
  if (identities.size < components.length) return fail('component_duplicated')
  base += `"@signature-params": (${covered.join(' ')})${serializeParameters(list[1])}`
  if (base.length > MAX_BASE) return fail('signature_too_large')
  return pass({ bytes: ENCODER.encode(base), covered })
}

const ENCODER = new TextEncoder()

/** The order of parameters makes no other component of it (section 2). */
function identity([name, parameters]: Item): string {
  return serializeItem([name, new Map([...parameters].sort(([left], [right]) => (left < right ? -1 : 1)))])
}
