/**
 * JA4 (TLS client, BSD-3; https://github.com/FoxIO-LLC/ja4) as evidence: does this ClientHello come from the engine
 * that the user agent claims? Ranges of counts are compared and not whole fingerprints, because a list of them is out
 * of date with every browser release; only the list of ciphers, which changes once in years, is known by its hash.
 */
import type { Agent, Engine } from './agent.ts'

export interface Ja4 {
  readonly transport: 't' | 'q' | 'd'
  readonly version: string
  readonly ciphers: number
  readonly extensions: number
  readonly alpn: string
  /** JA4_b: hash of the sorted ciphers. */
  readonly cipherHash: string
}

interface Profile {
  readonly engine: Engine
  readonly transport: Ja4['transport']
  /** Inclusive. */
  readonly ciphers: readonly [min: number, max: number]
  readonly extensions: readonly [min: number, max: number]
  readonly alpn: readonly string[]
  readonly cipherHashes: readonly string[]
  /** Engine versions whose cipher hash is known, inclusive. Outside of them counts alone are compared. */
  readonly known: readonly [min: number, max: number]
}

/**
 * From captures of Chrome and Edge 98 to 131, Chromium 156, Firefox 133, Safari 15.3 to 18 and FoxIO's own mapping.
 * The number of extensions moves with session resumption (pre_shared_key), padding, ECH and ALPS: hence the margins.
 * `h1` is what browsers offer for a WebSocket.
 */
const PROFILES: readonly Profile[] = [
  {
    engine: 'chromium',
    transport: 't',
    ciphers: [14, 16],
    extensions: [13, 20],
    alpn: ['h2', 'h1'],
    cipherHashes: ['8daaf6152771'],
    known: [98, 156],
  },
  {
    engine: 'chromium',
    transport: 'q',
    ciphers: [3, 3],
    extensions: [9, 16],
    alpn: ['h3'],
    cipherHashes: ['55b375c5d22e'],
    known: [98, 156],
  },
  {
    engine: 'gecko',
    transport: 't',
    ciphers: [15, 18],
    extensions: [12, 19],
    alpn: ['h2', 'h1'],
    cipherHashes: ['5b57614c22b0'],
    known: [102, 133],
  },
  {
    engine: 'webkit',
    transport: 't',
    ciphers: [18, 28],
    extensions: [11, 17],
    alpn: ['h2', 'h1'],
    cipherHashes: ['a09f3c656075', '2802a3db6c62'],
    known: [15.3, 18],
  },
]

const FORM = /^([tqd])([0-9a-z]{2})[di](\d{2})(\d{2})([0-9a-zA-Z]{2})_([0-9a-f]{12})_[0-9a-f]{12}$/

export function parseJa4(text: string): Ja4 | undefined {
  const [, transport, version, ciphers, extensions, alpn, cipherHash] = FORM.exec(text) ?? []
  if (version === undefined || alpn === undefined || cipherHash === undefined) return undefined
  return {
    transport: transport === 'q' || transport === 'd' ? transport : 't',
    version,
    ciphers: Number(ciphers),
    extensions: Number(extensions),
    alpn,
    cipherHash,
  }
}

/** True only where the handshake is known not to be the claimed engine's; an unknown engine contradicts nothing. */
export function contradictsClaim(ja4: Ja4, agent: Agent): boolean {
  const profile = PROFILES.find((p) => p.engine === agent.engine && p.transport === ja4.transport)
  if (profile === undefined) return false
  const version = agent.engineVersion ?? 0
  // Every engine with a profile has had TLS 1.3 on since 2020 (Chromium 70, Firefox 63, Safari 14).
  if (version >= 80 && ja4.version !== '13') return true
  if (!within(ja4.ciphers, profile.ciphers) || !within(ja4.extensions, profile.extensions)) return true
  if (!profile.alpn.includes(ja4.alpn)) return true
  const owner = engineOf(ja4)
  if (owner !== undefined) return owner !== agent.engine
  return within(version, profile.known)
}

/** The engine whose cipher list this is. */
export function engineOf(ja4: Ja4): Engine | undefined {
  return PROFILES.find((p) => p.transport === ja4.transport && p.cipherHashes.includes(ja4.cipherHash))
    ?.engine
}

function within(value: number, [min, max]: readonly [number, number]): boolean {
  return value >= min && value <= max
}
