/** Sends a request as the edge hands it to the gate: `request.cf` and address as they are told here. */
import { Agent, request } from 'node:http'
import { type Address, CF_BLOB_HEADER } from '../../local/workerd.ts'

export interface Message {
  readonly method: string
  readonly path: string
  readonly address: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly cf: object
}

export interface Answer {
  readonly status: number
  readonly text: string
  readonly cookies: readonly string[]
}

export interface Client {
  send(message: Message): Promise<Answer>
  close(): void
}

/** What requests say they are for; the demo bank and its document have this name. */
export const ORIGIN = 'https://localhost:8443'
const TIMEOUT_MS = 20_000

export function clientOf({ host, port }: Address): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  return {
    close: () => agent.destroy(),
    send: ({ method, path, address, headers, body = '', cf }) =>
      new Promise((done, fail) => {
        const outgoing = request({
          ...{ host, port, agent, method, path: `${ORIGIN}${path}`, signal: AbortSignal.timeout(TIMEOUT_MS) },
          headers: {
            host: 'localhost:8443',
            [CF_BLOB_HEADER]: JSON.stringify(cf),
            'cf-connecting-ip': address,
            ...headers,
            ...(body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
          },
        })
        outgoing.on('error', fail)
        outgoing.on('response', (incoming) => {
          let text = ''
          incoming.setEncoding('utf8')
          incoming.on('data', (chunk: string) => {
            text += chunk
          })
          incoming.on('error', fail)
          incoming.on('end', () => {
            const cookies = incoming.headers['set-cookie'] ?? []
            done({ status: incoming.statusCode ?? 0, text, cookies })
          })
        })
        outgoing.end(body)
      }),
  }
}
