/** Invented authorities: real signatures over certificates that the tests spell out, right or wrong, octet by octet. */
import { createHash } from 'node:crypto'
import { readCertificate } from '../../../src/verify/x509/certificate.ts'
import { fixedWidth } from '../../../src/verify/x509/signature.ts'
import type { Certificate, TrustAnchor } from '../../../src/verify/x509/types.ts'
import { attribute, der, oid, seq } from '../make-certificate.ts'

const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const
const ECDSA_SHA256 = seq(oid('1.2.840.10045.4.3.2'))
export const AT = Date.UTC(2026, 5, 1)

export interface Keys {
  readonly pair: CryptoKeyPair
  /** DER of SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  /** RFC 5280 section 4.2.1.2, method 1. */
  readonly identifier: Uint8Array
}

export async function makeKeys(): Promise<Keys> {
  // `generateKey` gives a pair for this algorithm, and `exportKey` bytes for this format.
  const pair = (await crypto.subtle.generateKey(P256, true, ['sign', 'verify'])) as CryptoKeyPair
  const spki = new Uint8Array((await crypto.subtle.exportKey('spki', pair.publicKey)) as ArrayBuffer)
  return { pair, spki, identifier: createHash('sha1').update(spki.subarray(-65)).digest() }
}

export interface Wish {
  readonly subject?: string | Uint8Array
  readonly keys?: Keys
  readonly ca?: boolean
  readonly pathLength?: number
  readonly serial?: readonly number[]
  readonly notBefore?: string
  readonly notAfter?: string
  /** Beside or instead of the usual ones, by identifier; undefined takes one away. */
  readonly extensions?: Readonly<Record<string, Uint8Array | undefined>>
}

export interface Authority {
  readonly name: Uint8Array
  readonly keys: Keys
  readonly der: Uint8Array
  readonly certificate: Certificate
}

export const ID = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const

export function extension(id: string, value: Uint8Array, critical = false): Uint8Array {
  return seq(oid(id), ...(critical ? [der(0x01, 0xff)] : []), der(0x04, value))
}

export const commonName = (name: string) => seq(attribute('2.5.4.3', name))

/** A certificate for `wish`, signed by `issuer`, or by its own key where there is none. */
export async function issue(wish: Wish = {}, issuer?: Authority): Promise<Authority> {
  const keys = wish.keys ?? (await makeKeys())
  const name = typeof wish.subject === 'object' ? wish.subject : commonName(wish.subject ?? 'Invented TPP')
  const signer = issuer?.keys ?? keys
  const tbs = seq(
    der(0xa0, der(0x02, 2)),
    der(0x02, Uint8Array.from(wish.serial ?? [0x4d])),
    ECDSA_SHA256,
    issuer?.name ?? name,
    seq(der(0x17, wish.notBefore ?? '260101000000Z'), der(0x17, wish.notAfter ?? '271231235959Z')),
    name,
    keys.spki,
    der(0xa3, seq(...extensionsOf(wish, keys, signer))),
  )
  const bytes = seq(tbs, ECDSA_SHA256, der(0x03, 0, await sign(signer, tbs)))
  const read = readCertificate(bytes)
  if (read.state !== 'valid') throw new Error(`Cannot issue: ${read.state === 'invalid' ? read.reason : ''}`)
  return { name, keys, der: bytes, certificate: read.value }
}

function extensionsOf(wish: Wish, keys: Keys, signer: Keys): readonly Uint8Array[] {
  const { ca = false, pathLength } = wish
  const limits = [
    ...(ca ? [der(0x01, 0xff)] : []),
    ...(pathLength === undefined ? [] : [der(0x02, pathLength)]),
  ]
  const usual: Record<string, Uint8Array | undefined> = {
    [ID.basicConstraints]: extension(ID.basicConstraints, seq(...limits), true),
    // keyCertSign and cRLSign, or digitalSignature.
    [ID.keyUsage]: extension(ID.keyUsage, ca ? der(0x03, 1, 0x06) : der(0x03, 7, 0x80), true),
    [ID.subjectKeyIdentifier]: extension(ID.subjectKeyIdentifier, der(0x04, keys.identifier)),
    [ID.authorityKeyIdentifier]: extension(ID.authorityKeyIdentifier, seq(der(0x80, signer.identifier))),
    ...wish.extensions,
  }
  return Object.values(usual).filter((one) => one !== undefined)
}

/** WebCrypto gives r and s side by side, certificates have a SEQUENCE of them. */
export async function sign({ pair }: Keys, data: Uint8Array): Promise<Uint8Array> {
  const raw = new Uint8Array(
    await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, data),
  )
  return seq(integer(raw.subarray(0, 32)), integer(raw.subarray(32)))
}

export function integer(magnitude: Uint8Array): Uint8Array {
  const from = magnitude.findIndex((octet) => octet !== 0)
  const rest = magnitude.subarray(from === -1 ? magnitude.length - 1 : from)
  return der(0x02, ...((rest[0] ?? 0) >= 0x80 ? [0] : []), rest)
}

/** SP 800-186 section 3.2.1.3. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** The same certificate with the other signature that anybody can make of its own. */
export function respelt({ tbs, signature }: Certificate): Certificate {
  const raw = fixedWidth(signature, 'P-256') ?? new Uint8Array()
  const s = BigInt(`0x${Buffer.from(raw.subarray(32)).toString('hex')}`)
  const other = Buffer.from((ORDER - s).toString(16).padStart(64, '0'), 'hex')
  const value = seq(integer(raw.subarray(0, 32)), integer(other))
  const read = readCertificate(seq(tbs, ECDSA_SHA256, der(0x03, 0, value)))
  if (read.state !== 'valid') throw new Error('Cannot read the certificate that was just written')
  return read.value
}

export const anchor = ({ certificate }: Authority): TrustAnchor => ({ certificate, name: 'Invented list' })

export interface Chain {
  readonly root: Authority
  readonly middle: Authority
  readonly leaf: Authority
}

export async function makeChain(
  wishes: { readonly root?: Wish; readonly middle?: Wish; readonly leaf?: Wish } = {},
): Promise<Chain> {
  const root = await issue({ subject: 'Invented Root', ca: true, ...wishes.root })
  const middle = await issue({ subject: 'Invented Authority', ca: true, ...wishes.middle }, root)
  const leaf = await issue({ ...wishes.leaf }, middle)
  return { root, middle, leaf }
}
