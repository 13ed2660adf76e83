/** A trusted list (TS 119 612, TSLVersionIdentifier 5 and 6), read from what its signature covers. */

import { createHash } from 'node:crypto'
import type { Element } from '@xmldom/xmldom'
import { fromBase64 } from '../../../lib/base64.ts'
import { fail, type Outcome, pass } from '../../../lib/outcome.ts'
import { readCertificate } from '../../x509/certificate.ts'
import type { Certificate } from '../../x509/types.ts'
import type { Source } from '../types.ts'
import { ADDITIONAL_TYPES } from './qualifications.ts'
import { readServices, type ServiceReading } from './services.ts'
import { type SignatureFault, TSL, verifyList } from './xades.ts'
import { child, children, readXml, textOf, timeOf, type XmlFault } from './xml.ts'

const TYPE = 'http://uri.etsi.org/TrstSvc/TrustedList/TSLType/'
const VERSIONS = ['5', '6']
const XML_MEDIA_TYPE = 'application/vnd.etsi.tsl+xml'

export type ListFault = XmlFault | SignatureFault | 'list_version' | 'list_malformed'

/** Where a list is, and who may sign it: what the list of the lists says about it. */
export interface Pointer {
  readonly territory: string
  /** EUlistofthelists, EUgeneric … */
  readonly type: string
  readonly url: string
  readonly signers: readonly Certificate[]
}

export interface TrustedList extends ServiceReading {
  readonly source: Source
  readonly type: string
  readonly pointers: readonly Pointer[]
  /** SchemeInformationURI, in the list's order. */
  readonly about: readonly string[]
}

export function readList(
  bytes: Uint8Array,
  { url, signers }: Pick<Pointer, 'url' | 'signers'>,
): Outcome<TrustedList, ListFault> {
  const xml = readXml(bytes)
  if (!xml.ok) return xml
  const verified = verifyList(xml.value, signers)
  if (!verified.ok) return verified
  const { root } = verified.value
  const scheme = child(root, TSL, 'SchemeInformation')
  if (!VERSIONS.includes(textOf(child(scheme, TSL, 'TSLVersionIdentifier')) ?? ''))
    return fail('list_version')
  const territory = textOf(child(scheme, TSL, 'SchemeTerritory'))
  const sequence = Number(textOf(child(scheme, TSL, 'TSLSequenceNumber')) || Number.NaN)
  const issued = timeOf(child(scheme, TSL, 'ListIssueDateTime'))
  const nextUpdate = child(scheme, TSL, 'NextUpdate')
  const until = timeOf(child(nextUpdate, TSL, 'dateTime'))
  const type = textOf(child(scheme, TSL, 'TSLType'))
  if (territory === undefined || !/^[A-Z]{2}$/.test(territory) || type?.startsWith(TYPE) !== true)
    return fail('list_malformed')
  if (!Number.isSafeInteger(sequence) || sequence < 0 || issued === undefined) return fail('list_malformed')
  // Clause 5.3.15: an empty NextUpdate closes the list. A date that we cannot read must not close it.
  if (nextUpdate === undefined || (until === undefined && textOf(nextUpdate) !== ''))
    return fail('list_malformed')
  const digest = createHash('sha256').update(bytes).digest('hex')
  return pass({
    source: { kind: 'qualified', territory, url, sequence, issued, nextUpdate: until, sha256: digest },
    type: type.slice(TYPE.length),
    pointers: pointersOf(scheme),
    about: children(child(scheme, TSL, 'SchemeInformationURI'), TSL, 'URI').map((uri) => textOf(uri) ?? ''),
    ...readServices(root, territory),
  })
}

function pointersOf(scheme: Element | undefined): readonly Pointer[] {
  return children(child(scheme, TSL, 'PointersToOtherTSL'), TSL, 'OtherTSLPointer').flatMap((pointer) => {
    const url = textOf(child(pointer, TSL, 'TSLLocation'))
    const other = children(child(pointer, TSL, 'AdditionalInformation'), TSL, 'OtherInformation')
    const find = (namespace: string, name: string) =>
      textOf(other.map((one) => child(one, namespace, name)).find((one) => one !== undefined))
    const territory = find(TSL, 'SchemeTerritory')
    const type = find(TSL, 'TSLType')
    // A list is published for people too, as a PDF under a pointer of its own.
    const media = find(ADDITIONAL_TYPES, 'MimeType')
    if (url === undefined || territory === undefined || type?.startsWith(TYPE) !== true) return []
    if (media !== XML_MEDIA_TYPE) return []
    return [{ territory, type: type.slice(TYPE.length), url, signers: signersOf(pointer) }]
  })
}

/** Certificates that we cannot read sign nothing; the others still do. */
function signersOf(pointer: Element): readonly Certificate[] {
  return children(child(pointer, TSL, 'ServiceDigitalIdentities'), TSL, 'ServiceDigitalIdentity')
    .flatMap((identity) => children(identity, TSL, 'DigitalId'))
    .flatMap((id) => children(id, TSL, 'X509Certificate'))
    .flatMap((one) => {
      const der = fromBase64((textOf(one) ?? '').replace(/\s/g, ''))
      const read = der === undefined ? undefined : readCertificate(der)
      return read?.state === 'valid' ? [read.value] : []
    })
}
