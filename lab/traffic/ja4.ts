/**
 * JA4 of real clients, by make and version, as facts: from published captures (a test holds them against
 * ../shared/data/fingerprints) or measured with the local edge's own parser. The table is embedded, so that the same
 * seed gives the same traffic on a machine without that folder.
 */
import type { Transport } from './traffic.ts'

/** First version that sends it, newest first. */
export const CHROMIUM_JA4 = [
  // Measured: Chromium 156 of Debian 12.
  [150, 't13d1517h2_8daaf6152771_cb7bf5808d99'],
  [133, 't13d1516h2_8daaf6152771_d8a2da3f94cd'],
  [120, 't13d1516h2_8daaf6152771_02713d6af862'],
  [98, 't13d1516h2_8daaf6152771_e5627efa2ab1'],
] as const

export const FIREFOX_JA4 = [
  [135, 't13d1717h2_5b57614c22b0_3cbfd9057e0d'],
  [132, 't13d1716h2_5b57614c22b0_eeeea6562960'],
  [109, 't13d1715h2_5b57614c22b0_7121afd63204'],
] as const

export const SAFARI_JA4 = [
  [26, 't13d2013h2_a09f3c656075_7f0f34a4126d'],
  [18, 't13d2014h2_a09f3c656075_e42f34c56612'],
  [15, 't13d2014h2_a09f3c656075_14788d8d241b'],
] as const

/** The same browser over QUIC. */
const CHROMIUM_QUIC_JA4 = 'q13d0312h3_55b375c5d22e_06cda9e17597'

type Library =
  | 'curl'
  | 'curl_http1'
  | 'wget'
  | 'node_fetch'
  | 'node_https'
  | 'node20_fetch'
  | 'python'
  | 'python_old'
  | 'java'
  | 'go'
  | 'okhttp4'
  | 'okhttp5'

/** Measured with the local edge's parser on Debian 12, except Go's and okhttp's, which are published. */
const LIBRARY: Readonly<Record<Library, Transport>> = {
  curl: { protocol: 'HTTP/2', tls: 'TLSv1.3', ja4: 't13d3112h2_e8f1e7e78f70_b26ce05bbdd6' },
  curl_http1: { protocol: 'HTTP/1.1', tls: 'TLSv1.3', ja4: 't13d3112h1_e8f1e7e78f70_b26ce05bbdd6' },
  wget: { protocol: 'HTTP/1.1', tls: 'TLSv1.3', ja4: 't13d291300_723694b0fccc_899037bd0b8c' },
  node_fetch: { protocol: 'HTTP/1.1', tls: 'TLSv1.3', ja4: 't13d5212h1_b262b3658495_8e6e362c5eac' },
  node_https: { protocol: 'HTTP/1.1', tls: 'TLSv1.3', ja4: 't13d521100_b262b3658495_8e6e362c5eac' },
  node20_fetch: { protocol: 'HTTP/1.1', tls: 'TLSv1.3', ja4: 't13d5911h1_a33745022dd6_1f22a2ca17c4' },
  python: { protocol: 'HTTP/1.1', tls: 'TLSv1.3', ja4: 't13d1813h1_85036bcba153_d339722ba4af' },
  python_old: { protocol: 'HTTP/1.1', tls: 'TLSv1.3', ja4: 't13d311200_e8f1e7e78f70_d339722ba4af' },
  java: { protocol: 'HTTP/2', tls: 'TLSv1.3', ja4: 't13d3713h2_db35923f8641_7c76daad20ec' },
  go: { protocol: 'HTTP/2', tls: 'TLSv1.3', ja4: 't13d1312h2_f57a46bbacb6_ab7e3b40a677' },
  okhttp4: { protocol: 'HTTP/2', tls: 'TLSv1.3', ja4: 't13d1513h2_8daaf6152771_eca864cca44a' },
  okhttp5: { protocol: 'HTTP/2', tls: 'TLSv1.3', ja4: 't13d1613h2_46e7e9700bed_eca864cca44a' },
}

export function library(name: Library): Transport {
  return LIBRARY[name]
}

/** What companies put between their people and the world: a proxy's OpenSSL or Java speaks instead of the browser. */
export const INSPECTING_PROXIES: readonly Transport[] = [
  { protocol: 'HTTP/1.1', tls: 'TLSv1.3', ja4: 't13d3113h1_e8f1e7e78f70_d339722ba4af' },
  { protocol: 'HTTP/1.1', tls: 'TLSv1.2', ja4: 't12d350600_9d4c96c0953b_0a9c83bf8b96' },
  { protocol: 'HTTP/1.1', tls: 'TLSv1.3', ja4: 't13d371200_db35923f8641_7c76daad20ec' },
]

export function chromiumTransport(major: number, http3: boolean): Transport {
  if (http3) return { protocol: 'HTTP/3', tls: 'TLSv1.3', ja4: CHROMIUM_QUIC_JA4 }
  return { protocol: 'HTTP/2', tls: 'TLSv1.3', ja4: since(CHROMIUM_JA4, major) }
}

export function firefoxTransport(major: number): Transport {
  return { protocol: 'HTTP/2', tls: 'TLSv1.3', ja4: since(FIREFOX_JA4, major) }
}

export function safariTransport(major: number): Transport {
  return { protocol: 'HTTP/2', tls: 'TLSv1.3', ja4: since(SAFARI_JA4, major) }
}

function since(table: readonly (readonly [first: number, ja4: string])[], major: number): string {
  const row = table.find(([first]) => major >= first) ?? table.at(-1)
  if (row === undefined) throw new Error('Cannot look up JA4: the table is empty')
  return row[1]
}
