import { fromBase64url } from '../../lib/base64.ts'
import { type Claims, readClaims } from './claims.ts'

/**
 * What a JWT says before anybody has checked who says it: good for finding whose keys to try and for nothing else. The
 * claims that count are read again from what was verified.
 */
export function unverifiedClaims(text: string, maxCharacters: number): Claims | undefined {
  if (text.length > maxCharacters) return undefined
  const [, payload, signature, more] = text.split('.', 4)
  if (payload === undefined || signature === undefined || more !== undefined) return undefined
  const bytes = fromBase64url(payload)
  return bytes === undefined ? undefined : readClaims(bytes)
}
