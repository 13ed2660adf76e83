/**
 * Whom we trust to say who a third party is, and within which limits. Types only. `Certificate` is x509's; the words
 * are those of ETSI TS 119 612.
 */
import type { KeyUsage, TrustAnchor } from '../x509/types.ts'

/** `qualified` comes from the EU's trusted lists, the others from the bank's own hand. */
export type AnchorKind = 'qualified' | 'obie' | 'own'

/** What a certificate is for: website authentication (QWAC, mTLS), electronic seals (QSealC), electronic signatures. */
export type AnchorUse = 'web' | 'seal' | 'signature'

/** One list or file that the set was made of. Times are milliseconds since the epoch. */
export interface Source {
  readonly kind: AnchorKind
  /** ISO 3166 code as the lists write it (EL, UK); `EU` for the list of the lists; undefined for the bank's own. */
  readonly territory: string | undefined
  readonly url: string
  /** TSLSequenceNumber. Undefined for the bank's own. */
  readonly sequence: number | undefined
  readonly issued: number | undefined
  /** Undefined: the list is closed, or a bank's own file that never grows old. */
  readonly nextUpdate: number | undefined
  /** Of the bytes that were read, lower-case hexadecimal. */
  readonly sha256: string
}

/** TS 119 612 clause 5.5.9.2.2: which certificates a qualification is about. */
export type Criterion =
  | { readonly kind: 'policies'; readonly all: readonly string[] }
  | { readonly kind: 'keyUsage'; readonly bits: readonly (readonly [usage: KeyUsage, set: boolean])[] }
  | { readonly kind: 'extendedKeyUsage'; readonly all: readonly string[] }
  | { readonly kind: 'subjectAttributes'; readonly all: readonly string[] }
  | { readonly kind: 'criteria'; readonly assert: Assertion; readonly of: readonly Criterion[] }
export type Assertion = 'all' | 'atLeastOne' | 'none'

/** TS 119 612 clause 5.5.9.2: the qualifiers that hold for the certificates that meet the criteria. */
export interface Qualification {
  /** Last segment of the qualifier's URI: NotQualified, QCStatement, QCForWSA, QCForESeal … */
  readonly qualifiers: readonly string[]
  readonly criteria: Criterion
}

/** What a list says of a service for one stretch of time. */
export interface Period {
  /** Milliseconds since the epoch; `until` is exclusive, and undefined while the stretch lasts. */
  readonly from: number
  readonly until: number | undefined
  /** Last segment of the status URI: granted, withdrawn, undersupervision … */
  readonly status: string
  readonly uses: readonly AnchorUse[]
  readonly qualifications: readonly Qualification[]
  /** A critical extension or a criterion that we do not understand: nothing is granted in this stretch. */
  readonly notUnderstood: string | undefined
}

/** A listed service: one identity, its history, oldest stretch first and without gaps. */
export interface Service {
  readonly kind: AnchorKind
  readonly territory: string | undefined
  readonly provider: string
  readonly name: string
  readonly periods: readonly Period[]
}

/** What lists say about the holder of one key under one name. Several services may share it. */
export interface AnchorEntry {
  readonly services: readonly Service[]
}

/** An anchor of a set: it is always listed somewhere. */
export interface ListedAnchor extends TrustAnchor {
  readonly entry: AnchorEntry
}

export interface AnchorSet {
  /** SHA-256 of the document's exact bytes, lower-case hexadecimal: names the set in caches and records. */
  readonly version: string
  /** Milliseconds since the epoch. */
  readonly madeAt: number
  readonly sources: readonly Source[]
  /** Kinds of the anchors that are in it. */
  readonly kinds: readonly AnchorKind[]
  readonly services: number
  readonly certificates: number
  /** Anchors whose subject has this `nameKey` (x509/names.ts); certificates are read when they are first asked for. */
  readonly named: (key: string) => readonly ListedAnchor[]
}

export type AnchorSetFault =
  | 'anchors_too_large'
  | 'anchors_unsigned'
  | 'anchors_signature_wrong'
  | 'anchors_malformed'
  | 'anchors_key_not_entitled'

/** Why a certificate is not granted by the anchor that its path ends at. */
export type GrantFault =
  /** No service of the anchor was granted when the certificate was issued. */
  | 'service_not_granted'
  /** A service was granted, and not for this use. */
  | 'service_other_use'
  /** The list overrides the certificate's own words: it is not qualified. */
  | 'certificate_not_qualified'
  /** Granted services contradict each other, or one of them itself. */
  | 'service_contradicts'
  /** The list says something that we do not understand. */
  | 'service_not_understood'

export interface Grant {
  readonly service: Service
  readonly period: Period
  /** Qualifiers that apply to this very certificate. */
  readonly qualifiers: readonly string[]
  /** The list says that the certificate is qualified, whether or not it says so itself (QCStatement). */
  readonly qualifiedByList: boolean
  /** Since when the service is no longer granted, however the certificate was issued: a row of policy. */
  readonly withdrawnSince: number | undefined
}
