/**
 * Published keys, remembered by an isolate. What it must withstand: random key ids, which may not become load on whoever
 * publishes the keys; an outage there, which may not lock out everybody whose key we know; and a cancelled request, which
 * may not leave others waiting. So a refresh is held by a lease with a time on it, and no promise is ever kept.
 */
import { type Fact, invalid, unavailable, valid } from '../../lib/fact.ts'
import { within } from '../../lib/within.ts'
import type { KeyFault, KeyHint, KeyMaterialFault, KeyOutage, VerificationKey } from '../signed/types.ts'
import { fetchSet } from './fetch-set.ts'
import { chooseKey, readPublishedSet } from './published-set.ts'
import type { KeyPorts, KeySource, PublishedSet, SetAnswer, StoredSet } from './types.ts'

export interface KeyringLimits {
  /** A set younger than this is used as it is; an older one is used and read again behind the answer. */
  readonly freshMs: number
  /** A set older than this is used no longer, outage or not. */
  readonly staleMs: number
  /** Between two readings of one source, whatever anybody asks for. */
  readonly coolDownMs: number
  /** For how long a key id that a fresh set did not have is unknown without asking. */
  readonly unknownMs: number
  readonly timeoutMs: number
  readonly maxBytes: number
  readonly maxSources: number
}

export const KEYRING_LIMITS: KeyringLimits = {
  freshMs: 600_000,
  staleMs: 86_400_000,
  coolDownMs: 60_000,
  unknownMs: 300_000,
  timeoutMs: 3_000,
  maxBytes: 524_288,
  maxSources: 1_024,
}

/** What an isolate knows of one source. */
interface Held {
  set: PublishedSet | undefined
  stored: StoredSet | undefined
  fetchedAt: number
  /** When the last reading ended, well or not. An abandoned one ends with its lease. */
  finishedAt: number
  failed: boolean
  /** Until then somebody is reading the source. */
  leaseUntil: number
  /** Key ids that were not there, with the time until which that is believed. */
  readonly unknown: Map<string, number>
}

export interface Keyring {
  readonly limits: KeyringLimits
  readonly held: Map<string, Held>
}

export type FoundKey = Fact<VerificationKey, KeyFault | KeyMaterialFault, KeyOutage>

export function newKeyring(limits: KeyringLimits = KEYRING_LIMITS): Keyring {
  return { limits, held: new Map() }
}

/** Longer names are nobody's, and the memory of unknown ones has a bound. */
const MAX_KEY_ID = 512
const MAX_UNKNOWN = 256
/** Others wait for a reading under way in counted steps: together a little more than its time limit. */
const WAIT_STEPS = 64

/** @param now milliseconds since the epoch */
export async function findKey(
  ring: Keyring,
  source: KeySource,
  hint: KeyHint,
  ports: KeyPorts,
  now: number,
): Promise<FoundKey> {
  if ((hint.keyId?.length ?? 0) > MAX_KEY_ID) return invalid('key_unknown')
  const held = hold(ring, source.url)
  if (held.set === undefined) await recall(ring, held, source, ports, now)
  const known = lookUp(ring, held, source, hint, now)
  if (known.state !== 'absent') {
    if (isDue(ring, held, now) && now - held.fetchedAt >= ring.limits.freshMs) {
      ports.outlive(refresh(ring, held, source, ports, now))
    }
    return known
  }
  if ((held.unknown.get(hint.keyId ?? '') ?? 0) > now) return invalid('key_unknown')
  if (isDue(ring, held, now)) {
    const reading = refresh(ring, held, source, ports, now)
    // Who caused it may go away; those who wait for it shall not.
    ports.outlive(reading)
    await reading
  } else await waitForOthers(ring, held, ports, now)
  return afterReading(ring, held, source, hint, now)
}

function hold(ring: Keyring, url: string): Held {
  const known = ring.held.get(url)
  if (known !== undefined) return known
  const [oldest] = ring.held.keys()
  if (ring.held.size >= ring.limits.maxSources && oldest !== undefined) ring.held.delete(oldest)
  const held: Held = {
    set: undefined,
    stored: undefined,
    fetchedAt: 0,
    finishedAt: 0,
    failed: false,
    leaseUntil: 0,
    unknown: new Map(),
  }
  ring.held.set(url, held)
  return held
}

/** Absent where the set we have cannot tell: it is too old, there is none, or it has no such key. */
function lookUp(ring: Keyring, held: Held, { namedBy }: KeySource, hint: KeyHint, now: number): FoundKey {
  if (held.set === undefined || now - held.fetchedAt >= ring.limits.staleMs) return { state: 'absent' }
  const chosen = chooseKey(held.set, hint, namedBy, now)
  if (chosen.ok) return valid(chosen.value)
  return chosen.reason === 'key_unknown' ? { state: 'absent' } : invalid(chosen.reason)
}

function isDue({ limits }: Keyring, { finishedAt, leaseUntil }: Held, now: number): boolean {
  return now >= finishedAt + limits.coolDownMs && now >= leaseUntil
}

/** A key is unknown where the last reading went well; where it did not, nobody can say. */
function afterReading(ring: Keyring, held: Held, source: KeySource, hint: KeyHint, now: number): FoundKey {
  const found = lookUp(ring, held, source, hint, now)
  if (found.state !== 'absent') return found
  if (held.set === undefined || held.failed) return unavailable('key_source_unavailable')
  // Only what was read after the question says so: a key that was published between a reading and the cool-down's end is
  // found as soon as that is over.
  if (held.fetchedAt < now) return invalid('key_unknown')
  if (held.unknown.size >= MAX_UNKNOWN) held.unknown.clear()
  held.unknown.set(hint.keyId ?? '', now + ring.limits.unknownMs)
  return invalid('key_unknown')
}

async function waitForOthers(
  { limits }: Keyring,
  held: Held,
  { sleep }: KeyPorts,
  now: number,
): Promise<void> {
  for (let step = 0; step < WAIT_STEPS && held.leaseUntil > now; step++) {
    await sleep(Math.ceil(limits.timeoutMs / WAIT_STEPS))
  }
}

async function refresh(
  ring: Keyring,
  held: Held,
  source: KeySource,
  ports: KeyPorts,
  now: number,
): Promise<void> {
  const { coolDownMs, timeoutMs, maxBytes } = ring.limits
  const lease = now + 2 * timeoutMs
  held.leaseUntil = lease
  held.failed = true
  // Another isolate may have read it a moment ago: the source is asked by one of us.
  const stored = await readStore(ring, ports, source.url)
  if (stored !== undefined && stored.fetchedAt > held.fetchedAt && now - stored.fetchedAt < coolDownMs) {
    await adopt(held, stored, now)
  } else {
    const fetched = await fetchSet(ports.fetch, source, { timeoutMs, maxBytes }, now)
    if (fetched.ok) await take(held, stored, source, fetched.value, ports, now)
  }
  held.finishedAt = now
  if (held.leaseUntil === lease) held.leaseUntil = 0
}

async function recall(
  ring: Keyring,
  held: Held,
  source: KeySource,
  ports: KeyPorts,
  now: number,
): Promise<void> {
  const stored = await readStore(ring, ports, source.url)
  if (stored !== undefined && held.set === undefined) await adopt(held, stored, now)
}

/** A store that fails, or does not answer in time, has nothing: the source itself is then asked. */
async function readStore(
  { limits }: Keyring,
  { store, outlive }: KeyPorts,
  url: string,
): Promise<StoredSet | undefined> {
  const answer = await within(() => store.get(url), limits.timeoutMs, outlive)
  return answer.ok ? answer.value : undefined
}

const MAX_AHEAD_MS = 60_000

async function adopt(held: Held, stored: StoredSet, now: number): Promise<void> {
  const set = await readPublishedSet(stored.text, ageOf(stored))
  // An isolate elsewhere may be a moment ahead; a set from the future would never grow old.
  if (!set.ok || stored.fetchedAt < held.fetchedAt || stored.fetchedAt > now + MAX_AHEAD_MS) return
  const withheld = new Set(stored.withheld)
  held.set = { ...set.value, keys: set.value.keys.filter(({ key }) => !withheld.has(key.thumbprint)) }
  held.stored = stored
  held.fetchedAt = stored.fetchedAt
  held.finishedAt = Math.max(held.finishedAt, stored.fetchedAt)
  held.failed = false
  held.unknown.clear()
}

async function take(
  held: Held,
  before: StoredSet | undefined,
  source: KeySource,
  { text, answer }: { readonly text: string; readonly answer: SetAnswer },
  ports: KeyPorts,
  now: number,
): Promise<void> {
  const read = await readPublishedSet(text, () => undefined)
  // What cannot be read is an outage of its publisher, and the last good set stays.
  if (!read.ok || now < held.fetchedAt) return
  const admitted = source.admit === undefined ? undefined : await source.admit(answer, read.value)
  const prints = read.value.keys.map(({ key }) => key.thumbprint)
  const withheld = admitted === undefined ? [] : prints.filter((print) => !admitted.has(print))
  const previous = held.stored ?? before
  const since = previous?.since ?? now
  const stored: StoredSet = { text, fetchedAt: now, since, firstSeen: seen(previous, prints, now), withheld }
  await adopt(held, stored, now)
  ports.outlive(ports.store.put(source.url, stored).catch(() => undefined))
}

/** Keys that went away are remembered too, so that one that comes back is not news. */
const MAX_SEEN = 1_024

function seen(
  previous: StoredSet | undefined,
  prints: readonly string[],
  now: number,
): Readonly<Record<string, number>> {
  const all = new Map(Object.entries(previous?.firstSeen ?? {}))
  for (const print of prints) {
    const at = all.get(print) ?? now
    // Last in order are those that are published now, so that they are kept.
    all.delete(print)
    all.set(print, at)
  }
  return Object.fromEntries([...all].slice(-MAX_SEEN))
}

/** A key that was there when the source was first read may be ten years old: its age is unknown and not zero. */
function ageOf({ since, firstSeen }: StoredSet): (thumbprint: string) => number | undefined {
  return (thumbprint) => {
    const at = Object.hasOwn(firstSeen, thumbprint) ? firstSeen[thumbprint] : undefined
    return at !== undefined && at > since ? at : undefined
  }
}
