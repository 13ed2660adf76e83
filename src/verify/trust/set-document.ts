/**
 * The anchor set as a document: JSON that `npm run anchors` and the refresh write, and that the gate reads. Format
 * `portcullis-anchors/1`, described in docs/trust-lists.md. Whatever is not described there is a mistake.
 */
import { fromBase64 } from '../../lib/base64.ts'
import { type JsonValue, parseJson } from '../../lib/json.ts'
import {
  type Fields,
  fields,
  instant,
  list,
  type Mistakes,
  member,
  mistake,
  oneOf,
  text,
} from './set-checks.ts'
import { criterion } from './set-criteria.ts'
import type { AnchorKind, AnchorUse, Period, Qualification, Service, Source } from './types.ts'

export const FORMAT = 'portcullis-anchors/1'

/** All CA/QC services of the EU with their history took 4 MB; a KV value may have 25. */
export const MAX_SET_LENGTH = 16 * 1024 * 1024

const KINDS = ['qualified', 'obie', 'own'] as const satisfies readonly AnchorKind[]
const USES = ['web', 'seal', 'signature'] as const satisfies readonly AnchorUse[]
const MAX = { sources: 128, anchors: 8192, certificates: 32, periods: 64, qualifications: 128 } as const

/** A service with the certificates that are its identity, canonical DER as far as their writer could tell. */
export interface DocumentAnchor extends Service {
  readonly certificates: readonly Uint8Array[]
}

export interface SetDocument {
  readonly madeAt: number
  readonly sources: readonly Source[]
  readonly anchors: readonly DocumentAnchor[]
}

export type SetReading =
  | { readonly ok: true; readonly document: SetDocument }
  | { readonly ok: false; readonly mistakes: readonly string[] }

export function parseSet(json: string): SetReading {
  const parsed = parseJson(json, { maxDepth: 24, maxLength: MAX_SET_LENGTH })
  if (!parsed.ok) return { ok: false, mistakes: [`the document is not JSON: ${parsed.reason}`] }
  const mistakes: Mistakes = { found: [] }
  const document = readDocument(parsed.value, mistakes)
  return document === undefined ? { ok: false, mistakes: mistakes.found } : { ok: true, document }
}

function readDocument(value: JsonValue, mistakes: Mistakes): SetDocument | undefined {
  const all = fields(value, ['format', 'madeAt', 'sources', 'anchors'], 'document', mistakes)
  if (all === undefined) return undefined
  if (member(all, 'format') !== FORMAT) return mistake(mistakes, 'format', FORMAT)
  const madeAt = instant(member(all, 'madeAt'), 'madeAt', mistakes)
  const sources = list(member(all, 'sources'), MAX.sources, 'sources', mistakes, (one, where) =>
    readSource(one, where, mistakes),
  )
  const anchors = list(member(all, 'anchors'), MAX.anchors, 'anchors', mistakes, (one, where) =>
    readAnchor(one, where, mistakes),
  )
  return madeAt === undefined || sources === undefined || anchors === undefined
    ? undefined
    : { madeAt, sources, anchors }
}

function readSource(value: JsonValue, where: string, mistakes: Mistakes): Source | undefined {
  const names = ['kind', 'territory', 'url', 'sequence', 'issued', 'nextUpdate', 'sha256']
  const all = fields(value, names, where, mistakes)
  if (all === undefined) return undefined
  const kind = oneOf(member(all, 'kind'), KINDS, `${where}.kind`, mistakes)
  const url = text(member(all, 'url'), /^.{1,2048}$/su, 'at most 2048 characters', `${where}.url`, mistakes)
  const sha256 = text(
    member(all, 'sha256'),
    /^[0-9a-f]{64}$/,
    'SHA-256 in hexadecimal',
    `${where}.sha256`,
    mistakes,
  )
  const before = mistakes.found.length
  const territory = optional(all, 'territory', (one) => territoryOf(one, where, mistakes))
  const sequence = optional(all, 'sequence', (one) => count(one, `${where}.sequence`, mistakes))
  const issued = optional(all, 'issued', (one) => instant(one, `${where}.issued`, mistakes))
  const nextUpdate = optional(all, 'nextUpdate', (one) => instant(one, `${where}.nextUpdate`, mistakes))
  if (kind === undefined || url === undefined || sha256 === undefined) return undefined
  if (mistakes.found.length > before) return undefined
  return { kind, territory, url, sequence, issued, nextUpdate, sha256 }
}

function readAnchor(value: JsonValue, where: string, mistakes: Mistakes): DocumentAnchor | undefined {
  const names = ['kind', 'territory', 'provider', 'name', 'certificates', 'periods']
  const all = fields(value, names, where, mistakes)
  if (all === undefined) return undefined
  const kind = oneOf(member(all, 'kind'), KINDS, `${where}.kind`, mistakes)
  const provider = shown(all, 'provider', where, mistakes)
  const name = shown(all, 'name', where, mistakes)
  const certificates = list(
    member(all, 'certificates'),
    MAX.certificates,
    `${where}.certificates`,
    mistakes,
    (one, at) => certificateOf(one, at, mistakes),
  )
  const periods = list(member(all, 'periods'), MAX.periods, `${where}.periods`, mistakes, (one, at) =>
    readPeriod(one, at, mistakes),
  )
  const before = mistakes.found.length
  const territory = optional(all, 'territory', (one) => territoryOf(one, where, mistakes))
  if (kind === undefined || provider === undefined || name === undefined) return undefined
  if (certificates === undefined || periods === undefined || mistakes.found.length > before) return undefined
  if (!inOrder(periods)) return mistake(mistakes, `${where}.periods`, 'in order and without overlap')
  return { kind, territory, provider, name, certificates, periods }
}

function readPeriod(value: JsonValue, where: string, mistakes: Mistakes): Period | undefined {
  const names = ['from', 'until', 'status', 'uses', 'qualifications', 'notUnderstood']
  const all = fields(value, names, where, mistakes)
  if (all === undefined) return undefined
  const from = instant(member(all, 'from'), `${where}.from`, mistakes)
  const status = text(member(all, 'status'), /^[a-zA-Z]{1,64}$/, 'a status', `${where}.status`, mistakes)
  const uses = list(member(all, 'uses'), USES.length, `${where}.uses`, mistakes, (one, at) =>
    oneOf(one, USES, at, mistakes),
  )
  const before = mistakes.found.length
  const until = optional(all, 'until', (one) => instant(one, `${where}.until`, mistakes))
  const notUnderstood = optional(all, 'notUnderstood', () => shown(all, 'notUnderstood', where, mistakes))
  const qualifications = optional(all, 'qualifications', (many) =>
    list(many, MAX.qualifications, `${where}.qualifications`, mistakes, (one, at) =>
      readQualification(one, at, mistakes),
    ),
  )
  if (from === undefined || status === undefined || uses === undefined) return undefined
  if (mistakes.found.length > before) return undefined
  return { from, until, status, uses, qualifications: qualifications ?? [], notUnderstood }
}

function readQualification(value: JsonValue, where: string, mistakes: Mistakes): Qualification | undefined {
  const all = fields(value, ['qualifiers', 'criteria'], where, mistakes)
  if (all === undefined) return undefined
  const qualifiers = list(member(all, 'qualifiers'), 16, `${where}.qualifiers`, mistakes, (one, at) =>
    text(one, /^[a-zA-Z]{1,64}$/, 'a qualifier', at, mistakes),
  )
  const criteria = criterion(member(all, 'criteria'), `${where}.criteria`, mistakes)
  return qualifiers === undefined || criteria === undefined ? undefined : { qualifiers, criteria }
}

/** Oldest first: `grantedAt` takes the stretch in which a certificate was issued. */
function inOrder(periods: readonly Period[]): boolean {
  return periods.every(({ from, until }, at) => {
    const next = periods[at + 1]
    if (until !== undefined && until <= from) return false
    return next === undefined || (until !== undefined && until <= next.from)
  })
}

function optional<T>(of: Fields, name: string, read: (value: JsonValue) => T | undefined): T | undefined {
  const value = member(of, name)
  return value === undefined ? undefined : read(value)
}

function territoryOf(value: JsonValue, where: string, mistakes: Mistakes): string | undefined {
  return text(value, /^[A-Z]{2}$/, 'two capital letters', `${where}.territory`, mistakes)
}

function count(value: JsonValue, where: string, mistakes: Mistakes): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : mistake(mistakes, where, 'a whole number')
}

/** Shown in logs and consoles: no control characters. */
function shown(of: Fields, name: string, where: string, mistakes: Mistakes): string | undefined {
  return text(
    member(of, name),
    /^[^\p{Cc}]{0,400}$/u,
    'at most 400 characters of text',
    `${where}.${name}`,
    mistakes,
  )
}

function certificateOf(value: JsonValue, where: string, mistakes: Mistakes): Uint8Array | undefined {
  const der = typeof value === 'string' && value.length <= 16_384 ? fromBase64(value) : undefined
  return der === undefined || der.length === 0 ? mistake(mistakes, where, 'DER in base64') : der
}
