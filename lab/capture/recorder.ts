/** The local edge with a recorder where the gate would be: everything that reaches a Worker is written down. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEdge } from '../../local/edge/edge.ts'
import { localIdentity } from '../../local/edge/identity.ts'
import { CF_BLOB_HEADER } from '../../local/edge/request-cf.ts'
import { AUTHORITY, type CapturedCf, type CapturedRequest } from './capture.ts'
import { answer } from './site.ts'

export interface Recorder {
  readonly origin: string
  readonly port: number
  /** PEM of the authority to trust, as a file. */
  readonly authority: string
  /** Everything since it was last asked. */
  taken(): readonly CapturedRequest[]
  close(): Promise<void>
}

/** The edge's own, and what a recording cannot be alike in. */
const LEFT_OUT =
  /^(?:cf-|mf-|x-forwarded-|x-real-ip$|true-client-ip$|cdn-loop$|host$|connection$|content-length$)/i
/** No session has more; an attack tool that runs wild is cut. */
const MAX_REQUESTS = 40

export async function startRecorder(): Promise<Recorder> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-capture-'))
  const identity = await localIdentity(folder)
  const seen: (Omit<CapturedRequest, 'at'> & { readonly arrived: number })[] = []
  let port = 0
  const gate = createServer((request, response) => {
    const path = pathOf(request)
    if (seen.length < MAX_REQUESTS) {
      const said = {
        method: request.method ?? '',
        path,
        headers: headersOf(request, port),
        cf: cfOf(request),
      }
      seen.push({ arrived: performance.now(), ...said })
    }
    request.resume().on('end', () => answer(request, response, path))
  })
  const edge = await startEdge({ identity, gate: { host: '127.0.0.1', port: await listen(gate) }, port: 0 })
  port = edge.port
  return {
    ...{ origin: `https://localhost:${port}`, port, authority: identity.authorityPath },
    taken() {
      const all = seen.splice(0)
      const first = all[0]?.arrived ?? 0
      return all.map(({ arrived, ...rest }) => ({ at: Math.round(arrived - first), ...rest }))
    },
    async close() {
      await edge.close()
      gate.close()
      gate.closeAllConnections()
      rmSync(folder, { recursive: true })
    },
  }
}

/** The edge asks in absolute form. */
function pathOf({ url = '/' }: IncomingMessage): string {
  return url.replace(/^https?:\/\/[^/]*/, '') || '/'
}

function headersOf(request: IncomingMessage, port: number): Readonly<Record<string, string>> {
  const fields = Object.entries(request.headers).filter(([name]) => !LEFT_OUT.test(name))
  return Object.fromEntries(
    fields
      // A Worker sees what the edge accepts; what the client does is in `cf`.
      .filter(([name]) => name !== 'accept-encoding')
      .map(([name, value]): [string, string] => [name, [value].flat().join(', ')])
      .map(([name, value]): [string, string] => [name, value.replaceAll(`localhost:${port}`, AUTHORITY)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

function cfOf({ headers }: IncomingMessage): CapturedCf {
  const blob = JSON.parse(String(headers[CF_BLOB_HEADER.toLowerCase()] ?? '{}')) as CapturedCf // the edge's own
  const { httpProtocol, tlsVersion, tlsCipher, clientAcceptEncoding, botManagement } = blob
  return {
    ...{ httpProtocol, tlsVersion, tlsCipher },
    ...(clientAcceptEncoding === undefined ? {} : { clientAcceptEncoding }),
    ...(botManagement === undefined ? {} : { botManagement }),
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((done, fail) => {
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (typeof address === 'object' && address !== null) done(address.port)
      else fail(new Error('Cannot record: no port'))
    })
  })
}
