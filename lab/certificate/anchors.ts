/** Whom a certificate is held against: a set of anchors as the gate reads it, or a file of certificates. */

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { anchorSetOf, readAnchorSet } from '../../src/verify/trust/anchor-set.ts'
import { freshness } from '../../src/verify/trust/freshness.ts'
import { OWN_USES, ownAnchors } from '../../src/verify/trust/own-anchors.ts'
import type { AnchorKind, AnchorSet } from '../../src/verify/trust/types.ts'
import { readCertificates } from '../../src/verify/x509/pem.ts'

export type OwnKind = Exclude<AnchorKind, 'qualified'>

export type Anchors =
  | {
      readonly ok: true
      readonly set: AnchorSet
      readonly about: string
      readonly remarks: readonly string[]
    }
  | { readonly ok: false; readonly mistake: string }

/** The EU's whole set took 4 MB; the limit of the format is higher. */
const MAX_BYTES = 33_554_432

export async function loadAnchors(file: string, kind: OwnKind, at: number): Promise<Anchors> {
  const bytes = await readFile(file).catch(() => undefined)
  if (bytes === undefined) return { ok: false, mistake: `Cannot read ${file}: there is no such file` }
  if (bytes.length > MAX_BYTES)
    return { ok: false, mistake: `Cannot read ${file}: it is larger than ${MAX_BYTES} octets` }
  const text = bytes.toString('utf8')
  const json = withoutSignature(text)
  if (json === undefined) return fromCertificates(file, bytes, kind)
  const reading = await readAnchorSet(json)
  if (reading.state === 'invalid')
    return {
      ok: false,
      mistake: `Cannot read ${file}: ${reading.reason}: ${reading.mistakes.slice(0, 5).join('; ')}`,
    }
  const set = reading.value
  const signed = json === text ? [] : ['the signature of the set of anchors is not checked here']
  return {
    ok: true,
    set,
    about: `${file}, version ${set.version.slice(0, 16)}`,
    remarks: [...signed, ...aged(set, at)],
  }
}

/** The document beneath its line of signature; undefined where the text is no document. */
function withoutSignature(text: string): string | undefined {
  if (/^\s*\{/.test(text)) return text
  return /^[\w-]+\.\.[\w-]+\n\{/.test(text) ? text.slice(text.indexOf('\n') + 1) : undefined
}

function fromCertificates(file: string, bytes: Uint8Array, kind: OwnKind): Anchors {
  const read = readCertificates(bytes)
  if (read.state !== 'valid')
    return {
      ok: false,
      mistake: `Cannot read ${file}: neither a set of anchors nor certificates that we read`,
    }
  const { source, anchors } = ownAnchors({
    kind,
    name: basename(file),
    bytes,
    certificates: read.value,
    uses: OWN_USES,
  })
  const version = createHash('sha256').update(bytes).digest('hex')
  const reading = anchorSetOf({ version, madeAt: 0, sources: [source], anchors })
  if (reading.state === 'invalid')
    return { ok: false, mistake: `Cannot read ${file}: ${reading.mistakes.join('; ')}` }
  return {
    ok: true,
    set: reading.value,
    about: `${read.value.length} of kind ${kind} from ${file}`,
    remarks: [],
  }
}

function aged(set: AnchorSet, at: number): readonly string[] {
  const state = freshness(set, at)
  return state.state === 'fresh'
    ? []
    : [
        `the lists are out of date since ${new Date(state.since).toISOString()}: ${state.territories.join(', ')}`,
      ]
}
