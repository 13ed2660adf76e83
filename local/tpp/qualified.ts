/** What makes a certificate a qualified one of a payment service provider (EN 319 412-5, TS 119 495 section 5). */
// The library's dependency injection needs it before anything else.
import 'reflect-metadata'
import { CertificatePolicyExtension, Extension } from '@peculiar/x509'
import { ia5, oid, printable, sequence, utf8 } from './der.ts'

export type Role = keyof typeof ROLES
export type QcType = keyof typeof QC_TYPES

export interface QualifiedWish {
  readonly type: QcType
  /** None leaves the PSD2 statement out: a qualified certificate of somebody who is no payment service provider. */
  readonly roles: readonly Role[]
  readonly authority: CompetentAuthority
  /** The disclosure statement that a qualified certificate must link to. */
  readonly disclosure: string
}

/** National competent authority. */
export interface CompetentAuthority {
  readonly name: string
  /** Country and authority: `AQ-IFA`. */
  readonly id: string
}

const ROLES = {
  PSP_AS: '0.4.0.19495.1.1',
  PSP_PI: '0.4.0.19495.1.2',
  PSP_AI: '0.4.0.19495.1.3',
  PSP_IC: '0.4.0.19495.1.4',
} as const

/** QcType with the certificate policy that goes with it (TS 119 495 section 6.1, EN 319 411-2). */
const QC_TYPES = {
  web: { type: '0.4.0.1862.1.6.3', policy: '0.4.0.19495.3.1' },
  eseal: { type: '0.4.0.1862.1.6.2', policy: '0.4.0.194112.1.1' },
} as const

const QC_STATEMENTS = '1.3.6.1.5.5.7.1.3'
const QC_COMPLIANCE = '0.4.0.1862.1.1'
const QC_PDS = '0.4.0.1862.1.5'
const QC_TYPE = '0.4.0.1862.1.6'
const PSD2 = '0.4.0.19495.2'

export function qualifiedExtensions(wish: QualifiedWish): Extension[] {
  const { type, policy } = QC_TYPES[wish.type]
  const statements = sequence(
    sequence(oid(QC_COMPLIANCE)),
    sequence(oid(QC_PDS), sequence(sequence(ia5(wish.disclosure), printable('en')))),
    sequence(oid(QC_TYPE), sequence(oid(type))),
    ...(wish.roles.length === 0 ? [] : [psd2Statement(wish)]),
  )
  return [new Extension(QC_STATEMENTS, false, statements), new CertificatePolicyExtension([policy])]
}

/** PSD2QcType ::= SEQUENCE { rolesOfPSP, nCAName, nCAId }, each role a pair of identifier and name. */
function psd2Statement({ roles, authority }: QualifiedWish): Uint8Array {
  const rolesOfPsp = sequence(...roles.map((role) => sequence(oid(ROLES[role]), utf8(role))))
  return sequence(oid(PSD2), sequence(rolesOfPsp, utf8(authority.name), utf8(authority.id)))
}
