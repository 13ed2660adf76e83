/**
 * Sensitive data in a body on its way: every chunk goes on untouched and is looked through in passing. What is found is
 * kept as a class, a place and a count. A stream that has passed cannot be called back: this detects, and withholds
 * nothing.
 */
import { Buffer } from 'node:buffer'
import { newJsonScan, type ReportAt, type Scan } from './json-scan.ts'
import { newTextScan } from './text-scan.ts'
import type { DataClass } from './types.ts'

export interface ScanOptions {
  /** Essence in lower case; without one nothing is looked at. */
  readonly mediaType: string | undefined
  /** Octets of a body that are looked through. */
  readonly maxBytes?: number
}

/** What was found at one place, before anybody judges it. */
export interface Found {
  readonly class: DataClass
  /** Names of members; `*` for elements of arrays, and for names that may be data themselves. */
  readonly tokens: readonly string[]
  readonly count: number
  readonly near: number
}

export interface ScanResult {
  readonly found: readonly Found[]
  readonly bytes: number
  /** `too_long`: only the beginning was looked through. `opaque`: a media type that has no text. */
  readonly unscanned: 'too_long' | 'too_deep' | 'opaque' | undefined
}

export interface BodyScan {
  write(chunk: Uint8Array): void
  end(): ScanResult
}

const MAX_SCANNED_BYTES = 262_144
/** Places in one body. A body with more of them says the same with these. */
const MAX_FOUND = 64

export function newBodyScan({ mediaType, maxBytes = MAX_SCANNED_BYTES }: ScanOptions): BodyScan {
  const tally = newFound()
  const scan = scanFor(mediaType, tally.add)
  let bytes = 0
  let unscanned: ScanResult['unscanned'] = scan === undefined ? 'opaque' : undefined
  return {
    write(chunk) {
      if (scan === undefined || bytes >= maxBytes) {
        if (scan !== undefined && chunk.length > 0) unscanned = 'too_long'
        return
      }
      const room = maxBytes - bytes
      scan.write(chunk.length > room ? chunk.subarray(0, room) : chunk)
      if (chunk.length > room) unscanned = 'too_long'
      bytes += Math.min(chunk.length, room)
    },
    end() {
      if (scan?.end() === false) unscanned = 'too_deep'
      return { found: tally.list(), bytes, unscanned }
    },
  }
}

/** `ended` is called once, when the body has passed or its reader went away. */
export function scanning(
  scan: BodyScan,
  ended: (result: ScanResult) => void,
): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk)
      scan.write(chunk)
    },
    flush: () => ended(scan.end()),
    cancel: () => ended(scan.end()),
  })
}

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json$|^application\/(?:x-)?ndjson$/
const TEXT_TYPE =
  /^text\/|^application\/(?:[\w.-]+\+)?xml$|^application\/(?:x-www-form-urlencoded|jwt|jose|javascript)$/

function scanFor(mediaType: string | undefined, add: ReportAt): Scan | undefined {
  if (mediaType === undefined) return undefined
  if (JSON_TYPE.test(mediaType)) return newJsonScan(add)
  if (!TEXT_TYPE.test(mediaType)) return undefined
  const text = newTextScan('', (found, _at, near) => add(found, [], near))
  return {
    write: (chunk) =>
      text.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1')),
    end() {
      text.end()
      return true
    },
  }
}

interface FoundTally {
  readonly add: ReportAt
  list(): readonly Found[]
}

function newFound(): FoundTally {
  const found = new Map<
    string,
    { class: DataClass; tokens: readonly string[]; count: number; near: number }
  >()
  return {
    add(kind, tokens, near) {
      const plain = tokens.map((token) => (isPlain(token) ? token : '*'))
      const key = `${kind} ${plain.join('/')}`
      let one = found.get(key)
      if (one === undefined) {
        if (found.size >= MAX_FOUND) return
        one = { class: kind, tokens: plain, count: 0, near: 0 }
        found.set(key, one)
      }
      if (near) one.near++
      else one.count++
    },
    list: () => Array.from(found.values()),
  }
}

/** The name of a member that is no value: maps are sometimes keyed by what they are about. */
function isPlain(token: string): boolean {
  return /^[A-Za-z_@$][\w.$:@-]{0,63}$/.test(token) && !/\d(?:\D*\d){4}/.test(token) && !/\w@\w/.test(token)
}
