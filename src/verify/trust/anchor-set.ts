/**
 * The set of trust anchors, as the request path uses it. How the pieces meet (all in this folder):
 *
 *   readAnchorSet(text, keys?)      anchor-set.ts  Promise<Fact<AnchorSet, AnchorSetFault>>, `mistakes` beside an invalid one.
 *                                   With `keys` the text must be signed by one of them; without, it is the bundle's own.
 *   anchorsFor(set, {use, chain})   anchor-set.ts  the few anchors that could end the chain's path: hand them to validatePath.
 *   grantedAt(entry, leaf, use)     granted.ts     Fact<Grant, GrantFault>: was the service granted when the leaf was issued.
 *   freshness(set, now)             freshness.ts   fresh, or stale since.
 *   anchorsKeeper(embedded, read)   keeper.ts      as lists.ts: KV in the background, the last good set kept.
 *
 * `entry` of the anchor at a path's end is `anchor.entry` (x509/types.ts; undefined for an anchor that is in no set).
 */

import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { invalid, valid } from '../../lib/fact.ts'
import { readCertificate } from '../x509/certificate.ts'
import { nameKey } from '../x509/names.ts'
import type { Certificate } from '../x509/types.ts'
import { identityOf } from './name-key.ts'
import { type DocumentAnchor, MAX_SET_LENGTH, parseSet, type SetDocument } from './set-document.ts'
import { type AnchorKey, verifySet } from './sign-set.ts'
import type {
  AnchorEntry,
  AnchorKind,
  AnchorSet,
  AnchorSetFault,
  AnchorUse,
  ListedAnchor,
  Service,
} from './types.ts'

/** A `Fact<AnchorSet, AnchorSetFault>` that says besides what an operator has to mend. */
export type AnchorSetReading = Reading<AnchorSet>
export type Reading<T> =
  | { readonly state: 'valid'; readonly value: T }
  | { readonly state: 'invalid'; readonly reason: AnchorSetFault; readonly mistakes: readonly string[] }

/** A document that has been read and whose signature, if it must have one, is good. */
export interface ReadDocument extends SetDocument {
  /** SHA-256 of the document's bytes, lower-case hexadecimal. */
  readonly version: string
}

/** Without `keys` the text is the bundle's own: who changes the bundle changes the gate. */
export async function readAnchorSet(text: string, keys?: readonly AnchorKey[]): Promise<AnchorSetReading> {
  const read = await readDocument(text, keys)
  return read.state === 'valid' ? anchorSetOf(read.value) : read
}

export async function readDocument(
  text: string,
  keys?: readonly AnchorKey[],
): Promise<Reading<ReadDocument>> {
  if (text.length > MAX_SET_LENGTH)
    return refused('anchors_too_large', [`the document is longer than ${MAX_SET_LENGTH} characters`])
  if (keys === undefined) return readUnsigned(text)
  const signed = await verifySet(text, keys)
  if (!signed.ok) return refused(signed.reason, ['no key that the gate knows has signed the document'])
  const { json, key } = signed.value
  const reading = readUnsigned(json)
  if (reading.state === 'invalid' || key.signs === 'all') return reading
  const { sources, anchors } = reading.value
  return [...sources, ...anchors].every(({ kind }) => kind === 'qualified')
    ? reading
    : refused('anchors_key_not_entitled', [`key ${key.kid} may sign qualified anchors alone`])
}

function readUnsigned(json: string): Reading<ReadDocument> {
  const reading = parseSet(json)
  if (!reading.ok) return refused('anchors_malformed', reading.mistakes)
  const version = createHash('sha256').update(json, 'utf8').digest('hex')
  return valid({ ...reading.document, version })
}

/** Indexes a document: once for an isolate and version. */
export function anchorSetOf({ version, ...document }: ReadDocument): AnchorSetReading {
  const indexed = index(document)
  return indexed.ok ? valid({ version, ...indexed.set }) : refused('anchors_malformed', indexed.mistakes)
}

function refused(
  reason: AnchorSetFault,
  mistakes: readonly string[],
): { readonly state: 'invalid'; readonly reason: AnchorSetFault; readonly mistakes: readonly string[] } {
  return { ...invalid(reason), mistakes }
}

interface Listed {
  readonly der: Uint8Array
  readonly name: string
  readonly entry: { readonly services: Service[] }
}

type Indexed =
  | { readonly ok: true; readonly set: Omit<AnchorSet, 'version'> }
  | { readonly ok: false; readonly mistakes: readonly string[] }

function index({ madeAt, sources, anchors }: SetDocument): Indexed {
  const byName = new Map<string, Map<string, Listed>>()
  const holders = new Map<string, { readonly services: Service[] }>()
  let certificates = 0
  for (const [at, anchor] of anchors.entries()) {
    for (const der of anchor.certificates) {
      const identity = identityOf(der)
      if (identity === undefined)
        return { ok: false, mistakes: [`anchors[${at}].certificates must be certificates`] }
      const entry = holders.get(identity.holder) ?? { services: [] }
      holders.set(identity.holder, entry)
      const service = serviceOf(anchor)
      if (!entry.services.includes(service)) entry.services.push(service)
      const listed = byName.get(identity.name) ?? new Map<string, Listed>()
      byName.set(identity.name, listed)
      certificates += 1
      listed.set(keyOf(der), { der, name: `${anchor.name}, ${anchor.provider}`, entry })
    }
  }
  const kinds = [...new Set(anchors.map(({ kind }) => kind))]
  const set = { madeAt, sources, kinds, services: anchors.length, certificates, named: finder(byName) }
  return { ok: true, set }
}

/** The document's own object is the service: two certificates of one anchor share it. */
function serviceOf(anchor: DocumentAnchor): Service {
  return anchor
}

/** Octets as a map's key: dearer hashes would be paid for a thousand certificates. */
function keyOf(der: Uint8Array): string {
  return Buffer.from(der.buffer, der.byteOffset, der.byteLength).toString('latin1')
}

/** Certificates are read when their name is first asked for: a request needs two of a thousand. */
function finder(byName: ReadonlyMap<string, ReadonlyMap<string, Listed>>): AnchorSet['named'] {
  const read = new Map<string, readonly ListedAnchor[]>()
  return (key) => {
    const known = read.get(key)
    if (known !== undefined) return known
    const anchors = [...(byName.get(key)?.values() ?? [])].flatMap(({ der, name, entry }) => {
      const certificate = readCertificate(der)
      // Listed, and not a certificate that we read: it anchors nothing.
      return certificate.state === 'valid' ? [{ certificate: certificate.value, name, entry }] : []
    })
    // Names that nobody is listed under are the callers' to choose: remembering them would be theirs to fill.
    if (byName.has(key)) read.set(key, anchors)
    return anchors
  }
}

export interface AnchorQuestion {
  readonly use: AnchorUse
  /** Leaf and whatever intermediates are known: an anchor is the issuer of one of them, or one of them itself. */
  readonly chain: readonly Certificate[]
  /** Kinds that the route accepts; undefined accepts all. */
  readonly kinds?: readonly AnchorKind[] | undefined
}

/** The anchors that could end a path of `chain` for `use`. */
export function anchorsFor(set: AnchorSet, question: AnchorQuestion): readonly ListedAnchor[] {
  const found = new Set<ListedAnchor>()
  const names = new Set(question.chain.flatMap(({ issuer, subject }) => [nameKey(issuer), nameKey(subject)]))
  for (const name of names)
    for (const anchor of set.named(name)) if (serves(anchor.entry, question)) found.add(anchor)
  return [...found]
}

function serves({ services }: AnchorEntry, { use, kinds }: AnchorQuestion): boolean {
  return services
    .filter(({ kind }) => kinds === undefined || kinds.includes(kind))
    .some(({ periods }) => periods.some(({ uses }) => uses.includes(use)))
}
