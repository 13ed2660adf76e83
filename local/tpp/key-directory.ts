/**
 * Where the invented third parties publish the keys that they sign with, as a directory does: one set for each organisation,
 * under its own id. The keys are those of their seals, each by its thumbprint and by the digest of its certificate.
 */
import { createHash, type JsonWebKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { CAST, COUNTRY, type InventedTpp, type TppName } from './cast.ts'
import { CAST_NAMES, type LocalTpps } from './store.ts'

/** A name that nobody can register (RFC 2606 section 2). */
export const DIRECTORY_HOST = 'keys.larch-trust.example'
/** Where key ids that are URLs point. Nothing stands there: whoever followed them would find it out. */
export const SEAL_HOST = 'seals.larch-trust.example'
export const DIRECTORY = `https://${DIRECTORY_HOST}/{organisation}/keys.jwks`

/** What a signing third party calls itself in what it signs: organisation and software, as a directory numbers them. */
export function issuerOf(name: TppName): string {
  const number = CAST[name].organisation.replace(/\D/g, '')
  return `${number.padStart(18, '0')}/${number.padStart(22, 'S')}`
}

/** What it calls itself where no directory numbers it: the subject of its seal (RFC 4514), the last attribute first. */
function subjectOf(name: TppName): string {
  const { name: organisation, organisation: id } = CAST[name]
  return `C=${COUNTRY},O=${organisation},organizationIdentifier=${id},CN=${organisation} seal`
}

/** Those of the cast that seal, as `SIGNERS` wants them. */
export function signersOf(): { readonly organisation: string; issuers: string[]; hosts: string[] }[] {
  return sealing().map((name) => ({
    organisation: CAST[name].organisation,
    issuers: [issuerOf(name), subjectOf(name)],
    hosts: [SEAL_HOST],
  }))
}

/** What a key is called in its set: its thumbprint (RFC 7638), where its owner has not thought of anything else. */
export function keyIdOf(tpps: LocalTpps, name: TppName): string {
  const { kty, crv, e, n, x, y } = jwkOf(sealOf(tpps, name))
  // Section 3.3: required members alone, in the order of their names.
  const members = kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y }
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url')
}

/** What STET calls it: the URL of its certificate, by whose digest the key is found. */
export function sealUrlOf(tpps: LocalTpps, name: TppName): string {
  return `https://${SEAL_HOST}/${name}_${fingerprintOf(sealOf(tpps, name))}.pem`
}

/** The JWK set at this path; undefined where there is none. */
export function keySetAt(tpps: LocalTpps, path: string): string | undefined {
  const name = sealing().find((one) => path === `/${CAST[one].organisation}/keys.jwks`)
  if (name === undefined) return undefined
  const seal = sealOf(tpps, name)
  const kids = [keyIdOf(tpps, name), fingerprintOf(seal)]
  return JSON.stringify({ keys: kids.map((kid) => ({ ...jwkOf(seal), kid, use: 'sig' })) })
}

function jwkOf({ publicKey }: X509Certificate): JsonWebKey {
  return publicKey.export({ format: 'jwk' })
}

function fingerprintOf({ fingerprint256 }: X509Certificate): string {
  return fingerprint256.replaceAll(':', '').toLowerCase()
}

function sealOf(tpps: LocalTpps, name: TppName): X509Certificate {
  return new X509Certificate(readFileSync(tpps.seal(name).certificate))
}

function sealing(): readonly TppName[] {
  return CAST_NAMES.filter((name) => {
    const tpp: InventedTpp = CAST[name]
    return tpp.seals === true
  })
}
