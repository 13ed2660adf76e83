/** A step of a script as the request that reaches a Worker behind Cloudflare: the same headers and the same `cf` that `local/edge` fills. */
import { ORIGIN } from './traffic/browsers.ts'
import type { Step } from './traffic/traffic.ts'

/** What a Worker gets whatever the client sent; the client's own is in `cf`. */
const EDGE_ACCEPT_ENCODING = 'br, gzip'

const NO_CERTIFICATE = { certPresented: '0', certVerified: 'NONE', certRevoked: '0' } as const

export interface Zone {
  /** False for a bank without Cloudflare Bot Management: no JA3, no JA4. */
  readonly botManagement: boolean
}

export function requestOf(step: Step, zone: Zone): Request {
  const headers = new Headers(step.headers)
  headers.set('host', new URL(ORIGIN).host)
  headers.set('accept-encoding', EDGE_ACCEPT_ENCODING)
  headers.set('cf-connecting-ip', step.place.address)
  headers.set('cf-ipcountry', step.place.country ?? 'XX')
  headers.set('cf-ray', '0000000000000000-LAB')
  headers.set('cf-visitor', '{"scheme":"https"}')
  headers.set('x-forwarded-proto', 'https')
  headers.set('x-real-ip', step.place.address)
  const request = new Request(`${ORIGIN}${step.path}`, {
    method: step.method,
    headers,
    redirect: 'manual',
    ...(step.body === undefined ? {} : { body: step.body }),
  })
  Object.defineProperty(request, 'cf', { value: cfOf(step, zone) })
  return request
}

function cfOf(step: Step, zone: Zone): object {
  const { software, place, certificate } = step
  const { protocol, tls, ja4 } = software.transport
  const connection = {
    colo: 'LAB',
    asn: place.asn,
    asOrganization: place.organisation,
    ...(place.country === undefined ? {} : { country: place.country }),
    httpProtocol: protocol,
    tlsVersion: tls,
    tlsCipher: tls === 'TLSv1.3' ? 'AEAD-AES128-GCM-SHA256' : 'ECDHE-ECDSA-AES128-GCM-SHA256',
    ...(software.encodings === '' ? {} : { clientAcceptEncoding: software.encodings }),
    tlsClientAuth: certificate ?? NO_CERTIFICATE,
  }
  return zone.botManagement ? { ...connection, botManagement: { ja4 } } : connection
}
