/** EXCHANGE: one request as it arrived. Clock and randomness are read here, each once, and nowhere after it. */
import type { Exchange } from '../evidence.ts'
import { headerFields } from '../lib/header-fields.ts'
import type { Clock } from '../ports.ts'
import { removalsFrom } from './headers.ts'
import { readTarget } from './target.ts'

/** The longest text of an address. CF-Connecting-IP is the edge's own, but a second edge could be in front of it. */
const MAX_ADDRESS_LENGTH = 45

export function receive(request: Request, clock: Clock): Exchange {
  const sent = request.headers.get('cf-connecting-ip') ?? ''
  const address = sent.length > MAX_ADDRESS_LENGTH ? '' : sent
  const { remove, spoofed } = removalsFrom(headerFields(request.headers), address)
  return {
    id: clock.id(),
    arrivedAt: clock.now(),
    method: request.method,
    target: readTarget(request.url),
    headers: remove.length === 0 ? request.headers : without(request.headers, remove),
    address,
    spoofed,
    request,
  }
}

function without(headers: Headers, names: readonly string[]): Headers {
  const own = new Headers(headers)
  for (const name of names) own.delete(name)
  return own
}
