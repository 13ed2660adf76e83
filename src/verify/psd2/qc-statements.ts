/** What the issuer declares of a certificate in its qcStatements (ETSI EN 319 412-5 sections 4.2 and 4.3). */
import { childrenOf, directoryString, type Element, objectIdentifier, TAG } from '../../lib/der.ts'
import { isCountry, isLanguage } from './codes.ts'
import { type Finding, finding } from './findings.ts'
import { PSD2_STATEMENT, type Psd2Statement, readPsd2Statement } from './psd2-statement.ts'
import { readStatements, type Statement } from './statements.ts'

export const STATEMENT = {
  compliance: '0.4.0.1862.1.1',
  sscd: '0.4.0.1862.1.4',
  pds: '0.4.0.1862.1.5',
  type: '0.4.0.1862.1.6',
  legislation: '0.4.0.1862.1.7',
  psd2: PSD2_STATEMENT,
  /** RFC 3739 section 3.2.6.1: pkixQCSyntax-v1 and -v2. */
  syntaxV1: '1.3.6.1.5.5.7.11.1',
  syntaxV2: '1.3.6.1.5.5.7.11.2',
} as const

export type QcType = 'esign' | 'eseal' | 'web'
const QC_TYPES: Readonly<Record<string, QcType>> = {
  '0.4.0.1862.1.6.1': 'esign',
  '0.4.0.1862.1.6.2': 'eseal',
  '0.4.0.1862.1.6.3': 'web',
}

/** Section 4.3.4 has 1 to 4 locations, 4.2.3 one type; lists beyond this are not read. */
const MAX_ITEMS = 16

export interface PdsLocation {
  readonly url: string
  readonly language: string
}

export interface QcStatements {
  /** Identifiers in their order, known or not. */
  readonly ids: readonly string[]
  /** Every type that is declared, by identifier where we know no name. */
  readonly types: readonly (QcType | string)[]
  readonly legislation: readonly string[]
  readonly pds: readonly PdsLocation[]
  /** Semantics identifiers of EN 319 412-1 section 5.1. */
  readonly semantics: readonly string[]
  readonly psd2: Psd2Statement | undefined
  readonly findings: readonly Finding[]
}

type Reading = Partial<Omit<QcStatements, 'ids'>>

const READERS: Readonly<Record<string, (info: Element | undefined) => Reading>> = {
  [STATEMENT.compliance]: readNothing,
  [STATEMENT.sscd]: readNothing,
  [STATEMENT.type]: readTypes,
  [STATEMENT.legislation]: readLegislation,
  [STATEMENT.pds]: readPds,
  [STATEMENT.syntaxV1]: () => ({ findings: [finding('prohibited_qualified_statement_present')] }),
  [STATEMENT.syntaxV2]: readSemantics,
  [STATEMENT.psd2]: readPsd2,
}

const NOTHING: QcStatements = {
  ids: [],
  types: [],
  legislation: [],
  pds: [],
  semantics: [],
  psd2: undefined,
  findings: [],
}

/** Reads the extension's value. What is malformed becomes a finding: a certificate is judged as a whole. */
export function readQcStatements(extension: Uint8Array): QcStatements {
  const statements = readStatements(extension)
  if (statements === undefined) return { ...NOTHING, findings: [finding('qc_statements_malformed')] }
  const ids = statements.map(({ id }) => id)
  return statements.reduce<QcStatements>(withStatement, { ...NOTHING, ids, findings: repeated(ids) })
}

/** Of two statements of one kind, whichever we took, the bank might take the other: `use.ts` refuses both. */
function repeated(ids: readonly string[]): readonly Finding[] {
  const known = ids.filter((id) => READERS[id] !== undefined)
  const twice = known.filter((id, at) => known.indexOf(id) !== at)
  return [...new Set(twice)].map((id) => finding('qc_statement_twice', id))
}

function withStatement(found: QcStatements, { id, info }: Statement): QcStatements {
  const reading = READERS[id]?.(info)
  if (reading === undefined) return found
  return { ...found, ...reading, findings: [...found.findings, ...(reading.findings ?? [])] }
}

function malformed(id: string): Reading {
  return { findings: [finding('qc_statement_malformed', id)] }
}

/** QcCompliance and QcSSCD are their identifier and nothing else. */
function readNothing(info: Element | undefined): Reading {
  return info === undefined
    ? {}
    : { findings: [finding('qc_statement_malformed', 'information where none belongs')] }
}

/** QcType ::= SEQUENCE OF OBJECT IDENTIFIER */
function readTypes(info: Element | undefined): Reading {
  const elements = childrenOf(info, TAG.sequence, MAX_ITEMS)
  const oids = elements?.map(objectIdentifier)
  if (oids === undefined || !oids.every((oid) => oid !== undefined))
    return { findings: [finding('qc_type_malformed')] }
  const types = oids.map((oid) => QC_TYPES[oid] ?? oid)
  if (types.length === 0) return { types, findings: [finding('qc_type_list_empty')] }
  const several = types.length > 1
  return { types, findings: several ? [finding('multiple_qc_type_values_present', types.join(', '))] : [] }
}

/** QcCClegislation ::= SEQUENCE OF PrintableString (SIZE (2)) */
function readLegislation(info: Element | undefined): Reading {
  const legislation = childrenOf(info, TAG.sequence, MAX_ITEMS)?.map(printable)
  if (!legislation?.every((code) => code !== undefined)) return malformed(STATEMENT.legislation)
  if (legislation.length === 0) return { findings: [finding('iso_country_code_list_empty')] }
  const unknown = legislation.filter((code) => !isCountry(code))
  return { legislation, findings: unknown.map((code) => finding('iso_country_code_invalid', code)) }
}

/** QcEuPDS ::= SEQUENCE OF SEQUENCE { url IA5String, language PrintableString (SIZE (2)) } */
function readPds(info: Element | undefined): Reading {
  const elements = childrenOf(info, TAG.sequence, MAX_ITEMS)
  const pds: PdsLocation[] = []
  for (const element of elements ?? []) {
    const [location, code] = childrenOf(element, TAG.sequence, 2) ?? []
    const url = location?.tag === TAG.ia5String ? directoryString(location) : undefined
    const language = printable(code)
    if (url === undefined || language === undefined) return malformed(STATEMENT.pds)
    pds.push({ url, language })
  }
  if (pds.length === 0) return malformed(STATEMENT.pds)
  return { pds, findings: pds.flatMap(judgePds) }
}

function judgePds({ url, language }: PdsLocation): readonly Finding[] {
  return [
    ...(/^https:/i.test(url) ? [] : [finding('url_scheme_not_https', url)]),
    ...(isLanguage(language) ? [] : [finding('iso_language_code_invalid', language)]),
  ]
}

/** SemanticsInformation ::= SEQUENCE { semanticsIdentifier OBJECT IDENTIFIER OPTIONAL, … }: the rest is not used. */
function readSemantics(info: Element | undefined): Reading {
  if (info === undefined) return {}
  const elements = childrenOf(info, TAG.sequence, MAX_ITEMS)
  if (elements === undefined) return malformed(STATEMENT.syntaxV2)
  const oid = objectIdentifier(elements[0])
  return oid === undefined ? {} : { semantics: [oid] }
}

function readPsd2(info: Element | undefined): Reading {
  const psd2 = readPsd2Statement(info)
  return psd2 === undefined
    ? { findings: [finding('psd2_statement_malformed')] }
    : { psd2, findings: psd2.findings }
}

function printable(element: Element): string | undefined
function printable(element: Element | undefined): string | undefined
function printable(element: Element | undefined): string | undefined {
  return element?.tag === TAG.printableString ? directoryString(element) : undefined
}
