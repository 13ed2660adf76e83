/** A third party before workerd itself, without the edge: a thousand requests at once are about the gate, not about TLS. */
import { Agent, request } from 'node:http'
import type { TppName } from '../../local/tpp/cast.ts'
import type { LocalTpps } from '../../local/tpp/store.ts'
import { type Address, CF_BLOB_HEADER } from '../../local/workerd.ts'

export interface Reply {
  readonly status: number
  readonly retryAfter: string
  readonly text: string
}

export interface Wanted {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Client {
  post(wanted: Wanted): Promise<Reply>
  get(wanted: Omit<Wanted, 'body'>): Promise<Reply>
  close(): void
}

const TIMEOUT_MS = 60_000

export function clientAs(gate: Address, tpps: LocalTpps, name: TppName): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })
  const cf = JSON.stringify({
    httpProtocol: 'HTTP/2',
    tlsVersion: 'TLSv1.3',
    tlsClientAuth: {
      certPresented: '1',
      certVerified: 'SUCCESS',
      certRevoked: '0',
      certRFC9440: `:${tpps.der(name)}:`,
      certRFC9440TooLarge: false,
      certChainRFC9440: `:${tpps.issuingDer}:`,
      certChainRFC9440TooLarge: false,
    },
  })
  const send = (method: string, path: string, headers: Wanted['headers'], body: string): Promise<Reply> =>
    new Promise((done, fail) => {
      const outgoing = request({
        ...{ host: gate.host, port: gate.port, agent, method, path },
        headers: { [CF_BLOB_HEADER]: cf, 'cf-connecting-ip': '203.0.113.9', ...headers },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      outgoing.on('error', fail)
      outgoing.on('response', (incoming) => {
        let text = ''
        incoming.setEncoding('utf8')
        incoming.on('data', (chunk: string) => {
          text += chunk
        })
        incoming.on('error', fail)
        incoming.on('end', () =>
          done({
            status: incoming.statusCode ?? 0,
            retryAfter: String(incoming.headers['retry-after'] ?? ''),
            text,
          }),
        )
      })
      outgoing.end(body)
    })
  return {
    post: ({ path, headers, body }) => {
      const content = { 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(body)}` }
      return send('POST', path, { ...content, ...headers }, body)
    },
    get: ({ path, headers }) => send('GET', path, headers, ''),
    close: () => agent.destroy(),
  }
}
