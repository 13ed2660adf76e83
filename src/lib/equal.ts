import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares two secrets in a time that depends on neither: hashes first, so that lengths do not show. */
export function equalSecrets(left: string, right: string): boolean {
  return timingSafeEqual(
    createHash('sha256').update(left).digest(),
    createHash('sha256').update(right).digest(),
  )
}
