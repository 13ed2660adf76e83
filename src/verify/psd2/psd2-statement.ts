/**
 * The Open Banking attributes of a certificate (ETSI TS 119 495 section 5.1):
 * PSD2QcType ::= SEQUENCE { rolesOfPSP RolesOfPSP, nCAName NCAName, nCAId NCAId }.
 */
import type { TppRole } from '../../evidence.ts'
import { childrenOf, directoryString, type Element, objectIdentifier, TAG } from '../../lib/der.ts'
import { isCountry } from './codes.ts'
import { type Finding, finding } from './findings.ts'

export const PSD2_STATEMENT = '0.4.0.19495.2'

const ROLES: Readonly<Record<string, TppRole>> = {
  '0.4.0.19495.1.1': 'PSP_AS',
  '0.4.0.19495.1.2': 'PSP_PI',
  '0.4.0.19495.1.3': 'PSP_AI',
  '0.4.0.19495.1.4': 'PSP_IC',
}
/** Annex A of V1.8.1 has more: central banks, public authorities, verification of payees. They open nothing here. */
const NAMES: Readonly<Record<string, string>> = {
  ...ROLES,
  '0.4.0.19495.1.0': 'Unspecified',
  '0.4.0.19495.1.5': 'PSP_CB',
  '0.4.0.19495.1.6': 'PSP_PA',
  '0.4.0.19495.1.51': 'VOP_RS',
  '0.4.0.19495.1.52': 'VOP_VS',
}
const KNOWN_NAMES: ReadonlySet<string> = new Set(Object.values(NAMES))
/** Nobody authorises these (GEN-5.2.3-1A and -5): their NCAName and NCAId are `NA`. */
const WITHOUT_AUTHORITY: readonly string[] = ['0.4.0.19495.1.5', '0.4.0.19495.1.6']
const NOT_APPLICABLE = 'NA'

/** There are nine roles; a list may repeat some. */
const MAX_ROLES = 16
/** UTF8String (SIZE (1..256)) for role names, NCAName and NCAId. */
const MAX_TEXT = 256

/** One role as the certificate writes it. The name is text that nobody checked: a role is never read from it. */
export interface RoleEntry {
  readonly oid: string
  readonly name: string
  readonly role: TppRole | undefined
}

/** The competent authority that the organisation is authorised by. */
export interface Nca {
  readonly name: string
  /** As it stands: `GB-FCA`. */
  readonly id: string
}

export interface Psd2Statement {
  readonly entries: readonly RoleEntry[]
  readonly nca: Nca
  readonly findings: readonly Finding[]
}

/** The statement, or undefined when it is not what the standard says, by either of the two nestings in use. */
export function readPsd2Statement(info: Element | undefined): Psd2Statement | undefined {
  const [roles, ncaName, ncaId, ...rest] = childrenOf(info, TAG.sequence, 3) ?? []
  const pairs = readPairs(roles)
  const name = readText(ncaName)
  const id = readText(ncaId)
  if (pairs === undefined || name === undefined || id === undefined || rest.length > 0) return undefined
  const { entries, flat } = pairs
  const findings = [...judgeRoles(entries, flat), ...judgeNca({ name, id }, entries)]
  return { entries, nca: { name, id }, findings }
}

/**
 * The standard has one pair of identifier and name in each RoleOfPSP. Certificates that the OBIE directory really
 * issued have one RoleOfPSP with all pairs: there the pairs are taken in their order, and an odd one out is refused.
 */
function readPairs(
  rolesOfPsp: Element | undefined,
): { entries: readonly RoleEntry[]; flat: boolean } | undefined {
  const elements = childrenOf(rolesOfPsp, TAG.sequence, MAX_ROLES)
  if (elements === undefined) return undefined
  const entries: RoleEntry[] = []
  let flat = false
  for (const element of elements) {
    const parts = childrenOf(element, TAG.sequence, 2 * MAX_ROLES)
    if (parts === undefined || parts.length === 0 || parts.length % 2 !== 0) return undefined
    flat ||= parts.length > 2
    for (let at = 0; at < parts.length; at += 2) {
      const oid = objectIdentifier(parts[at])
      const name = readText(parts[at + 1])
      if (oid === undefined || name === undefined) return undefined
      entries.push({ oid, name, role: ROLES[oid] })
    }
  }
  return { entries, flat }
}

function readText(element: Element | undefined): string | undefined {
  if (element?.tag !== TAG.utf8String) return undefined
  const text = directoryString(element)
  return text !== undefined && text.length > 0 && text.length <= MAX_TEXT ? text : undefined
}

function judgeRoles(entries: readonly RoleEntry[], flat: boolean): readonly Finding[] {
  if (entries.length === 0) return [finding('roles_of_psp_empty')]
  const findings = entries.flatMap(judgeRole)
  if (flat) findings.push(finding('roles_of_psp_flat'))
  if (entries.every(({ role }) => role === undefined)) findings.push(finding('psp_role_none'))
  return findings
}

function judgeRole({ oid, name }: RoleEntry): Finding[] {
  const expected = NAMES[oid]
  const detail = `${oid} is called ${JSON.stringify(name)}`
  if (expected === undefined) return [finding('invalid_psp_oid', detail)]
  if (!KNOWN_NAMES.has(name)) return [finding('invalid_psp_role', detail)]
  return name === expected ? [] : [finding('psp_role_mismatch', `${detail}, and is ${expected}`)]
}

function judgeNca({ name, id }: Nca, entries: readonly RoleEntry[]): readonly Finding[] {
  const findings: Finding[] = []
  if (!/^[\x20-\x7e]*$/.test(name)) findings.push(finding('nca_name_non_latin', name))
  if (entries.some(({ oid }) => WITHOUT_AUTHORITY.includes(oid))) {
    if (name !== NOT_APPLICABLE) findings.push(finding('nca_name_not_na', name))
    if (id === NOT_APPLICABLE) return findings
    findings.push(finding('nca_id_not_na', id))
  } else if (name === NOT_APPLICABLE) {
    findings.push(finding('prohibited_nca_name_na_value'))
  }
  return [...findings, ...judgeNcaId(id)]
}

function judgeNcaId(id: string): readonly Finding[] {
  const [country = '', identifier, ...rest] = id.split('-')
  if (identifier === undefined || rest.length > 0) return [finding('nca_id_invalid_structure', id)]
  if (!isCountry(country)) return [finding('nca_id_invalid_iso_country', id)]
  return /^[A-Z]{2,8}$/.test(identifier) ? [] : [finding('nca_id_invalid_ca_identifier', id)]
}
