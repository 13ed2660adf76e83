/**
 * The proof of work behind a challenge. It costs a person's browser a fraction of a second; its worth is that the sender
 * runs a browser's JavaScript and comes back with the cookie, not that the work is dear.
 *
 *   v1.<key id>.<issued at, seconds, base 36>.<bits>.<shard>.<nonce>.<return path, base64url>.<mac, base64url>
 *
 * Nothing is stored: the MAC covers the client's fingerprint, the time and where the browser returns to. A puzzle
 * solved twice gives the same pass twice, wherever it is sent from (shard and nonce are the pass's), so that one
 * solution opens one door.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { fromBase64url, toBase64url } from '../lib/base64.ts'
import { parseForm } from '../lib/form.ts'
import { fail, type Outcome, pass } from '../lib/outcome.ts'
import type { Keys } from '../ports.ts'

/** 16,000 hashes on average: about a third of a second in a browser, two on an old telephone. */
export const DIFFICULTY_BITS = 14
export const TTL_SECONDS = 5 * 60
const MAC_BYTES = 16
/** Room for a long path; what is longer is nothing that anybody typed. */
const MAX_PUZZLE = 2_048

const SHAPE =
  /^v1\.([a-z0-9]{1,16})\.([0-9a-z]{1,8})\.(\d{1,2})\.([0-9a-z]{1,4}\.[A-Za-z0-9_-]{8,64})\.([A-Za-z0-9_-]*)\.([A-Za-z0-9_-]{22})$/

export type PuzzleProblem =
  | 'challenge_malformed'
  /** Invented, altered, or given to another client: the MAC does not tell these apart. */
  | 'challenge_forged'
  | 'challenge_expired'
  | 'challenge_unsolved'

export interface Solved {
  /** A path of this origin. */
  readonly returnTo: string
  /** Of the pass that this solution earns: `<shard>.<nonce>`. */
  readonly passId: string
}

export interface PuzzleTerms {
  readonly fingerprint: string
  readonly returnTo: string
  /** The shard, in base 36, where the client's keys are: the pass's history will be there too. */
  readonly home: string
  readonly nonce: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

export function newPuzzle({ fingerprint, returnTo, home, nonce, now }: PuzzleTerms, keys: Keys): string {
  const at = Math.floor(now / 1_000).toString(36)
  const path = toBase64url(new TextEncoder().encode(localPath(returnTo)))
  const terms = `${at}.${DIFFICULTY_BITS}.${home}.${nonce}.${path}`
  const { keyId, mac } = keys.mac('challenge', 'v1', `${terms} ${fingerprint}`)
  return `v1.${keyId}.${terms}.${toBase64url(mac.subarray(0, MAC_BYTES))}`
}

/** What the page, or a script, sends back. */
export interface Solution {
  readonly puzzle: string
  readonly solution: string
}

/** Nothing longer is a solution; whoever reads the body need not read on. */
export const MAX_SOLUTION_BYTES = 4_096

/** Reads the form that the page sends: each field once, or none of it counts. */
export function solutionFrom(form: string): Solution | undefined {
  const fields = form.length > MAX_SOLUTION_BYTES ? undefined : parseForm(form)
  if (fields === undefined || !fields.ok) return undefined
  const only = (name: string): string | undefined => {
    const values = fields.value.flatMap(([field, value]) => (field === name ? [value] : []))
    return values.length === 1 ? values[0] : undefined
  }
  const puzzle = only('puzzle')
  const solution = only('solution')
  return puzzle === undefined || solution === undefined ? undefined : { puzzle, solution }
}

/** @param now milliseconds since the epoch */
export function verifyChallenge(
  { puzzle, solution }: Solution,
  fingerprint: string,
  now: number,
  keys: Keys,
): Outcome<Solved, PuzzleProblem> {
  const [, keyId, at, bits, passId, path, text] = puzzle.length > MAX_PUZZLE ? [] : (SHAPE.exec(puzzle) ?? [])
  const mac = fromBase64url(text ?? '')
  const returnTo = fromBase64url(path ?? '')
  if (
    keyId === undefined ||
    at === undefined ||
    passId === undefined ||
    !mac?.length ||
    returnTo === undefined
  ) {
    return fail('challenge_malformed')
  }
  if (!/^\d{1,15}$/.test(solution)) return fail('challenge_malformed')
  const expected = keys.macWith(keyId, 'challenge', 'v1', `${at}.${bits}.${passId}.${path} ${fingerprint}`)
  if (expected === undefined || !timingSafeEqual(expected.mac.subarray(0, MAC_BYTES), mac)) {
    return fail('challenge_forged')
  }
  const ageSeconds = now / 1_000 - Number.parseInt(at, 36)
  if (ageSeconds > TTL_SECONDS) return fail('challenge_expired')
  const digest = createHash('sha256').update(`${puzzle}.${solution}`).digest()
  if (leadingZeroBits(digest) < Number(bits)) return fail('challenge_unsolved')
  return pass({ returnTo: localPath(new TextDecoder().decode(returnTo)), passId })
}

function leadingZeroBits(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0)
  return first < 0 ? bytes.length * 8 : first * 8 + Math.clz32(bytes[first] ?? 0) - 24
}

/** Two slashes, or a slash and a backslash, begin another host's address (URL Standard section 4.4). */
const LOCAL = /^\/(?![/\\])[\x21-\x7e]{0,1023}$/

/** `path` where it leads to this origin and nowhere else, otherwise the start page. */
export function localPath(path: string): string {
  return LOCAL.test(path) ? path : '/'
}
