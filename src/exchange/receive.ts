/**
 * EXCHANGE: one request as it arrived. Its time and its reference are read here, once, and everything is judged at that time;
 * what reads the clock after it measures a wait, or dates what was learnt of an answer.
 */
import type { CertificateSource } from '../config.ts'
import type { Exchange } from '../evidence.ts'
import { fieldIn } from '../lib/header-fields.ts'
import type { Clock } from '../ports.ts'
import { removalsFrom } from './headers.ts'
import { readTarget } from './target.ts'

/** The longest text of an address. CF-Connecting-IP is the edge's own, but a second edge could be in front of it. */
const MAX_ADDRESS_LENGTH = 45

/** What a TLS-terminating proxy sends where one is configured: taken off like all the rest, and no accusation. */
const FROM_PROXY: ReadonlySet<string> = new Set([
  'client-cert',
  'client-cert-chain',
  'portcullis-proxy-secret',
])

export function receive(
  request: Request,
  clock: Clock,
  source: CertificateSource['kind'] = 'cloudflare',
): Exchange {
  const sent = fieldIn(request.headers, 'cf-connecting-ip') ?? ''
  const address = sent.length > MAX_ADDRESS_LENGTH ? '' : sent
  const { remove, spoofed } = removalsFrom(request.headers, address)
  return {
    id: clock.id(),
    arrivedAt: clock.now(),
    method: request.method,
    target: readTarget(request.url),
    headers: remove.length === 0 ? request.headers : without(request.headers, remove),
    address,
    spoofed: source === 'proxy' ? spoofed.filter((name) => !FROM_PROXY.has(name)) : spoofed,
    request,
  }
}

function without(headers: Headers, names: readonly string[]): Headers {
  const own = new Headers(headers)
  for (const name of names) own.delete(name)
  return own
}
