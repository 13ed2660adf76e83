/** The attackers: real HTTPS from as many loopback addresses as they like, with their own headers and no others. */
import { Agent, request } from 'node:https'
import { brandList, CURRENT_CHROMIUM } from '../traffic/browsers.ts'
import type { Random } from '../traffic/random.ts'
import { form } from '../traffic/visitor.ts'

export type HeaderSet = 'openbullet' | 'chrome'

export interface Target {
  readonly host: string
  readonly port: number
}

export interface Pair {
  readonly username: string
  readonly password: string
  readonly valid: boolean
}

/** What came of one attempt, as its sender sees it. */
export type Fate =
  /** The bank took the pair. */
  | 'entered'
  /** The bank looked at the pair and said no: the gate let it through. */
  | 'tried'
  | 'refused'
  | 'throttled'
  | 'challenged'
  /** No answer, or one that says that something is broken: neither stopped nor through. */
  | 'error'

const TIMEOUT_MS = 15_000
const MAX_ANSWER_BYTES = 65_536

/** Flat lists go out as they stand: no name in another case, nothing added. */
const HEADERS: Readonly<Record<HeaderSet, (authority: string) => readonly string[]>> = {
  openbullet: (authority) => [
    ...['Host', authority],
    ...[
      'User-Agent',
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/83.0.4103.116 Safari/537.36',
    ],
    ...['Pragma', 'no-cache', 'Accept', '*/*', 'Accept-Language', 'en-US,en;q=0.8'],
  ],
  chrome: (authority) => [
    ...['Host', authority, 'Connection', 'keep-alive', 'Cache-Control', 'max-age=0'],
    ...['sec-ch-ua', brandList(CURRENT_CHROMIUM, 'Google Chrome')],
    ...['sec-ch-ua-mobile', '?0', 'sec-ch-ua-platform', '"Windows"'],
    ...['Upgrade-Insecure-Requests', '1', 'Origin', `https://${authority}`],
    ...[
      'User-Agent',
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${CURRENT_CHROMIUM}.0.0.0 Safari/537.36`,
    ],
    ...[
      'Accept',
      'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7',
    ],
    ...['Sec-Fetch-Site', 'same-origin', 'Sec-Fetch-Mode', 'navigate', 'Sec-Fetch-User', '?1'],
    ...['Sec-Fetch-Dest', 'document', 'Referer', `https://${authority}/login`],
    ...['Accept-Encoding', 'gzip, deflate, br, zstd', 'Accept-Language', 'en-US,en;q=0.9'],
  ],
}

/** One attacking machine: its address, its connections. */
export interface Bot {
  readonly address: string
  attempt(pair: Pair): Promise<Fate>
  close(): void
}

export function newBot(address: string, target: Target, headers: HeaderSet, authority: string): Bot {
  // Certificates of the local edge are its own; the attack is not about trust in them.
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 2,
    localAddress: address,
    rejectUnauthorized: false,
  })
  return {
    address,
    attempt: (pair) => attempt(pair, { address, target, headers, authority, agent }),
    close: () => agent.destroy(),
  }
}

interface Means {
  readonly address: string
  readonly target: Target
  readonly headers: HeaderSet
  readonly authority: string
  readonly agent: Agent
}

function attempt({ username, password }: Pair, means: Means): Promise<Fate> {
  const body = form({ username, password })
  const fields = [
    ...HEADERS[means.headers](means.authority),
    ...[
      'Content-Type',
      'application/x-www-form-urlencoded',
      'Content-Length',
      String(Buffer.byteLength(body)),
    ],
  ]
  return new Promise((done) => {
    const outgoing = request(
      {
        host: means.target.host,
        port: means.target.port,
        servername: 'localhost',
        localAddress: means.address,
        agent: means.agent,
        method: 'POST',
        path: '/login',
        headers: fields,
        setDefaultHeaders: false,
        timeout: TIMEOUT_MS,
      },
      (answer) => {
        const chunks: Buffer[] = []
        let bytes = 0
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes > MAX_ANSWER_BYTES) answer.destroy()
          else chunks.push(chunk)
        })
        // A broken answer is told by its status too; `done` after the first counts for nothing.
        for (const end of ['end', 'close', 'error'] as const) {
          answer.on(end, () =>
            done(fateOf(answer.statusCode, answer.headers.location, Buffer.concat(chunks))),
          )
        }
      },
    )
    outgoing.on('timeout', () => outgoing.destroy())
    outgoing.on('error', () => done('error'))
    outgoing.end(body)
  })
}

/** Where the gate's own page sends its solution: only that page names it. */
const CHALLENGE_MARK = '/_portcullis/challenge'

/** The demo bank says 303 to /account, or 401; the gate says 403 or 429, and 403 with a puzzle for a challenge. */
function fateOf(status: number | undefined, location: string | undefined, body: Buffer): Fate {
  if (status === 303) return location === '/account' ? 'entered' : 'tried'
  if (status === 401 || status === 200) return 'tried'
  if (status === 429) return 'throttled'
  if (status !== 403) return 'error'
  return body.includes(CHALLENGE_MARK) ? 'challenged' : 'refused'
}

/** Loopback addresses in so many /24s, half in hosting blocks and half in homes of the edge's table of networks. */
export function addresses(count: number, subnets: number, random: Random): readonly string[] {
  const blocks = Array.from({ length: subnets }, (_, index) => {
    const second = index % 2 === 0 ? 64 + random.below(64) : 128 + random.below(64)
    return `127.${second}.${(index * 7) % 256}`
  })
  return Array.from({ length: count }, (_, index) => {
    const block = blocks[index % subnets] ?? '127.64.0'
    return `${block}.${1 + (Math.floor(index / subnets) % 253)}`
  })
}
