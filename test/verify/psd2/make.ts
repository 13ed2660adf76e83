/** Certificates of invented third parties with any statements, for the profile alone: nothing in them is signed. */
import { known } from '../../../src/lib/fact.ts'
import { type Profile, readProfile } from '../../../src/verify/psd2/profile.ts'
import { readCertificate } from '../../../src/verify/x509/certificate.ts'
import { attribute, certificate, der, extension, oid, seq, utf8 } from '../make-certificate.ts'

export const printable = (text: string) => der(0x13, text)
export const ia5 = (text: string) => der(0x16, text)

export function statement(id: string, ...info: readonly Uint8Array[]): Uint8Array {
  return seq(oid(id), ...info)
}

export const COMPLIANCE = statement('0.4.0.1862.1.1')
export const SSCD = statement('0.4.0.1862.1.4')
export const qcType = (...types: readonly (1 | 2 | 3)[]) =>
  statement('0.4.0.1862.1.6', seq(...types.map((type) => oid(`0.4.0.1862.1.6.${type}`))))
export const WEB = qcType(3)
export const SEAL = qcType(2)
export const legislation = (...codes: readonly string[]) =>
  statement('0.4.0.1862.1.7', seq(...codes.map(printable)))
export const pds = (...places: readonly (readonly [url: string, language: string])[]) =>
  statement('0.4.0.1862.1.5', seq(...places.map(([url, language]) => seq(ia5(url), printable(language)))))
export const semantics = (id: string) => statement('1.3.6.1.5.5.7.11.2', seq(oid(id)))

export const role = (arc: number | string, name: string) => seq(oid(`0.4.0.19495.1.${arc}`), utf8(name))
export const AISP = role(3, 'PSP_AI')
export const PISP = role(2, 'PSP_PI')

export function psd2(roles: readonly Uint8Array[], name = 'Invented Authority', id = 'GB-FCA'): Uint8Array {
  return statement('0.4.0.19495.2', seq(seq(...roles), utf8(name), utf8(id)))
}

export const STANDARD = [COMPLIANCE, WEB, psd2([AISP])] as const

export interface Made {
  readonly statements?: readonly Uint8Array[]
  /** Instead of `statements`: the value of the extension. */
  readonly value?: Uint8Array
  readonly critical?: boolean
  readonly organisation?: string | readonly string[] | undefined
  readonly subject?: readonly Uint8Array[]
  readonly keyUsage?: number
  readonly purposes?: readonly string[]
  readonly policies?: readonly string[]
}

const QC_STATEMENTS = '1.3.6.1.5.5.7.1.3'

export function made(parts: Made = {}): Uint8Array {
  const organisations = [parts.organisation ?? ('organisation' in parts ? [] : 'PSDGB-FCA-765432')].flat()
  const value = parts.value ?? (parts.statements === undefined ? undefined : seq(...parts.statements))
  const critical = parts.critical === true ? [der(0x01, 0xff)] : []
  const extensions = [
    ...(value === undefined ? [] : [seq(oid(QC_STATEMENTS), ...critical, der(0x04, value))]),
    ...(parts.keyUsage === undefined ? [] : [extension('2.5.29.15', keyUsage(parts.keyUsage))]),
    ...(parts.purposes === undefined ? [] : [extension('2.5.29.37', seq(...parts.purposes.map(oid)))]),
    ...(parts.policies === undefined
      ? []
      : [extension('2.5.29.32', seq(...parts.policies.map((policy) => seq(oid(policy)))))]),
  ]
  return certificate({
    subject: parts.subject ?? [
      attribute('2.5.4.6', printable('GB')),
      attribute('2.5.4.10', 'Invented TPP'),
      ...organisations.map((id) => attribute('2.5.4.97', id)),
    ],
    ...(extensions.length === 0 ? {} : { extensions }),
  })
}

/** Bits as RFC 5280 section 4.2.1.3 writes them, in one octet: 0x80 digitalSignature, 0x40 nonRepudiation. */
function keyUsage(bits: number): Uint8Array {
  let unused = 0
  while (((bits >> unused) & 1) === 0 && unused < 7) unused += 1
  return der(0x03, unused, bits)
}

export function profileOf(parts: Made = {}): Profile {
  const read = known(readCertificate(made(parts)))
  if (read === undefined) throw new Error('Cannot read the certificate that the test made')
  return readProfile(read)
}

export function findingsOf(parts: Made = {}): readonly string[] {
  return profileOf(parts).findings.map(({ id }) => id)
}
