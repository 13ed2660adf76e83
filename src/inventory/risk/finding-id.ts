import { createHash } from 'node:crypto'

/** Names a finding for good: one for each (check, operation, place). 128 bits of SHA-256 over parts with their lengths. */
export function findingId(check: string, operation: string, pointer: string): string {
  const hash = createHash('sha256')
  for (const part of [check, operation, pointer]) hash.update(`${part.length}:${part}`)
  return hash.digest('base64url').slice(0, 22)
}
