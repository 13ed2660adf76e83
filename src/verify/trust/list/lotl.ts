/**
 * The EU list of the lists, and how its signers change. The Official Journal names the certificates that may sign it;
 * when they rotate, the Commission keeps the list that says so as a "pivot", signed by the former signers, and names
 * the pivots in SchemeInformationURI before the Journal, the newest first. Whoever holds the Journal's certificates
 * walks from the oldest pivot to the list of today (ec.europa.eu/tools/lotl/pivot-lotl-explanation.html).
 */
import { fail, type Outcome, pass } from '../../../lib/outcome.ts'
import type { Certificate } from '../../x509/types.ts'
import type { Source } from '../types.ts'
import { type ListFault, type Pointer, readList, type TrustedList } from './read-list.ts'
import { TSL } from './xades.ts'
import { child, children, readXml, rootOf, textOf } from './xml.ts'

const LIST_OF_LISTS = 'EUlistofthelists'
const TERRITORY = 'EU'

/** The chain begins anew with every publication in the Journal; it never had more than a handful. */
const MAX_PIVOTS = 16

export type LotlFault =
  | ListFault
  | 'lotl_not_the_list_of_lists'
  | 'lotl_too_many_pivots'
  | 'lotl_pivot_refused'

export interface ListOfLists {
  readonly list: TrustedList
  /** Those that were walked, oldest first. */
  readonly pivots: readonly string[]
  /** The pivots that the pinned signers do not reach: older than the pins. */
  readonly skipped: readonly string[]
}

/** Bytes of a list, or undefined when they cannot be had. */
export type ReadBytes = (url: string) => Promise<Uint8Array | undefined>

export async function readListOfLists(
  bytes: Uint8Array,
  { url, signers, read }: { url: string; signers: readonly Certificate[]; read: ReadBytes },
): Promise<Outcome<ListOfLists, LotlFault>> {
  const pivots = pivotsNamedIn(bytes, url)
  if (pivots.length > MAX_PIVOTS) return fail('lotl_too_many_pivots')
  let current = signers
  const walked: string[] = []
  const skipped: string[] = []
  for (const pivot of pivots.toReversed()) {
    const next = await signersAfter(pivot, current, read)
    if (next !== undefined) {
      current = next
      walked.push(pivot)
    } else if (walked.length > 0) return fail('lotl_pivot_refused')
    // Before the first that verifies: it was signed before the operator pinned anything.
    else skipped.push(pivot)
  }
  const list = readList(bytes, { url, signers: current })
  if (!list.ok) return list
  if (!isListOfLists(list.value)) return fail('lotl_not_the_list_of_lists')
  return pass({ list: list.value, pivots: walked, skipped })
}

/** The signers that a pivot announces, when it is signed by one of `signers` itself. */
async function signersAfter(
  pivot: string,
  signers: readonly Certificate[],
  read: ReadBytes,
): Promise<readonly Certificate[] | undefined> {
  const bytes = await read(pivot)
  const list = bytes === undefined ? undefined : readList(bytes, { url: pivot, signers })
  if (list?.ok !== true || !isListOfLists(list.value)) return undefined
  const announced = list.value.pointers.filter(
    ({ type, territory }) => type === LIST_OF_LISTS && territory === TERRITORY,
  )
  const next = announced.flatMap((pointer) => pointer.signers)
  return next.length === 0 ? undefined : next
}

function isListOfLists({ type, source }: TrustedList): boolean {
  return type === LIST_OF_LISTS && source.territory === TERRITORY
}

/** The list of the lists as a source: it has no anchors, and its age is everybody's. */
export function listOfListsSource({ list: { source } }: ListOfLists): {
  source: Source
  anchors: readonly []
} {
  return { source, anchors: [] }
}

/** The national lists that a list of the lists points to. */
export function nationalPointers({ pointers }: TrustedList): readonly Pointer[] {
  return pointers.filter(({ type, territory }) => type !== LIST_OF_LISTS && territory !== TERRITORY)
}

/**
 * Nobody has verified the list yet: what it names is a hint where to look, on its own host and nowhere else, and every
 * pivot is believed for its own signature alone.
 */
function pivotsNamedIn(bytes: Uint8Array, url: string): readonly string[] {
  const xml = readXml(bytes)
  const scheme = xml.ok ? child(rootOf(xml.value), TSL, 'SchemeInformation') : undefined
  const about = children(child(scheme, TSL, 'SchemeInformationURI'), TSL, 'URI').map(
    (uri) => textOf(uri) ?? '',
  )
  const journal = about.findIndex((one) => /^https:\/\/eur-lex\.europa\.eu\//.test(one))
  return about
    .slice(0, journal === -1 ? 0 : journal)
    .filter((one) => isBeside(one, url) && new URL(one).pathname.endsWith('.xml'))
}

function isBeside(candidate: string, url: string): boolean {
  const one = URL.parse(candidate)
  return one?.protocol === 'https:' && one.host === URL.parse(url)?.host
}
