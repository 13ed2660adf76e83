/**
 * The qcStatements extension taken apart (RFC 3739 section 3.2.6): QCStatements ::= SEQUENCE OF SEQUENCE {
 * statementId OBJECT IDENTIFIER, statementInfo ANY OPTIONAL }. What a statement means is read elsewhere.
 */
import { childrenOf, type Element, objectIdentifier, readElement, TAG } from '../../lib/der.ts'
import { isCanonical } from '../../lib/der-canonical.ts'

export const QC_STATEMENTS = '1.3.6.1.5.5.7.1.3'

/** Genuine ones have up to 7. */
const MAX_STATEMENTS = 32

export interface Statement {
  readonly id: string
  readonly info: Element | undefined
}

/** Genuine ones have up to 400 octets; several national statements may stand beside ours. */
const MAX_BYTES = 8_192

/** The statements in their order, or undefined when the extension is not DER from end to end, or no list of statements. */
export function readStatements(extension: Uint8Array): readonly Statement[] | undefined {
  if (extension.length > MAX_BYTES || !isCanonical(extension)) return undefined
  const elements = childrenOf(readElement(extension), TAG.sequence, MAX_STATEMENTS)
  if (elements === undefined) return undefined
  const statements: Statement[] = []
  for (const element of elements) {
    const parts = childrenOf(element, TAG.sequence, 2)
    const id = objectIdentifier(parts?.[0])
    if (parts === undefined || id === undefined) return undefined
    statements.push({ id, info: parts[1] })
  }
  return statements
}
