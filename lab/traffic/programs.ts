/** HTTP stacks without pages: libraries, command line tools, applications' own. Headers as each sends them by itself. */
import { library } from './ja4.ts'
import type { Random } from './random.ts'
import type { Purpose, Software, Transport } from './traffic.ts'

const FORM = 'application/x-www-form-urlencoded'

/** A program sends what it was built to send, whatever the purpose; only the body's type is added. */
export function program(
  name: string,
  transport: Transport,
  headers: Readonly<Record<string, string>>,
  label: Partial<Pick<Software, 'tool' | 'version'>> = {},
): Software {
  return {
    name,
    tool: name,
    version: /\/v?(\d+(?:\.\d+)?)/.exec(headers['user-agent'] ?? '')?.[1] ?? '',
    ...label,
    transport,
    encodings: headers['accept-encoding'] ?? '',
    headers: ({ kind, type = kind === 'form' ? FORM : undefined }: Purpose) => ({
      ...headers,
      ...(type === undefined ? {} : { 'content-type': type }),
    }),
  }
}

const APP = 'NorthgateBank/5.12.0'

/** The bank's own application: okhttp on Android, CFNetwork on iOS. */
export function bankApp(random: Random): Software {
  if (random.chance(0.55)) {
    const device = random.pick(['Pixel 8', 'SM-S921B', 'SM-A546B', '2201116SG', 'moto g84 5G', 'CPH2609'])
    const version = random.pick(['4.12.0', '4.12.0', '5.3.0'])
    return program(
      `app Android okhttp ${version}`,
      library(version.startsWith('5') ? 'okhttp5' : 'okhttp4'),
      {
        // Half of all applications leave the library's own name standing.
        'user-agent': random.chance(0.5)
          ? `okhttp/${version}`
          : `${APP} (Android ${13 + random.below(4)}; ${device}) okhttp/${version}`,
        accept: 'application/json',
        'accept-encoding': 'gzip',
        ...(random.chance(0.5) ? { 'accept-language': 'en-GB' } : {}),
      },
      { tool: 'app on Android', version },
    )
  }
  const [network, darwin] = random.pick([
    ['1568.300.101', '24.2.0'],
    ['1498.700.2', '23.6.0'],
    ['3826.500.131', '25.0.0'],
  ] as const)
  return program(
    'app iOS CFNetwork',
    { protocol: 'HTTP/2', tls: 'TLSv1.3', ja4: 't13d2014h2_a09f3c656075_14788d8d241b' },
    {
      'user-agent': `${APP} CFNetwork/${network} Darwin/${darwin}`,
      accept: '*/*',
      'accept-encoding': 'gzip, deflate, br',
      'accept-language': 'en-GB,en;q=0.9',
    },
    { tool: 'app on iOS', version: network },
  )
}

const CURL = program('curl', library('curl'), { 'user-agent': 'curl/8.14.1', accept: '*/*' })
const PYTHON = program('python-requests', library('python'), {
  'user-agent': 'python-requests/2.32.5',
  accept: '*/*',
  'accept-encoding': 'gzip, deflate, br, zstd',
  connection: 'keep-alive',
})
const NODE = program('node fetch', library('node_fetch'), {
  'user-agent': 'node',
  accept: '*/*',
  'accept-language': '*',
  'accept-encoding': 'gzip, deflate',
  'sec-fetch-mode': 'cors',
})
const GO = program('Go', library('go'), { 'user-agent': 'Go-http-client/2.0', 'accept-encoding': 'gzip' })
const JAVA = program('Java', library('java'), { 'user-agent': 'Java-http-client/21.0.8' })
const OKHTTP = program('okhttp', library('okhttp4'), {
  'user-agent': 'okhttp/4.12.0',
  'accept-encoding': 'gzip',
})

/** What third parties run on their servers. */
export const SERVERS: readonly Software[] = [
  JAVA,
  NODE,
  GO,
  PYTHON,
  OKHTTP,
  program('axios', library('node_https'), {
    'user-agent': 'axios/1.12.2',
    accept: 'application/json, text/plain, */*',
    'accept-encoding': 'gzip, compress, deflate, br',
  }),
]

/** What scripts of all kinds are written with. */
export const SCRIPTS: readonly Software[] = [CURL, PYTHON, NODE, GO, OKHTTP]

/** Monitoring and tests that say what they are. */
export const DECLARED: readonly Software[] = [
  program('uptime monitor', library('node_https'), {
    'user-agent': 'Mozilla/5.0 (compatible; UptimeWatch/2.0; +https://uptime.example/bot)',
    accept: '*/*',
  }),
  program('load test', library('go'), {
    'user-agent': 'k6/1.3.0 (https://k6.io/)',
    'accept-encoding': 'gzip',
  }),
  program('smoke test', library('curl'), { 'user-agent': 'curl/8.14.1', accept: '*/*' }),
  program('contract test', library('python'), {
    'user-agent': 'python-requests/2.32.5',
    accept: '*/*',
    'accept-encoding': 'gzip, deflate, br, zstd',
    connection: 'keep-alive',
  }),
]

// ------------------------------------------------------------------------------------------------ attack tools

/** OpenBullet's two default header sets, as facts; the engine is .NET over OpenSSL or one of its proxies' libraries. */
export function openBullet(random: Random): Software {
  const legacy = random.chance(0.3)
  const chrome = legacy ? '80.0.3987.149' : '83.0.4103.116'
  const transport = library(random.pick(['python_old', 'curl_http1', 'go', 'node_https']))
  return program(
    'OpenBullet',
    { ...transport, protocol: 'HTTP/1.1' },
    {
      'user-agent': `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${chrome} Safari/537.36`,
      pragma: 'no-cache',
      accept: '*/*',
      ...(legacy ? {} : { 'accept-language': 'en-US,en;q=0.8' }),
    },
    { version: legacy ? 'legacy' : 'current' },
  )
}

/** A library with somebody's user agent and its own other headers: the first thing that every tutorial teaches. */
export function renamed(software: Software, random: Random): Software {
  const { transport, headers, name } = random.pick(SCRIPTS)
  const { 'user-agent': agent = '' } = software.headers({ kind: 'page' })
  const sent = {
    ...headers({ kind: 'call' }),
    'user-agent': agent,
    ...(random.chance(0.3) ? { 'x-forwarded-host': 'bank.example' } : {}),
  }
  return program(`${name} as a browser`, transport, sent, { version: software.version })
}

/** A browser's headers, sent by a library: what most scripts become after the first block. */
export function disguised(software: Software, random: Random): Software {
  const made = random.pick(['node_fetch', 'python', 'go', 'curl', 'java', 'node20_fetch'] as const)
  return {
    ...software,
    name: `${software.name} by a library`,
    tool: `${made} with a browser's headers`,
    transport: library(made),
  }
}

/**
 * A browser's handshake and headers to the letter, from a profile. What remains: the profile is that of a page load,
 * so it goes on every request, API calls included.
 */
export function impersonated(software: Software): Software {
  return {
    ...software,
    name: `${software.name} impersonated`,
    tool: `${software.tool}, impersonated`,
    headers: ({ type }) => ({
      ...software.headers({ kind: 'page' }),
      ...(type === undefined ? {} : { 'content-type': type }),
    }),
  }
}
