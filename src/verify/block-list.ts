/**
 * The bank's own block list, a document in KV: organisations, single certificates, and whole issuers.
 *
 *   { "blocked": [{ "organisation": "PSDGB-FCA-765432", "note": "credentials leaked" },
 *                 { "thumbprint": "<SHA-256 of the certificate>" },
 *                 { "issuer": "<SHA-256 of any certificate above it>" }] }
 */
import type { BlockListState } from '../evidence.ts'
import { type Fact, invalid, unavailable, valid } from '../lib/fact.ts'
import type { Kept } from '../lists.ts'
import {
  type Complain,
  entriesOf,
  type Members,
  type ParsedFile,
  readOperatorFile,
  refuseOthers,
} from './operator-file.ts'

export interface BlockList {
  readonly organisations: ReadonlySet<string>
  /** SHA-256 in lower-case hexadecimal. */
  readonly thumbprints: ReadonlySet<string>
  readonly issuers: ReadonlySet<string>
}

export type BlockingFact = Fact<BlockListState, 'certificate_blocked', 'block_list_unavailable'>

const LIMITS = { maxLength: 1_048_576, maxDepth: 4 }
const MAX_ENTRIES = 10_000
const MAX_TEXT = 200
const KINDS = ['organisation', 'thumbprint', 'issuer'] as const

export const NO_BLOCK_LIST: BlockList = {
  organisations: new Set(),
  thumbprints: new Set(),
  issuers: new Set(),
}

export function parseBlockList(text: string): ParsedFile<BlockList> {
  return readOperatorFile(text, LIMITS, (document, complain) => {
    refuseOthers(document, ['blocked'], [], complain)
    const found = {
      organisation: new Set<string>(),
      thumbprint: new Set<string>(),
      issuer: new Set<string>(),
    }
    const limits = { maxEntries: MAX_ENTRIES, members: [...KINDS, 'note'] }
    for (const [at, entry] of entriesOf(document, 'blocked', limits, complain)) {
      const path = ['blocked', at]
      const [kind, ...others] = KINDS.filter((name) => Object.hasOwn(entry, name))
      if (kind === undefined || others.length > 0)
        complain(path, Object.keys(entry).join(), `one of ${KINDS.join(', ')}`)
      else found[kind].add(readValue(entry, kind, path, complain))
    }
    return { organisations: found.organisation, thumbprints: found.thumbprint, issuers: found.issuer }
  })
}

function readValue(
  entry: Members,
  kind: (typeof KINDS)[number],
  path: readonly string[],
  complain: Complain,
): string {
  const value = entry[kind]
  if (typeof value !== 'string' || value === '' || value.length > MAX_TEXT) {
    complain([...path, kind], value, `text of at most ${MAX_TEXT} characters`)
    return ''
  }
  if (kind === 'organisation') return value
  // As tools print it: in either case, with colons or without.
  const hex = value.replaceAll(':', '').toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(hex)) complain([...path, kind], value, 'a SHA-256 thumbprint in hexadecimal')
  return hex
}

/** What may be blocked of a presented certificate. */
export interface Blockable {
  readonly organisation: string
  /** In every spelling: a certificate with an ECDSA signature has two (`x509/spellings.ts`). */
  readonly thumbprints: readonly string[]
  /** Of every certificate above it on its path, the anchor's included. */
  readonly issuers: readonly string[]
}

/** @param now milliseconds since the epoch */
export function blockingOf(
  { organisation, thumbprints, issuers }: Blockable,
  { value, readAt }: Kept<BlockList>,
  now: number,
): BlockingFact {
  if (
    value.organisations.has(organisation) ||
    thumbprints.some((thumbprint) => value.thumbprints.has(thumbprint)) ||
    issuers.some((issuer) => value.issuers.has(issuer))
  ) {
    return invalid('certificate_blocked')
  }
  return readAt === undefined
    ? unavailable('block_list_unavailable')
    : valid({ age: Math.max(0, now - readAt) })
}
