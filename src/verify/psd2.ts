/** Roles of a payment service provider in its certificate (ETSI TS 119 495, section 5.1). */
import type { TppRole } from '../evidence.ts'
import { childrenOf, type Element, objectIdentifier, readElement, TAG } from '../lib/der.ts'

/** RFC 3739 section 3.2.6. */
export const QC_STATEMENTS = '1.3.6.1.5.5.7.1.3'
const PSD2_STATEMENT = '0.4.0.19495.2'

const ROLES: Readonly<Record<string, TppRole>> = {
  '0.4.0.19495.1.1': 'PSP_AS',
  '0.4.0.19495.1.2': 'PSP_PI',
  '0.4.0.19495.1.3': 'PSP_AI',
  '0.4.0.19495.1.4': 'PSP_IC',
}

const MAX_STATEMENTS = 32
const MAX_ROLES = 16

/**
 * Reads the roles from the qcStatements extension.
 *
 * A role is its object identifier. The name beside it is text that nobody checked, and a role is never read from it;
 * an identifier that we do not know grants nothing.
 *
 * @returns the roles, none where there is no PSD2 statement, or undefined when the extension is malformed
 */
export function readRoles(extension: Uint8Array): readonly TppRole[] | undefined {
  const statements = childrenOf(readElement(extension), TAG.sequence, MAX_STATEMENTS)
  if (statements === undefined) return undefined
  const found = new Set<TppRole>()
  for (const statement of statements) {
    const [id, info] = childrenOf(statement, TAG.sequence, 2) ?? []
    const oid = objectIdentifier(id)
    if (oid === undefined) return undefined
    if (oid !== PSD2_STATEMENT) continue
    const roles = readStatement(info)
    if (roles === undefined) return undefined
    for (const role of roles) found.add(role)
  }
  return [...found]
}

/** PSD2QcType ::= SEQUENCE { rolesOfPSP, nCAName, nCAId } */
function readStatement(info: Element | undefined): readonly TppRole[] | undefined {
  const [rolesOfPsp] = childrenOf(info, TAG.sequence, 3) ?? []
  const entries = childrenOf(rolesOfPsp, TAG.sequence, MAX_ROLES)
  if (entries === undefined) return undefined
  const found: TppRole[] = []
  for (const entry of entries) {
    // The standard has one pair in each entry. Certificates that OBIE really issued have one entry with all pairs.
    const parts = childrenOf(entry, TAG.sequence, 2 * MAX_ROLES)
    if (parts === undefined || parts.length === 0 || parts.length % 2 !== 0) return undefined
    for (let at = 0; at < parts.length; at += 2) {
      const oid = objectIdentifier(parts[at])
      if (oid === undefined || parts[at + 1]?.tag !== TAG.utf8String) return undefined
      const role = ROLES[oid]
      if (role !== undefined) found.push(role)
    }
  }
  return found
}
