import type { Certificate } from '../x509/types.ts'
import { isWrittenAs, readDistinguishedName } from './distinguished-name.ts'

/** A serial number has at most 20 octets (RFC 5280 section 4.1.2.2), an issuer's name a dozen attributes. */
const MAX_KEY_ID = 2_048

/**
 * Whether a key id of the form `SN=serial,CA=issuer` names this certificate. It is a check and never a search: the
 * certificate came by another way and was proven there. Writers differ in everything but the meaning: case, leading
 * zeros, order of attributes, escapes, and blanks as %20.
 */
export function agreesWithCertificate(
  keyId: string,
  { serial, issuer }: Pick<Certificate, 'serial' | 'issuer'>,
): boolean {
  if (keyId.length > MAX_KEY_ID) return false
  const [, written, name] = /^\s*SN\s*=\s*(?:0x)?([0-9a-f]{1,64})\s*,\s*CA\s*=\s*(.+)$/i.exec(keyId) ?? []
  if (written === undefined || name === undefined || withoutZeros(written) !== withoutZeros(serial))
    return false
  return readings(name).some((text) => {
    const attributes = readDistinguishedName(text)
    return attributes !== undefined && isWrittenAs(issuer, attributes)
  })
}

function withoutZeros(hexadecimal: string): string {
  return hexadecimal.toLowerCase().replace(/^0+(?=.)/, '')
}

/**
 * As it stands, without the backslashes of the quoted string that it stands in (RFC 9110 section 5.6.4), and each as a
 * URL would have it. None is the right one: a name may hold backslashes and per cent signs of its own.
 */
function readings(name: string): readonly string[] {
  const unquoted = name.replace(/\\(.)/g, '$1')
  return [...new Set([name, unquoted].flatMap((text) => [text, fromUrl(text)]))]
}

function fromUrl(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
