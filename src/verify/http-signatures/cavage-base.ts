import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import type { SignedMessage } from '../signed/types.ts'
import type { CavageSignature } from './cavage-header.ts'
import { fieldValue } from './field-value.ts'

export type CavageBaseFault =
  | 'component_absent'
  | 'component_repeated'
  | 'component_unsupported'
  | 'component_unknown'

/**
 * The signing string (draft-cavage-http-signatures-12 section 2.3): one line for each name, an empty value included. A
 * header that is not there is an error and never an empty line.
 */
export function cavageBase(
  message: SignedMessage,
  signature: CavageSignature,
  singletons: readonly string[],
): Outcome<Uint8Array, CavageBaseFault> {
  const lines: string[] = []
  for (const name of signature.headers) {
    const value = name.startsWith('(')
      ? special(message, signature, name)
      : fieldValue(message.headers, name, singletons)
    if (!value.ok) return value
    lines.push(`${name}: ${value.value}`)
  }
  return pass(new TextEncoder().encode(lines.join('\n')))
}

/**
 * Section 2.3 points 1 to 3. It forbids the two times beside the old names of algorithms, because old verifiers would not
 * know them; ours does, and what is signed may be believed.
 */
function special(
  { method, target }: SignedMessage,
  { created, expires }: CavageSignature,
  name: string,
): Outcome<string, CavageBaseFault> {
  switch (name) {
    case '(request-target)':
      return /^[\x21-\x7e]+$/.test(target)
        ? pass(`${method.toLowerCase()} ${target}`)
        : fail('component_unsupported')
    case '(created)':
      return created === undefined ? fail('component_absent') : pass(String(created))
    case '(expires)':
      return expires === undefined ? fail('component_absent') : pass(String(expires))
    default:
      return fail('component_unknown')
  }
}
