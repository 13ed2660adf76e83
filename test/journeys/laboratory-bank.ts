/** The laboratory's bank as a server of its own, that says of each request how the gate announced it. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { labBank } from '../../lab/bank.ts'
import { known } from '../../src/lib/fact.ts'

/** The answer's header in which the bank repeats what it was told of the request. */
export const ANNOUNCED = 'x-announced'

export interface LaboratoryBank {
  readonly address: string
  close(): Promise<void>
}

export async function startLaboratoryBank(): Promise<LaboratoryBank> {
  const bank = labBank()
  const server = createServer(async (incoming, outgoing) => {
    const answer = known(await bank.forward(await requestFrom(incoming), 'whole'))
    if (answer === undefined) throw new Error('Cannot answer: the laboratory’s bank always does')
    outgoing.setHeader(ANNOUNCED, String(incoming.headers['portcullis-risk']))
    for (const [name, value] of answer.headers) outgoing.appendHeader(name, value)
    outgoing.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  // An address and port: it listens on no pipe.
  const { port } = server.address() as AddressInfo
  return {
    address: `127.0.0.1:${port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

async function requestFrom(incoming: IncomingMessage): Promise<Request> {
  const { method = 'GET', url = '/', headers } = incoming
  const chunks: Buffer[] = []
  // A stream without an encoding gives buffers.
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const fields = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)])
  const body = chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }
  return new Request(`https://bank.example${url}`, { method, headers: fields, ...body })
}
