/**
 * A name for the software that sent a request: alike for equal software, stable over one client's page load, form,
 * call and preflight, over resumed sessions, and over its move from HTTP/2 to HTTP/3.
 *
 * The whole JA4 is none of these. Its count of extensions moves with session resumption and SNI, its third part with
 * every connection of Chromium 156 (which greases signature algorithms, where an edge does not take GREASE out), and
 * all of it with QUIC. What stays is the list of ciphers, and the engine where that list is known.
 */
import { hash64 } from '../lib/hash.ts'
import type { View } from './consistency.ts'
import { engineOf } from './ja4.ts'

export function fingerprintOf(view: View, tlsVersion: string | undefined): string {
  const { agent, header, encodings } = view
  const { family, major, platform } = agent.claim
  return hash64(
    [
      connectionOf(view, tlsVersion),
      family,
      Math.min(major ?? 0, MAX_MAJOR),
      platform,
      primaryLanguage(header.get('accept-language') ?? ''),
      encodings,
      hasHints(view),
    ].join('|'),
  )
}

/**
 * A coarser name, of what a client cannot type at will: the ledger's exact counts stand under it, and whoever chose a new
 * language or version for each attempt would otherwise be a new client each time.
 */
export function softwareOf(view: View, tlsVersion: string | undefined): string {
  return hash64(`${connectionOf(view, tlsVersion)}|${view.agent.claim.family}`)
}

/** Above every browser's for years. */
const MAX_MAJOR = 255

function connectionOf({ ja4, protocol }: View, tlsVersion = ''): string {
  if (ja4 === undefined) return `${tlsVersion} ${protocol?.startsWith('HTTP/1') === true ? 1 : 2}`
  return engineOf(ja4) ?? `${ja4.version} ${ja4.ciphers} ${ja4.alpn} ${ja4.cipherHash}`
}

/** Chromium leaves its hints out of a preflight, which must not make another client of it. */
function hasHints({ agent, header }: View): boolean {
  if (header.has('access-control-request-method')) return agent.engine === 'chromium'
  return header.has('sec-ch-ua')
}

/** RFC 9110 section 12.5.4 and RFC 5646: the language of the first range, without region and weight, or none. */
function primaryLanguage(header: string): string {
  return /^\s{0,4}([a-z]{2,3})(?![a-z0-9])/i.exec(header)?.[1]?.toLowerCase() ?? ''
}
