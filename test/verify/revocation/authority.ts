/**
 * An invented authority that says of its certificates whatever a test wants, rightly or wrongly. Written with the tests'
 * own encoder, so that every field can be bent.
 */
import { TAG } from '../../../src/lib/der.ts'
import { element, objectIdentifierOf as oid } from '../../../src/lib/der-write.ts'
import { readCertificate } from '../../../src/verify/x509/certificate.ts'
import type { Certificate } from '../../../src/verify/x509/types.ts'

export const NOON = Date.UTC(2026, 10, 21, 12)
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

const { sequence, set, octetString, bitString, integer, boolean } = TAG
const ENUMERATED = 0x0a
const ECDSA_SHA256 = element(sequence, oid('1.2.840.10045.4.3.2'))
const TRUE = element(boolean, Uint8Array.of(0xff))

export interface Holder {
  readonly certificate: Certificate
  readonly keys: CryptoKeyPair
}

export interface CertificateWish {
  readonly subject: string
  readonly issuer?: Holder
  readonly serial?: readonly number[]
  readonly ca?: boolean
  /** First octet of the bit string; 0x06 is keyCertSign and cRLSign. */
  readonly keyUsage?: number
  readonly purposes?: readonly string[]
  readonly ocsp?: readonly string[]
  readonly crl?: readonly string[]
  readonly extensions?: readonly Uint8Array[]
  readonly notBefore?: number
  readonly notAfter?: number
}

export async function newKeys(): Promise<CryptoKeyPair> {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])
  if (!('privateKey' in keys)) throw new Error('Cannot make a key pair')
  return keys
}

export async function issue(wish: CertificateWish): Promise<Holder> {
  const keys = await newKeys()
  const exported = await crypto.subtle.exportKey('spki', keys.publicKey)
  if (!(exported instanceof ArrayBuffer)) throw new Error('Cannot export the public key')
  const { issuer, notBefore = NOON - 365 * DAY, notAfter = NOON + 365 * DAY } = wish
  const tbs = element(
    sequence,
    element(0xa0, element(integer, Uint8Array.of(2))),
    element(integer, Uint8Array.from(wish.serial ?? [1])),
    ECDSA_SHA256,
    nameOf(issuer === undefined ? wish.subject : undefined) ??
      (issuer?.certificate.subject.der as Uint8Array),
    element(sequence, utcTime(notBefore), utcTime(notAfter)),
    nameOf(wish.subject) ?? new Uint8Array(),
    new Uint8Array(exported),
    element(0xa3, element(sequence, ...extensionsOf(wish))),
  )
  const fact = readCertificate(await signed(tbs, issuer?.keys ?? keys))
  if (fact.state !== 'valid') throw new Error(`Cannot make a certificate: ${JSON.stringify(fact)}`)
  return { certificate: fact.value, keys }
}

function extensionsOf(wish: CertificateWish): readonly Uint8Array[] {
  const { ca, keyUsage, purposes, ocsp = [], crl = [] } = wish
  const all = [...(wish.extensions ?? [])]
  if (ca === true) all.push(extension('2.5.29.19', element(sequence, TRUE), true))
  if (keyUsage !== undefined) {
    let unused = 0
    while (((keyUsage >> unused) & 1) === 0) unused += 1
    all.push(extension('2.5.29.15', element(bitString, Uint8Array.of(unused, keyUsage)), true))
  }
  if (purposes !== undefined) all.push(extension('2.5.29.37', element(sequence, ...purposes.map(oid))))
  if (ocsp.length > 0) {
    const access = ocsp.map((uri) => element(sequence, oid('1.3.6.1.5.5.7.48.1'), uriOf(uri)))
    all.push(extension('1.3.6.1.5.5.7.1.1', element(sequence, ...access)))
  }
  if (crl.length > 0) {
    const points = crl.map((uri) => element(sequence, element(0xa0, element(0xa0, uriOf(uri)))))
    all.push(extension('2.5.29.31', element(sequence, ...points)))
  }
  return all.length > 0 ? all : [extension('1.2.3.4', Uint8Array.of(5, 0))]
}

export function extension(id: string, value: Uint8Array, critical = false): Uint8Array {
  return element(sequence, oid(id), ...(critical ? [TRUE] : []), element(octetString, value))
}

export function uriOf(uri: string): Uint8Array {
  return element(0x86, new TextEncoder().encode(uri))
}

export function nameOf(text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined
  const value = element(TAG.utf8String, new TextEncoder().encode(text))
  return element(sequence, element(set, element(sequence, oid('2.5.4.3'), value)))
}

function utcTime(at: number): Uint8Array {
  return element(TAG.utcTime, new TextEncoder().encode(digits(at).slice(2)))
}

export function generalizedTime(at: number): Uint8Array {
  return element(TAG.generalizedTime, new TextEncoder().encode(digits(at)))
}

function digits(at: number): string {
  return `${new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`
}

/** The signed thing around its body, as certificates, lists and responses alike are put together. */
async function signed(
  body: Uint8Array,
  { privateKey }: CryptoKeyPair,
  ...more: readonly Uint8Array[]
): Promise<Uint8Array> {
  const raw = new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, body))
  const signature = element(sequence, unsigned(raw.subarray(0, 32)), unsigned(raw.subarray(32)))
  return element(sequence, body, ECDSA_SHA256, element(bitString, Uint8Array.of(0), signature), ...more)
}

function unsigned(octets: Uint8Array): Uint8Array {
  const start = octets.findIndex((octet) => octet !== 0)
  const shortest = octets.subarray(Math.max(0, start))
  return element(integer, (shortest[0] ?? 0) < 0x80 ? shortest : Uint8Array.of(0, ...shortest))
}

export interface CrlWish {
  readonly by: Holder
  readonly revoked?: readonly RevokedWish[]
  readonly thisUpdate?: number
  readonly nextUpdate?: number
  /** Besides the CRL number. */
  readonly extensions?: readonly Uint8Array[]
  readonly number?: Uint8Array | undefined
  readonly issuerName?: Uint8Array
}

export interface RevokedWish {
  readonly serial: readonly number[]
  readonly at?: number
  readonly extensions?: readonly Uint8Array[]
}

export const CRL_NUMBER = extension('2.5.29.20', element(integer, Uint8Array.of(7)))

export function reasonOf(code: number): Uint8Array {
  return extension('2.5.29.21', element(ENUMERATED, Uint8Array.of(code)))
}

export function makeCrl(wish: CrlWish): Promise<Uint8Array> {
  const { by, revoked = [], thisUpdate = NOON - HOUR, nextUpdate = NOON + DAY } = wish
  const entries = revoked.map(({ serial, at = NOON - DAY, extensions = [] }) => {
    const rest = extensions.length > 0 ? [element(sequence, ...extensions)] : []
    return element(sequence, element(integer, Uint8Array.from(serial)), utcTime(at), ...rest)
  })
  const number = 'number' in wish ? wish.number : CRL_NUMBER
  const extensions = [...(number === undefined ? [] : [number]), ...(wish.extensions ?? [])]
  const tbs = element(
    sequence,
    element(integer, Uint8Array.of(1)),
    ECDSA_SHA256,
    wish.issuerName ?? by.certificate.subject.der,
    utcTime(thisUpdate),
    utcTime(nextUpdate),
    ...(entries.length > 0 ? [element(sequence, ...entries)] : []),
    ...(extensions.length > 0 ? [element(0xa0, element(sequence, ...extensions))] : []),
  )
  return signed(tbs, by.keys)
}

export type StatusWish = 'good' | 'unknown' | { readonly revokedAt: number; readonly reason?: number }

export interface OcspWish {
  readonly about: Certificate
  readonly issuer: Holder
  /** The issuer itself where nobody else is named. */
  readonly by?: Holder
  readonly certificates?: readonly Certificate[]
  readonly status?: StatusWish
  readonly hash?: 'SHA-1' | 'SHA-256'
  readonly serial?: readonly number[]
  readonly responder?: 'name' | 'key'
  readonly producedAt?: number
  readonly thisUpdate?: number
  readonly nextUpdate?: number | undefined
  readonly nonce?: Uint8Array
  readonly extensions?: readonly Uint8Array[]
  readonly singleExtensions?: readonly Uint8Array[]
}

const HASHES = { 'SHA-1': '1.3.14.3.2.26', 'SHA-256': '2.16.840.1.101.3.4.2.1' } as const

export async function makeOcsp(wish: OcspWish): Promise<Uint8Array> {
  const { issuer, by = issuer, nonce, certificates = [], thisUpdate = NOON - HOUR } = wish
  const nextUpdate = 'nextUpdate' in wish ? wish.nextUpdate : NOON + HOUR
  const single = element(
    sequence,
    await idOf(wish),
    statusOf(wish.status ?? 'good'),
    generalizedTime(thisUpdate),
    ...(nextUpdate === undefined ? [] : [element(0xa0, generalizedTime(nextUpdate))]),
    ...listed(0xa1, wish.singleExtensions ?? []),
  )
  const nonces = nonce === undefined ? [] : [extension('1.3.6.1.5.5.7.48.1.2', element(octetString, nonce))]
  const data = element(
    sequence,
    wish.responder === 'name'
      ? element(0xa1, by.certificate.subject.der)
      : element(0xa2, element(octetString, await digest('SHA-1', by.certificate.publicKey))),
    generalizedTime(wish.producedAt ?? thisUpdate),
    element(sequence, single),
    ...listed(0xa1, [...nonces, ...(wish.extensions ?? [])]),
  )
  const chain =
    certificates.length === 0 ? [] : [element(0xa0, element(sequence, ...certificates.map(({ der }) => der)))]
  const basic = await signed(data, by.keys, ...chain)
  const bytes = element(sequence, oid('1.3.6.1.5.5.7.48.1.1'), element(octetString, basic))
  return element(sequence, element(ENUMERATED, Uint8Array.of(0)), element(0xa0, bytes))
}

function listed(tag: number, extensions: readonly Uint8Array[]): readonly Uint8Array[] {
  return extensions.length === 0 ? [] : [element(tag, element(sequence, ...extensions))]
}

async function idOf({ about, issuer, hash = 'SHA-1', serial }: OcspWish): Promise<Uint8Array> {
  const algorithm = element(sequence, oid(HASHES[hash]), Uint8Array.of(5, 0))
  const number = serial ?? [...serialIn(about)]
  return element(
    sequence,
    algorithm,
    element(octetString, await digest(hash, about.issuer.der)),
    element(octetString, await digest(hash, issuer.certificate.publicKey)),
    element(integer, Uint8Array.from(number)),
  )
}

/** Tests use serial numbers of one positive octet unless they say which. */
function serialIn({ serial }: Certificate): readonly number[] {
  return [Number.parseInt(serial, 16)]
}

function statusOf(status: StatusWish): Uint8Array {
  if (status === 'good') return element(0x80)
  if (status === 'unknown') return element(0x82)
  const reason =
    status.reason === undefined ? [] : [element(0xa0, element(ENUMERATED, Uint8Array.of(status.reason)))]
  return element(0xa1, generalizedTime(status.revokedAt), ...reason)
}

async function digest(hash: string, bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(hash, bytes))
}
