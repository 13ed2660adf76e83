/**
 * The operator's lists of networks: known-malicious addresses, prefixes and autonomous systems, and those that rent
 * out machines. Read from KV, whole or not at all; whoever reads keeps the last good snapshot (`house.ts`).
 *
 *   { "malicious": [{ "address": "203.0.113.7", "note": "" }, { "prefix": "198.51.100.0/24" }, { "asn": 64496 }],
 *     "hosting": [{ "asn": 64510 }] }
 */
import type { ListKind } from '../evidence.ts'
import { bitsOf, formatIp, type IpPrefix, maskIp, parseIp, parsePrefix } from '../lib/ip.ts'
import { checkJson } from '../lib/json.ts'
import { lineAt, lineOfValue } from '../lib/json-lines.ts'

/** An IPv4 or IPv6 prefix; an address is the prefix of its whole length. */
export interface ListedPrefix {
  readonly kind: ListKind
  readonly prefix: IpPrefix
  /** As it was written, in canonical form. */
  readonly entry: string
  readonly note: string
}
export interface ListedNetwork {
  readonly asn: number
  readonly note: string
}

export interface ListSnapshot {
  readonly prefixes: readonly ListedPrefix[]
  readonly networks: readonly ListedNetwork[]
  readonly hosting: readonly number[]
}

export interface ListMistake {
  readonly line: number
  readonly found: string
  readonly allowed: string
}

export type ParsedLists =
  | { readonly ok: true; readonly snapshot: ListSnapshot }
  | { readonly ok: false; readonly mistakes: readonly ListMistake[] }

/** A published list of every hosting prefix has 45,000 entries and, in this form, 2 MB. */
const LIMITS = { maxLength: 4_194_304, maxDepth: 4 }
const MAX_ENTRIES = 100_000
const MAX_NOTE_LENGTH = 200
/** Enough to see what went wrong; a list in the wrong format is wrong in every line. */
const MAX_MISTAKES = 50
/** A shorter prefix holds whole countries: written by mistake, it would shut out the bank's customers. */
const SHORTEST_PREFIX = { 4: 8, 6: 19 } as const

export const NO_LISTS: ListSnapshot = { prefixes: [], networks: [], hosting: [] }

/** Reads the text; every mistake is reported with its line. */
export function parseLists(text: string): ParsedLists {
  const fault = checkJson(text, LIMITS)
  if (fault !== undefined) {
    const allowed =
      fault.problem === 'too_large'
        ? `at most ${LIMITS.maxLength} characters`
        : 'JSON without duplicate names'
    return { ok: false, mistakes: [{ line: lineAt(text, fault.offset), found: fault.problem, allowed }] }
  }
  const document: unknown = JSON.parse(text)
  const malicious = readAll(document, 'malicious', readMalicious)
  const hosting = readAll(document, 'hosting', readHosting)
  const complaints = [...aboutDocument(document), ...malicious.complaints, ...hosting.complaints]
  if (complaints.length > 0) {
    const mistakes = complaints.slice(0, MAX_MISTAKES).map((complaint) => asMistake(complaint, text))
    return { ok: false, mistakes }
  }
  const prefixes = malicious.values.filter((entry) => 'prefix' in entry)
  const networks = malicious.values.filter((entry) => 'asn' in entry)
  return { ok: true, snapshot: { prefixes, networks, hosting: hosting.values } }
}

/** What stands where, by reference tokens (RFC 6901), and what may stand there. */
interface Complaint {
  readonly path: readonly string[]
  readonly found: unknown
  readonly allowed: string
}
type Read<T> = { readonly ok: true; readonly value: T } | ({ readonly ok: false } & Complaint)
type Entry = Readonly<Record<string, unknown>>

function aboutDocument(document: unknown): readonly Complaint[] {
  if (!isRecord(document)) {
    return [{ path: [], found: document, allowed: 'an object with "malicious" and "hosting"' }]
  }
  const others = Object.keys(document).filter((name) => name !== 'malicious' && name !== 'hosting')
  return others.map((name) => ({ path: [name], found: name, allowed: '"malicious" or "hosting"' }))
}

function readAll<T>(
  document: unknown,
  name: 'malicious' | 'hosting',
  read: (entry: Entry) => Read<T>,
): { readonly values: readonly T[]; readonly complaints: readonly Complaint[] } {
  const list = isRecord(document) ? (document[name] ?? []) : []
  if (!Array.isArray(list) || list.length > MAX_ENTRIES) {
    const found = Array.isArray(list) ? `${list.length} entries` : list
    return {
      values: [],
      complaints: [{ path: [name], found, allowed: `a list of at most ${MAX_ENTRIES} entries` }],
    }
  }
  const values: T[] = []
  const complaints: Complaint[] = []
  for (const [at, entry] of list.entries()) {
    const result = isRecord(entry) ? read(entry) : refuse([], entry, 'an object')
    if (result.ok) values.push(result.value)
    else complaints.push({ ...result, path: [name, String(at), ...result.path] })
  }
  return { values, complaints }
}

function readMalicious(entry: Entry): Read<ListedPrefix | ListedNetwork> {
  const note = entry.note ?? ''
  if (typeof note !== 'string' || note.length > MAX_NOTE_LENGTH) {
    return refuse(['note'], note, `text of at most ${MAX_NOTE_LENGTH} characters`)
  }
  const names = Object.keys(entry).filter((name) => name !== 'note')
  const [kind] = names
  if (names.length === 1 && kind === 'asn') {
    return isAsn(entry.asn) ? { ok: true, value: { asn: entry.asn, note } } : refuse(['asn'], entry.asn, ASN)
  }
  if (names.length === 1 && kind === 'address') return readAddress(entry.address, note)
  if (names.length === 1 && kind === 'prefix') return readPrefix(entry.prefix, note)
  const allowed = 'one of "address", "prefix" and "asn", with or without "note"'
  return refuse([], names.join(', ') || 'nothing', allowed)
}

function readHosting(entry: Entry): Read<number> {
  const other = Object.keys(entry).find((name) => name !== 'asn' && name !== 'note')
  if (other !== undefined) return refuse([], other, '"asn", with or without "note"')
  return isAsn(entry.asn) ? { ok: true, value: entry.asn } : refuse(['asn'], entry.asn, ASN)
}

function readAddress(value: unknown, note: string): Read<ListedPrefix> {
  const address = typeof value === 'string' ? parseIp(value) : undefined
  if (address === undefined) return refuse(['address'], value, 'an IPv4 or IPv6 address')
  const prefix = { address, length: bitsOf(address) }
  return { ok: true, value: { kind: 'address', prefix, entry: formatIp(address), note } }
}

function readPrefix(value: unknown, note: string): Read<ListedPrefix> {
  const prefix = typeof value === 'string' ? parsePrefix(value) : undefined
  if (prefix === undefined) return refuse(['prefix'], value, 'a prefix such as 198.51.100.0/24')
  const { address, length } = prefix
  const base = formatIp(maskIp(address, length))
  if (base !== formatIp(address))
    return refuse(['prefix'], value, `${base}/${length}, without bits behind the prefix`)
  const shortest = SHORTEST_PREFIX[address.family]
  if (length < shortest) return refuse(['prefix'], value, `a prefix of ${shortest} bits or more`)
  return { ok: true, value: { kind: 'prefix', prefix, entry: `${base}/${length}`, note } }
}

/** RFC 6793: 32 bits; 0 is reserved (RFC 7607). */
const ASN = 'a whole number from 1 to 4294967295'

function isAsn(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 0xffffffff
}

function refuse(
  path: readonly string[],
  found: unknown,
  allowed: string,
): { readonly ok: false } & Complaint {
  return { ok: false, path, found, allowed }
}

function asMistake({ path, found, allowed }: Complaint, text: string): ListMistake {
  const shown = typeof found === 'string' ? found : (JSON.stringify(found) ?? 'nothing')
  return {
    line: lineOfValue(text, path),
    found: shown.length > 60 ? `${shown.slice(0, 57)}...` : shown,
    allowed,
  }
}

function isRecord(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
