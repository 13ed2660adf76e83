/**
 * Verifies a list's signature against the certificates that its scheme has announced, and gives back what was signed
 * and nothing else: the canonical text whose digest the signature holds. The document that arrived is not read again,
 * so whatever was put beside the signed part is gone (signature wrapping).
 *
 * xml-crypto does the canonicalisation and the references; since 6.0.1 it refuses several SignedInfo elements and
 * comments in digests (CVE-2025-29774, CVE-2025-29775), and since 6.0.0 it takes no key from KeyInfo unless told to
 * (CVE-2024-32962). `signature-shape.ts` refuses the same before it, and `algorithms.ts` knows no key but the pinned one.
 */
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { type Element, XMLSerializer } from '@xmldom/xmldom'
import { SignedXml } from 'xml-crypto'
import { fail, type Outcome, pass } from '../../../lib/outcome.ts'
import type { Certificate } from '../../x509/types.ts'
import {
  C14N,
  ENVELOPED,
  EXCLUSIVE_C14N,
  hashTable,
  type PinnedKey,
  pinnedKey,
  signatureTable,
} from './algorithms.ts'
import { DS, onlySignature, XADES } from './signature-shape.ts'
import { child, children, isNamed, rootOf, textOf, timeOf } from './xml.ts'

export const TSL = 'http://uri.etsi.org/02231/v2#'

export type SignatureFault =
  | 'list_not_xml'
  | 'list_unsigned'
  | 'list_signature_shape'
  | 'list_signer_unknown'
  | 'list_signature_wrong'
  | 'list_signer_contradicts'

export interface SignedList {
  /** TrustServiceStatusList, parsed from the canonical text that was signed. */
  readonly root: Element
  readonly signer: Certificate
  /** Claimed by the signer, milliseconds since the epoch. */
  readonly signedAt: number | undefined
}

export function verifyList(
  text: string,
  signers: readonly Certificate[],
): Outcome<SignedList, SignatureFault> {
  const outline = outlineOf(text)
  if (!outline.ok) return outline
  const { signature, embedded } = outline.value
  const signer = signers.find(({ der }) => embedded.includes(Buffer.from(der).toString('base64')))
  const key = signer === undefined ? undefined : pinnedKey(signer.spki)
  if (signer === undefined || key === undefined) return fail('list_signer_unknown')
  const signed = signedParts(text, signature, key)?.map(rootOf) ?? []
  const list = signed.filter((one) => one !== undefined && isNamed(one, TSL, 'TrustServiceStatusList'))
  const properties = signed.filter((one) => one !== undefined && isNamed(one, XADES, 'SignedProperties'))
  const [only] = list
  if (only === undefined || list.length !== 1 || properties.length !== 1) return fail('list_signature_wrong')
  // The enveloped transform has removed the signature: a list that still holds one was not what was looked at.
  if (only.getElementsByTagNameNS(DS, 'Signature').length > 0) return fail('list_signature_wrong')
  const attributes = child(properties[0], XADES, 'SignedSignatureProperties')
  if (!namesSigner(attributes, signer)) return fail('list_signer_contradicts')
  return pass({ root: only, signer, signedAt: timeOf(child(attributes, XADES, 'SigningTime')) })
}

interface Outline {
  /** The signature by itself, with the namespaces that it uses. */
  readonly signature: Element
  /** Certificates in its KeyInfo, base64. */
  readonly embedded: readonly string[]
}

/**
 * What must be known of the document before its signature is verified. The document's tree is let go: it takes many
 * times the room of its text, and a Worker that refreshes lists has 128 MB.
 */
function outlineOf(text: string): Outcome<Outline, SignatureFault> {
  const root = rootOf(text)
  if (root === undefined) return fail('list_not_xml')
  if (root.getElementsByTagNameNS(DS, 'Signature').length === 0) return fail('list_unsigned')
  const signature = isNamed(root, TSL, 'TrustServiceStatusList') ? onlySignature(root) : undefined
  const alone = signature === undefined ? undefined : rootOf(serialized(signature))
  if (alone === undefined) return fail('list_signature_shape')
  return pass({ signature: alone, embedded: embeddedCertificates(alone) })
}

/** Java writes a character reference at the end of each line of base64; a parser would read a bare one as another character. */
function serialized(element: Element): string {
  return new XMLSerializer().serializeToString(element).replaceAll('\r', '&#13;')
}

function embeddedCertificates(signature: Element): readonly string[] {
  return children(child(signature, DS, 'KeyInfo'), DS, 'X509Data')
    .flatMap((data) => children(data, DS, 'X509Certificate'))
    .map((one) => (textOf(one) ?? '').replace(/\s/g, ''))
}

/** Canonical texts of what the signature covers; undefined: it does not verify. */
function signedParts(text: string, signature: Element, key: PinnedKey): readonly string[] | undefined {
  try {
    const verifier = new SignedXml({ publicCert: key.spki, getCertFromKeyInfo: () => null })
    verifier.SignatureAlgorithms = signatureTable(key)
    verifier.HashAlgorithms = hashTable()
    const { CanonicalizationAlgorithms: known } = verifier
    verifier.CanonicalizationAlgorithms = Object.fromEntries(
      [C14N, EXCLUSIVE_C14N, ENVELOPED].flatMap((uri) => {
        const one = known[uri]
        return one === undefined ? [] : [[uri, one]]
      }),
    )
    verifier.loadSignature(signature)
    if (verifier.checkSignature(text) !== true) return undefined
    return verifier.getSignedReferences()
  } catch {
    return undefined
  }
}

const CERTIFICATE_DIGESTS: Readonly<Record<string, string>> = {
  // SHA-1 proves nothing here and needs to prove nothing: the certificate is one of the pinned ones, octet by octet.
  'http://www.w3.org/2000/09/xmldsig#sha1': 'sha1',
  'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384': 'sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512': 'sha512',
}

/** XAdES SigningCertificate, or SigningCertificateV2 as TLv6 has it: the signer's own digest is among the signed words. */
function namesSigner(attributes: Element | undefined, { der }: Certificate): boolean {
  const certificates = ['SigningCertificate', 'SigningCertificateV2']
    .map((name) => child(attributes, XADES, name))
    .flatMap((one) => children(one, XADES, 'Cert'))
  const [first] = certificates
  const digest = child(first, XADES, 'CertDigest')
  const name = CERTIFICATE_DIGESTS[child(digest, DS, 'DigestMethod')?.getAttribute('Algorithm') ?? '']
  const value = textOf(child(digest, DS, 'DigestValue'))?.replace(/\s/g, '')
  return name !== undefined && value === createHash(name).update(der).digest('base64')
}
