/**
 * Makes trusted lists of invented states, signed as XAdES asks. Everything is written in its canonical form already
 * (exclusive C14N), so that what is digested here owes nothing to the library that verifies it.
 */
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { type Issued, issueCertificate } from '../../../local/edge/issue.ts'
import { readCertificate } from '../../../src/verify/x509/certificate.ts'
import type { Certificate } from '../../../src/verify/x509/types.ts'

export const NS = {
  tsl: 'http://uri.etsi.org/02231/v2#',
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  xades: 'http://uri.etsi.org/01903/v1.3.2#',
  sie: 'http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#',
  more: 'http://uri.etsi.org/02231/v2/additionaltypes#',
} as const
const TRUSTED_LIST = 'http://uri.etsi.org/TrstSvc/TrustedList'
export const EXC_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#'
export const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'
export const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256'

export interface Signer {
  readonly issued: Issued
  readonly certificate: Certificate
}

export async function makeSigner(name: string, algorithm: 'P-256' | 'RSA-2048' = 'P-256'): Promise<Signer> {
  const notAfter = new Date('2040-01-01T00:00:00Z')
  const notBefore = new Date('2015-01-01T00:00:00Z')
  const issued = await issueCertificate({
    subject: `CN=${name}`,
    use: 'authority',
    notBefore,
    notAfter,
    algorithm,
  })
  const read = readCertificate(new Uint8Array(issued.certificate.rawData))
  if (read.state !== 'valid') throw new Error(`Cannot read the certificate of ${name}`)
  return { issued, certificate: read.value }
}

export interface PointerWish {
  readonly territory: string
  readonly type?: string
  readonly url: string
  readonly signers: readonly Signer[]
  readonly mediaType?: string
}

export interface ServiceWish {
  readonly name?: string
  readonly type?: string
  readonly certificates: readonly Uint8Array[]
  readonly status?: string
  readonly from?: string
  /** Contents of ServiceInformationExtensions. */
  readonly extensions?: string
  readonly history?: readonly {
    readonly status: string
    readonly from: string
    readonly extensions?: string
  }[]
}

export interface ListWish {
  readonly territory: string
  readonly type?: string
  readonly version?: string
  readonly sequence?: number
  readonly issued?: string
  readonly nextUpdate?: string
  readonly about?: readonly string[]
  readonly pointers?: readonly PointerWish[]
  readonly services?: readonly ServiceWish[]
}

/** A list without its signature, in canonical form. */
export function listXml(wish: ListWish): string {
  const { territory, type = 'EUgeneric', version = '6', sequence = 1 } = wish
  const { issued = '2026-11-01T00:00:00Z', nextUpdate = '2027-04-01T00:00:00Z' } = wish
  const about = (wish.about ?? []).map((url) => `<URI xml:lang="en">${url}</URI>`).join('')
  const pointers = (wish.pointers ?? []).map(pointerXml).join('')
  const services = (wish.services ?? []).map(serviceXml).join('')
  return [
    `<TrustServiceStatusList xmlns="${NS.tsl}" Id="list" TSLTag="http://uri.etsi.org/19612/TSLTag">`,
    `<SchemeInformation><TSLVersionIdentifier>${version}</TSLVersionIdentifier>`,
    `<TSLSequenceNumber>${sequence}</TSLSequenceNumber><TSLType>${TRUSTED_LIST}/TSLType/${type}</TSLType>`,
    `<SchemeInformationURI>${about}</SchemeInformationURI><SchemeTerritory>${territory}</SchemeTerritory>`,
    `<PointersToOtherTSL>${pointers}</PointersToOtherTSL>`,
    `<ListIssueDateTime>${issued}</ListIssueDateTime>`,
    nextUpdate === ''
      ? '<NextUpdate></NextUpdate>'
      : `<NextUpdate><dateTime>${nextUpdate}</dateTime></NextUpdate>`,
    '</SchemeInformation><TrustServiceProviderList><TrustServiceProvider><TSPInformation><TSPName>',
    '<Name xml:lang="en">Invented Trust Ltd</Name></TSPName></TSPInformation>',
    `<TSPServices>${services}</TSPServices></TrustServiceProvider></TrustServiceProviderList>`,
    '</TrustServiceStatusList>',
  ].join('')
}

function pointerXml({ territory, type = 'EUgeneric', url, signers, mediaType }: PointerWish): string {
  const identities = signers
    .map(
      ({ certificate }) => `<ServiceDigitalIdentity>${digitalId(certificate.der)}</ServiceDigitalIdentity>`,
    )
    .join('')
  const other = [
    `<TSLType>${TRUSTED_LIST}/TSLType/${type}</TSLType>`,
    `<SchemeTerritory>${territory}</SchemeTerritory>`,
    `<more:MimeType xmlns:more="${NS.more}">${mediaType ?? 'application/vnd.etsi.tsl+xml'}</more:MimeType>`,
  ].map((one) => `<OtherInformation>${one}</OtherInformation>`)
  return [
    `<OtherTSLPointer><ServiceDigitalIdentities>${identities}</ServiceDigitalIdentities>`,
    `<TSLLocation>${url}</TSLLocation>`,
    `<AdditionalInformation>${other.join('')}</AdditionalInformation></OtherTSLPointer>`,
  ].join('')
}

function serviceXml(wish: ServiceWish): string {
  const { name = 'Invented CA', type = 'http://uri.etsi.org/TrstSvc/Svctype/CA/QC' } = wish
  const { status = 'granted', from = '2020-01-01T00:00:00Z', extensions, history = [] } = wish
  const head = `<ServiceTypeIdentifier>${type}</ServiceTypeIdentifier><ServiceName><Name xml:lang="en">${name}</Name></ServiceName>`
  const state = (one: { status: string; from: string; extensions?: string | undefined }) =>
    [
      `<ServiceStatus>${one.status.includes(':') ? one.status : `${TRUSTED_LIST}/Svcstatus/${one.status}`}</ServiceStatus>`,
      `<StatusStartingTime>${one.from}</StatusStartingTime>`,
      one.extensions === undefined
        ? ''
        : `<ServiceInformationExtensions>${one.extensions}</ServiceInformationExtensions>`,
    ].join('')
  const identity = `<ServiceDigitalIdentity>${wish.certificates.map(digitalId).join('')}</ServiceDigitalIdentity>`
  const former = history.map(
    (one) =>
      `<ServiceHistoryInstance>${head}<ServiceDigitalIdentity></ServiceDigitalIdentity>${state(one)}</ServiceHistoryInstance>`,
  )
  return [
    `<TSPService><ServiceInformation>${head}${identity}${state({ status, from, extensions })}</ServiceInformation>`,
    former.length === 0 ? '' : `<ServiceHistory>${former.join('')}</ServiceHistory>`,
    '</TSPService>',
  ].join('')
}

function digitalId(der: Uint8Array): string {
  return `<DigitalId><X509Certificate>${base64(der)}</X509Certificate></DigitalId>`
}

/** AdditionalServiceInformation, one for each use. */
export function forUses(
  ...uses: readonly ('ForWebSiteAuthentication' | 'ForeSeals' | 'ForeSignatures')[]
): string {
  return uses.map((use) => additionalInformation(`${TRUSTED_LIST}/SvcInfoExt/${use}`)).join('')
}

export function additionalInformation(uri: string): string {
  return extension(
    `<AdditionalServiceInformation><URI xml:lang="en">${uri}</URI></AdditionalServiceInformation>`,
  )
}

export function extension(content: string, critical = true): string {
  return `<Extension Critical="${critical}">${content}</Extension>`
}

/** Qualifications with one element: `qualifiers` for what meets `criteria`. */
export function qualification(qualifiers: readonly string[], criteria: string): string {
  const named = qualifiers.map(
    (one) => `<sie:Qualifier uri="${TRUSTED_LIST}/SvcInfoExt/${one}"></sie:Qualifier>`,
  )
  return extension(
    [
      `<sie:Qualifications xmlns:sie="${NS.sie}"><sie:QualificationElement>`,
      `<sie:Qualifiers>${named.join('')}</sie:Qualifiers>${criteria}`,
      '</sie:QualificationElement></sie:Qualifications>',
    ].join(''),
  )
}

export function criteriaList(assert: string, ...of: readonly string[]): string {
  return `<sie:CriteriaList assert="${assert}">${of.join('')}</sie:CriteriaList>`
}

export function policySet(...oids: readonly string[]): string {
  const each = oids.map((oid) => `<sie:PolicyIdentifier>${identifier(oid)}</sie:PolicyIdentifier>`)
  return `<sie:PolicySet>${each.join('')}</sie:PolicySet>`
}

export function identifier(oid: string): string {
  return `<xades:Identifier xmlns:xades="${NS.xades}">${oid}</xades:Identifier>`
}

/** What a test may do to a signature before it is made: all of it is then signed by the signer's own key. */
export interface SignatureWish {
  readonly transforms?: readonly string[]
  readonly digest?: string
  readonly method?: string
  readonly listUri?: string
  readonly references?: (list: string, properties: string) => string
  readonly properties?: (text: string) => string
  readonly keyInfo?: string
  readonly namedSigner?: Certificate
}

const METHODS = {
  ECDSA: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
  'RSASSA-PKCS1-v1_5': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
}

/** The list with its enveloped XAdES signature. */
export async function sign(xml: string, signer: Signer, wish: SignatureWish = {}): Promise<string> {
  const { privateKey } = signer.issued.keys
  const rsa = privateKey.algorithm.name === 'RSASSA-PKCS1-v1_5'
  const method = wish.method ?? METHODS[rsa ? 'RSASSA-PKCS1-v1_5' : 'ECDSA']
  const properties = (wish.properties ?? ((text) => text))(
    propertiesXml(wish.namedSigner ?? signer.certificate),
  )
  const transforms = wish.transforms ?? [ENVELOPED, EXC_C14N]
  const list = referenceXml(wish.listUri ?? '#list', xml, transforms, wish.digest)
  const about = referenceXml('#properties', properties, [EXC_C14N], wish.digest, PROPERTIES_TYPE)
  const references = wish.references?.(list, about) ?? `${list}${about}`
  const signedInfo = [
    `<ds:SignedInfo xmlns:ds="${NS.ds}">`,
    `<ds:CanonicalizationMethod Algorithm="${EXC_C14N}"></ds:CanonicalizationMethod>`,
    `<ds:SignatureMethod Algorithm="${method}"></ds:SignatureMethod>${references}</ds:SignedInfo>`,
  ].join('')
  const algorithm = rsa ? { name: 'RSASSA-PKCS1-v1_5' } : { name: 'ECDSA', hash: 'SHA-256' }
  const value = await crypto.subtle.sign(algorithm, privateKey, new TextEncoder().encode(signedInfo))
  const keyInfo = wish.keyInfo ?? keyInfoXml(signer.certificate)
  const signature = [
    `<ds:Signature xmlns:ds="${NS.ds}" Id="signature">${signedInfo}`,
    `<ds:SignatureValue>${base64(new Uint8Array(value))}</ds:SignatureValue>${keyInfo}`,
    `<ds:Object><xades:QualifyingProperties xmlns:xades="${NS.xades}" Target="#signature">${properties}`,
    '</xades:QualifyingProperties></ds:Object></ds:Signature>',
  ].join('')
  return xml.replace('</TrustServiceStatusList>', `${signature}</TrustServiceStatusList>`)
}

const PROPERTIES_TYPE = 'http://uri.etsi.org/01903#SignedProperties'

export function keyInfoXml({ der }: Certificate): string {
  return `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${base64(der)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`
}

export function referenceXml(
  uri: string,
  content: string,
  transforms: readonly string[],
  digest: string = SHA256,
  type?: string,
): string {
  const name = digest.endsWith('sha1') ? 'sha1' : digest.endsWith('sha512') ? 'sha512' : 'sha256'
  const each = transforms.map((one) => `<ds:Transform Algorithm="${one}"></ds:Transform>`).join('')
  return [
    `<ds:Reference${type === undefined ? '' : ` Type="${type}"`} URI="${uri}"><ds:Transforms>${each}</ds:Transforms>`,
    `<ds:DigestMethod Algorithm="${digest}"></ds:DigestMethod>`,
    `<ds:DigestValue>${createHash(name).update(content).digest('base64')}</ds:DigestValue></ds:Reference>`,
  ].join('')
}

function propertiesXml({ der }: Certificate): string {
  const digest = createHash('sha256').update(der).digest('base64')
  return [
    `<xades:SignedProperties xmlns:xades="${NS.xades}" Id="properties"><xades:SignedSignatureProperties>`,
    '<xades:SigningTime>2026-11-01T00:00:00Z</xades:SigningTime><xades:SigningCertificateV2><xades:Cert>',
    `<xades:CertDigest><ds:DigestMethod xmlns:ds="${NS.ds}" Algorithm="${SHA256}"></ds:DigestMethod>`,
    `<ds:DigestValue xmlns:ds="${NS.ds}">${digest}</ds:DigestValue></xades:CertDigest>`,
    '</xades:Cert></xades:SigningCertificateV2></xades:SignedSignatureProperties></xades:SignedProperties>',
  ].join('')
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function base64(data: Uint8Array): string {
  return Buffer.from(data).toString('base64')
}
