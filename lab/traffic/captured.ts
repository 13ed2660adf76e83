/**
 * Clients that were really started and recorded (`npm run capture`): their TLS, their headers for a page, a form and a
 * call, as a script's software. What a recording has no request for is sent as its first one was.
 */
import { type Capture, type CapturedRequest, readCaptures } from '../capture/capture.ts'
import { ORIGIN } from './browsers.ts'
import type { Random } from './random.ts'
import type { Purpose, Software, Transport } from './traffic.ts'

interface Client {
  readonly kind: Capture['kind']
  readonly software: Software
}

const CLIENTS: readonly Client[] = readCaptures().flatMap((capture) => {
  const requests = capture.sessions.flatMap((session) => session.requests)
  return requests.length === 0 ? [] : [{ kind: capture.kind, software: played(capture, requests) }]
})

/** Undefined where nothing of the kind was recorded. */
function any(accepts: (client: Client) => boolean, random: Random): Software | undefined {
  const fit = CLIENTS.filter(accepts)
  return fit.length === 0 ? undefined : random.pick(fit).software
}

/** What a script is written with, or a shell offers. */
export function capturedProgram(random: Random): Software | undefined {
  return any(
    ({ kind, software }) => (kind === 'library' || kind === 'command') && software.tool !== 'lynx',
    random,
  )
}

/** What runs on a third party's server. */
export function capturedLibrary(random: Random): Software | undefined {
  return any(({ kind }) => kind === 'library', random)
}

export function capturedAttackTool(random: Random): Software | undefined {
  return any(({ kind }) => kind === 'attack_tool', random)
}

/** `declared`: it says that nobody sits in front of it. */
export function capturedBrowser(declared: boolean, random: Random): Software | undefined {
  return any(({ kind, software }) => {
    const agent = software.headers({ kind: 'page' })['user-agent'] ?? ''
    return kind === 'driven_browser' && /Headless/.test(agent) === declared
  }, random)
}

export function capturedLynx(): Software | undefined {
  const lynx = CLIENTS.find(({ software }) => software.tool === 'lynx')?.software
  return lynx === undefined ? undefined : { ...lynx, scripts: false }
}

function played({ client, version }: Capture, requests: readonly CapturedRequest[]): Software {
  const [first] = requests
  if (first === undefined) throw new Error(`Cannot play ${client}: nothing was recorded`)
  const { httpProtocol, tlsVersion, clientAcceptEncoding, botManagement } = first.cf
  const templates = {
    page: requests.find(isPage) ?? first,
    part: requests.find(({ headers }) => headers['sec-fetch-mode'] === 'no-cors') ?? first,
    form: requests.find(({ method, headers }) => method === 'POST' && isForm(headers)) ?? first,
    fetch: requests.find(({ headers }) => headers['sec-fetch-mode'] === 'cors') ?? first,
    call: requests.find(({ method }) => method === 'POST') ?? first,
  }
  return {
    name: `${client}, recorded`,
    tool: client,
    version: /\d+(?:\.\d+)*/.exec(version)?.[0] ?? '',
    transport: {
      // As the edge wrote them down.
      protocol: httpProtocol as Transport['protocol'],
      tls: tlsVersion as Transport['tls'],
      ja4: botManagement?.ja4 ?? '',
    },
    encodings: clientAcceptEncoding ?? '',
    headers: (purpose) => adapted(templates[purpose.kind], purpose),
  }
}

function isPage({ method, headers }: CapturedRequest): boolean {
  return method === 'GET' && (headers['sec-fetch-dest'] ?? 'document') === 'document'
}

function isForm(headers: Readonly<Record<string, string>>): boolean {
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
}

/** The same headers, about this request and not about the recorded one. */
function adapted(template: CapturedRequest, { kind, from, type }: Purpose): Record<string, string> {
  const { cookie: _, 'content-type': __, referer, ...headers } = template.headers
  const sent = type ?? (kind === 'form' ? 'application/x-www-form-urlencoded' : undefined)
  return {
    ...headers,
    ...(referer === undefined || from === undefined ? {} : { referer: `${ORIGIN}${from}` }),
    ...(headers.origin === undefined ? {} : { origin: ORIGIN }),
    ...(sent === undefined ? {} : { 'content-type': sent }),
  }
}
