/**
 * The organizationIdentifier of a subject: an authorization number (TS 119 495 GEN-5.2.1-3) or another form of
 * EN 319 412-1 section 5.1.4 (GEN-5.2.1-4 allows it). It is compared as it stands, case and all.
 */
import { isCountry } from './codes.ts'
import { type Finding, finding } from './findings.ts'

export type OrganisationScheme = 'PSD' | 'NTR' | 'VAT' | 'LEI'

export interface OrganisationId {
  readonly text: string
  /** `national`: two letters and a colon, a scheme of one country. `other`: nothing that the standards know. */
  readonly scheme: OrganisationScheme | 'national' | 'other'
  readonly country: string | undefined
  /** PSD alone: the competent authority, without its country. */
  readonly authority: string | undefined
  readonly reference: string | undefined
}

/** Scheme, country, perhaps a state, and what the register calls the organisation. */
const FORM = /^([A-Z]{2}[A-Z:])([A-Za-z]{2})(\+[A-Za-z0-9]{1,3})?(?:-(.+))?$/
const AUTHORIZATION_NUMBER = /^PSD[A-Z]{2}-[A-Z]{2,8}-.+$/

/** Several countries under one code; EL and XI are how VAT numbers write Greece and Northern Ireland. */
const TRANSNATIONAL = ['EU', 'EZ', 'SU', 'UN']
const COUNTRIES: Readonly<Record<OrganisationScheme, (code: string) => boolean>> = {
  PSD: isState,
  NTR: isState,
  VAT: (code) => isState(code) || code === 'EL' || code === 'XI',
  LEI: (code) => code === 'XG',
}

export function readOrganisationId(text: string): OrganisationId {
  const form = FORM.exec(text)
  if (form === null)
    return { text, scheme: 'other', country: undefined, authority: undefined, reference: undefined }
  const [, prefix = '', country, , reference] = form
  const scheme = isScheme(prefix) ? prefix : prefix.endsWith(':') ? 'national' : 'other'
  if (scheme !== 'PSD') return { text, scheme, country, authority: undefined, reference }
  // Authorization numbers have hyphens of their own (PSDFI-FINFSA-2858394-9): the first two alone are ours.
  const cut = reference?.indexOf('-') ?? -1
  const authority = cut < 0 ? undefined : reference?.slice(0, cut)
  return { text, scheme, country, authority, reference: cut < 0 ? reference : reference?.slice(cut + 1) }
}

export function isAuthorizationNumber({ text }: OrganisationId): boolean {
  return AUTHORIZATION_NUMBER.test(text)
}

/** EN 319 412-1 LEG-5.1.4-02 and -03, which bind a certificate that declares the semantics of a legal person. */
export function judgeLegalPerson({ text }: OrganisationId): readonly Finding[] {
  const form = FORM.exec(text)
  if (form === null) return [finding('organization_id_invalid_format', text)]
  const [, prefix = '', country = '', state, reference] = form
  if (!isScheme(prefix)) {
    const national =
      prefix.endsWith(':') && isState(country) && state === undefined && reference !== undefined
    return [finding(national ? 'organization_id_national_scheme' : 'organization_id_invalid_scheme', text)]
  }
  return [
    ...(COUNTRIES[prefix](country) ? [] : [finding('organization_id_invalid_country', text)]),
    ...(state === undefined && reference !== undefined
      ? []
      : [finding('organization_id_invalid_format', text)]),
  ]
}

function isScheme(prefix: string): prefix is OrganisationScheme {
  return Object.hasOwn(COUNTRIES, prefix)
}

function isState(code: string): boolean {
  return isCountry(code) || TRANSNATIONAL.includes(code)
}
