/**
 * CA/QC services of a list with their history as stretches of time (TS 119 612 clauses 5.5 and 5.6). Nothing here is
 * about today: who was granted what, and when.
 */
import type { Element } from '@xmldom/xmldom'
import { fromBase64 } from '../../../lib/base64.ts'
import { readCertificate } from '../../x509/certificate.ts'
import type { DocumentAnchor } from '../set-document.ts'
import type { AnchorUse, Period } from '../types.ts'
import { ADDITIONAL_TYPES, readQualifications, SIE } from './qualifications.ts'
import { TSL } from './xades.ts'
import { child, childElements, children, isNamed, textOf, timeOf } from './xml.ts'

const CA_QC = 'http://uri.etsi.org/TrstSvc/Svctype/CA/QC'
const STATUS =
  /^http:\/\/uri\.etsi\.org\/TrstSvc\/(?:TrustedList|eSigDir-1999-93-EC-TrustedList)\/Svcstatus\/([A-Za-z]{1,64})$/
const USES: Readonly<Record<string, AnchorUse>> = {
  'http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/ForWebSiteAuthentication': 'web',
  'http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/ForeSeals': 'seal',
  'http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/ForeSignatures': 'signature',
}
const MAX_HISTORY = 63

export interface ServiceReading {
  readonly anchors: readonly DocumentAnchor[]
  /** Services that were left out although they are CA/QC, with the reason. */
  readonly leftOut: readonly string[]
}

export function readServices(root: Element, territory: string): ServiceReading {
  const providers = children(child(root, TSL, 'TrustServiceProviderList'), TSL, 'TrustServiceProvider')
  const anchors: DocumentAnchor[] = []
  const leftOut: string[] = []
  for (const element of providers) {
    const provider = nameOf(child(child(element, TSL, 'TSPInformation'), TSL, 'TSPName'))
    for (const service of children(child(element, TSL, 'TSPServices'), TSL, 'TSPService')) {
      const read = readService(service, { territory, provider })
      if (typeof read === 'string') leftOut.push(`${nameOf(currentName(service))}: ${read}`)
      else if (read !== undefined) anchors.push(read)
    }
  }
  return { anchors, leftOut }
}

function currentName(service: Element): Element | undefined {
  return child(child(service, TSL, 'ServiceInformation'), TSL, 'ServiceName')
}

/** Undefined: another kind of service. A string: why it is left out. */
function readService(
  service: Element,
  { territory, provider }: { territory: string; provider: string },
): DocumentAnchor | string | undefined {
  const current = child(service, TSL, 'ServiceInformation')
  const history = children(child(service, TSL, 'ServiceHistory'), TSL, 'ServiceHistoryInstance')
  const all = current === undefined ? [] : [current, ...history]
  if (!all.some(isCaQc)) return undefined
  if (history.length > MAX_HISTORY) return 'history_too_long'
  const certificates = certificatesOf(child(current, TSL, 'ServiceDigitalIdentity'))
  if (typeof certificates === 'string') return certificates
  const periods = periodsOf(all)
  if (periods === undefined) return 'history_malformed'
  const name = nameOf(currentName(service))
  return { kind: 'qualified', territory, provider, name, certificates, periods }
}

function isCaQc(information: Element): boolean {
  return textOf(child(information, TSL, 'ServiceTypeIdentifier')) === CA_QC
}

/** Clause 5.5.3: several certificates of one key are one identity. A name or key identifier alone anchors no path. */
function certificatesOf(identity: Element | undefined): readonly Uint8Array[] | string {
  const certificates: Uint8Array[] = []
  for (const id of children(identity, TSL, 'DigitalId')) {
    const text = textOf(child(id, TSL, 'X509Certificate'))
    if (text === undefined) continue
    const der = fromBase64(text.replace(/\s/g, ''))
    const read = der === undefined ? undefined : readCertificate(der)
    if (read?.state !== 'valid') return read?.state === 'invalid' ? read.reason : 'certificate_not_base64'
    certificates.push(read.value.der)
  }
  return certificates.length === 0 ? 'no_certificate' : certificates
}

function periodsOf(all: readonly Element[]): readonly Period[] | undefined {
  const starts = all.map((one) => ({ one, from: timeOf(child(one, TSL, 'StatusStartingTime')) }))
  const dated = starts.flatMap(({ one, from }) => (from === undefined ? [] : [{ one, from }]))
  if (dated.length !== all.length) return undefined
  // The newest statement comes first; of two that begin at one instant the newer holds.
  const ordered = dated
    .filter(({ from }, at) => !dated.slice(0, at).some((newer) => newer.from <= from))
    .toReversed()
  return ordered.map(({ one, from }, at) => ({ from, until: ordered[at + 1]?.from, ...statementOf(one) }))
}

type Statement = Omit<Period, 'from' | 'until'>

function statementOf(information: Element): Statement {
  const status = STATUS.exec(textOf(child(information, TSL, 'ServiceStatus')) ?? '')?.[1] ?? 'unknown'
  const extensions = children(child(information, TSL, 'ServiceInformationExtensions'), TSL, 'Extension').map(
    readExtension,
  )
  const named = [...new Set(extensions.flatMap(({ uses }) => uses ?? []))]
  // Under the Directive, and where nothing is said, qualified certificates are for signatures (annex J).
  const uses: readonly AnchorUse[] = status === 'granted' && named.length > 0 ? named : ['signature']
  return {
    status: isCaQc(information) ? status : 'otherServiceType',
    uses,
    qualifications: extensions.flatMap(({ qualifications }) => qualifications ?? []),
    notUnderstood: extensions.find(({ notUnderstood }) => notUnderstood !== undefined)?.notUnderstood,
  }
}

interface ExtensionReading {
  readonly uses?: readonly AnchorUse[]
  readonly qualifications?: Statement['qualifications']
  readonly notUnderstood?: string
}

/** Clause 5.5.9. An extension that is critical and not understood takes the whole statement with it. */
function readExtension(extension: Element): ExtensionReading {
  const critical = extension.getAttribute('Critical') !== 'false'
  const contents = childElements(extension)
  const [content] = contents
  const unknown = (what: string): ExtensionReading => (critical ? { notUnderstood: what } : {})
  if (content === undefined || contents.length !== 1) return unknown('an extension of another shape')
  if (isNamed(content, SIE, 'Qualifications')) {
    // Whether critical or not: it may say that certificates are not qualified.
    const qualifications = readQualifications(content)
    return qualifications === undefined ? { notUnderstood: 'Qualifications' } : { qualifications }
  }
  if (isNamed(content, TSL, 'AdditionalServiceInformation')) {
    // Other identifiers (RootCA-QC, national ones) grant no use of ours (clause 5.5.9.4).
    return { uses: children(content, TSL, 'URI').flatMap((uri) => USES[textOf(uri) ?? ''] ?? []) }
  }
  // Neither is meant to change what a path is worth (clauses 5.5.9.1 and 5.5.9.3).
  if (isNamed(content, TSL, 'ExpiredCertsRevocationInfo')) return {}
  if (isNamed(content, ADDITIONAL_TYPES, 'TakenOverBy')) return {}
  return unknown((content.localName ?? 'an extension').slice(0, 100))
}

/** English where there is any. Control characters never reach a log or a console. */
export function nameOf(names: Element | undefined): string {
  const all = children(names, TSL, 'Name')
  const english = all.find((one) => one.getAttribute('xml:lang')?.toLowerCase() === 'en')
  const text = textOf(english ?? all[0]) ?? ''
  return text.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, 200)
}
