/** A bank that lives outside of workerd and counts: what arrived, and how many of one kind were being worked on at once. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface CountingBank {
  readonly address: string
  /** Arrivals by the header `x-order`. */
  readonly arrivals: ReadonlyMap<string, number>
  /** The most that were in flight at once, by the header `x-order`. */
  readonly atOnce: ReadonlyMap<string, number>
  /** How long it works on each; undefined never answers. */
  workMs: number | undefined
  close(): Promise<void>
}

export async function startCountingBank(): Promise<CountingBank> {
  const arrivals = new Map<string, number>()
  const inFlight = new Map<string, number>()
  const atOnce = new Map<string, number>()
  const server = createServer((request, response) => {
    const order = String(request.headers['x-order'] ?? '')
    arrivals.set(order, (arrivals.get(order) ?? 0) + 1)
    const now = (inFlight.get(order) ?? 0) + 1
    inFlight.set(order, now)
    atOnce.set(order, Math.max(atOnce.get(order) ?? 0, now))
    request.resume()
    if (bank.workMs !== undefined) setTimeout(() => finish(order, response), bank.workMs)
  })
  const finish = (order: string, response: ServerResponse): void => {
    // Before the answer leaves: the gate lets the next one in when it has it.
    inFlight.set(order, (inFlight.get(order) ?? 1) - 1)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"paid":true}')
  }
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  // An address and port: it listens on no pipe.
  const { port } = server.address() as AddressInfo
  const bank: CountingBank = {
    address: `127.0.0.1:${port}`,
    arrivals,
    atOnce,
    workMs: 5,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
  return bank
}
