/** An invented qualified trust service provider: a root, an issuing authority, and whoever answers for each of them. */
// The library's dependency injection needs it before anything else.
import 'reflect-metadata'
import { AuthorityInfoAccessExtension, CRLDistributionPointsExtension, Extension } from '@peculiar/x509'
import { certificatePem, type Issued, issueCertificate } from '../edge/issue.ts'
import { AUTHORITY, COUNTRY, type InventedTpp } from './cast.ts'
import { type QcType, qualifiedExtensions } from './qualified.ts'

/** Names that nobody can register (RFC 2606 section 2): the local machine answers for them (`responder.ts`). */
export const RESPONDER_HOST = 'ocsp.larch-trust.example'
export const CRL_HOST = 'crl.larch-trust.example'
const DISCLOSURE = 'https://www.larch-trust.example/disclosure_en.pdf'

/** RFC 6960 section 4.2.2.2.1: nobody asks whether the answerer itself was revoked. It is a NULL. */
const NO_CHECK = new Extension('1.3.6.1.5.5.7.48.1.5', false, Uint8Array.of(5, 0))
const DAY_MS = 86_400_000

/** Which of the two authorities signed. */
export type Level = 'root' | 'issuing'

export interface TrustService {
  readonly root: Issued
  readonly issuing: Issued
  /** Delegated responders (RFC 6960 section 4.2.2.2). */
  readonly responders: Readonly<Record<Level, Issued>>
  readonly notAfter: Date
}

/** @param name of the provider, such as `Larch Trust` */
export async function makeTrustService(name: string, notAfter: Date): Promise<TrustService> {
  const caName = (title: string): string =>
    `CN=${name} ${title},2.5.4.97=VAT${COUNTRY}-424242,O=${name},C=${COUNTRY}`
  const root = await issueCertificate({ subject: caName('Root CA'), use: 'authority', notAfter })
  const issuing = await issueCertificate({
    subject: caName('Qualified CA 1'),
    use: 'authority',
    issuer: root,
    notAfter,
    extensions: whereToAsk('root'),
  })
  const responder = (level: Level, issuer: Issued): Promise<Issued> =>
    issueCertificate({
      subject: caName(`OCSP ${level}`),
      use: 'ocsp',
      issuer,
      notAfter,
      extensions: [NO_CHECK],
    })
  return {
    root,
    issuing,
    responders: { root: await responder('root', root), issuing: await responder('issuing', issuing) },
    notAfter,
  }
}

/** The certificate that a third party shows in the handshake: of website authentication, if it is the right one. */
export function issueTransport(service: TrustService, tpp: InventedTpp): Promise<Issued> {
  const host = `${tpp.name.toLowerCase().replaceAll(' ', '-')}.example`
  return issueCertificate({
    subject: `CN=${host},${organisation(tpp)}`,
    use: 'website',
    issuer: service.issuing,
    names: [{ type: 'dns', value: host }],
    ...validity(service, tpp),
    ...keyOf(tpp),
    extensions: extensionsOf(tpp, tpp.type),
  })
}

/** The certificate for its signatures on messages. */
export function issueSeal(service: TrustService, tpp: InventedTpp): Promise<Issued> {
  return issueCertificate({
    subject: `CN=${tpp.name} seal,${organisation(tpp)}`,
    use: 'seal',
    issuer: service.issuing,
    notAfter: service.notAfter,
    ...keyOf(tpp),
    extensions: extensionsOf(tpp, 'eseal'),
  })
}

/** As servers and clients send it: the leaf first, without the root (RFC 8446 section 4.4.2). */
export function chainPem(service: TrustService, leaf: Issued): string {
  return `${certificatePem(leaf)}\n${certificatePem(service.issuing)}\n`
}

function organisation(tpp: InventedTpp): string {
  return `2.5.4.97=${tpp.organisation},O=${tpp.name},C=${COUNTRY}`
}

function validity(
  { notAfter }: TrustService,
  { trouble }: InventedTpp,
): { readonly notBefore?: Date; readonly notAfter: Date } {
  if (trouble !== 'expired') return { notAfter }
  return { notBefore: new Date(Date.now() - 30 * DAY_MS), notAfter: new Date(Date.now() - DAY_MS) }
}

function keyOf({ algorithm }: InventedTpp): Pick<InventedTpp, 'algorithm'> {
  return algorithm === undefined ? {} : { algorithm }
}

function extensionsOf({ roles }: InventedTpp, type: QcType): Extension[] {
  const wish = { type, roles, authority: AUTHORITY, disclosure: DISCLOSURE }
  return [...qualifiedExtensions(wish), ...whereToAsk('issuing')]
}

function whereToAsk(level: Level): Extension[] {
  return [
    new AuthorityInfoAccessExtension({ ocsp: `http://${RESPONDER_HOST}/${level}` }),
    new CRLDistributionPointsExtension([`http://${CRL_HOST}/${level}.crl`]),
  ]
}
