/** What a third party's certificate says that a signature has to say too. */
import { X509Certificate } from 'node:crypto'
import type { CertificateKind } from '../../src/evidence.ts'
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'
import { readProfile } from '../../src/verify/psd2/profile.ts'
import { readCertificate } from '../../src/verify/x509/certificate.ts'
import { MAX_INPUT_BYTES, readInput } from '../certificate/input.ts'
import { distinguishedName } from './distinguished-name.ts'
import { readAtMost } from './files.ts'
import type { SigningKey } from './key.ts'

export interface OwnCertificate {
  readonly path: string
  /** DER in base64, leaf first. */
  readonly chain: readonly string[]
  /** Hexadecimal. */
  readonly serial: string
  /** RFC 4514. */
  readonly issuer: string
  readonly subject: string
  /** SHA-256 of the leaf's DER. */
  readonly digest: Uint8Array
  readonly notBefore: number
  readonly notAfter: number
  readonly kind: CertificateKind | undefined
  /** Organisation and software as the UK directory numbers them, as far as the certificate says it. */
  readonly directory: { readonly organisation: string; readonly software: string | undefined } | undefined
  /** Whether curl can show it in a handshake as it is. */
  readonly isPem: boolean
  isOf(key: SigningKey): boolean
}

export async function readOwnCertificate(path: string): Promise<Outcome<OwnCertificate, string>> {
  const bytes = await readAtMost(path, MAX_INPUT_BYTES)
  if (!bytes.ok) return bytes
  const input = readInput(bytes.value)
  if (!input.ok) return fail(`Cannot read ${path}: ${input.mistake}`)
  const leaves = input.encodings.map(parse)
  const [leaf] = leaves
  if (leaf === undefined || leaves.includes(undefined))
    return fail(`Cannot read ${path}: it is no certificate`)
  // One that was made at home by `openssl req -x509` calls itself an authority; if it is not the key's, that is said later.
  if (leaf.ca && leaves.length > 1)
    return fail(`Cannot sign by ${path}: an authority's certificate stands first, the signer's has to`)
  const said = readCertificate(new Uint8Array(leaf.raw))
  const profile = said.state === 'valid' ? readProfile(said.value) : undefined
  return pass({
    path,
    chain: input.encodings.map((der) => Buffer.from(der).toString('base64')),
    serial: leaf.serialNumber,
    issuer: distinguishedName(leaf.issuer),
    subject: distinguishedName(leaf.subject),
    digest: Buffer.from(leaf.fingerprint256.replaceAll(':', ''), 'hex'),
    notBefore: leaf.validFromDate.getTime(),
    notAfter: leaf.validToDate.getTime(),
    kind: profile?.kind,
    directory: profile?.directory ?? numberIn(profile?.organisation?.text),
    isPem: input.form === 'PEM',
    isOf: (key) => leaf.checkPrivateKey(key.privateKey),
  })
}

function parse(der: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(der)
  } catch {
    return undefined
  }
}

/** The directory's newer certificates: `PSDGB-OB-0015800001HQQrZAAX`, with `Unknown` before the number in genuine ones. */
function numberIn(organisation = ''): OwnCertificate['directory'] {
  const [, number] = /^PSDGB-OB-(?:Unknown)?([A-Za-z0-9]{18})$/.exec(organisation) ?? []
  return number === undefined ? undefined : { organisation: number, software: undefined }
}
