/**
 * The qcStatements extension taken apart (RFC 3739 section 3.2.6): QCStatements ::= SEQUENCE OF SEQUENCE {
 * statementId OBJECT IDENTIFIER, statementInfo ANY OPTIONAL }. What a statement means is read elsewhere.
 */
import { childrenOf, type Element, objectIdentifier, readElement, TAG } from '../../lib/der.ts'

export const QC_STATEMENTS = '1.3.6.1.5.5.7.1.3'

/** Genuine ones have up to 7. */
const MAX_STATEMENTS = 32

export interface Statement {
  readonly id: string
  readonly info: Element | undefined
}

/** The statements in their order, or undefined when one of them cannot be told from the next. */
export function readStatements(extension: Uint8Array): readonly Statement[] | undefined {
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
