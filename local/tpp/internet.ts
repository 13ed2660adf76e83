/**
 * The Internet as a gate on this machine sees it. What the invented certificates name, the responder on loopback
 * answers, and key sets stand where they are said to; nothing else exists. So the gate runs with the rules of a deployed
 * one, which never asks loopback.
 */
import { fetch, type Request, Response } from 'miniflare'
import { DIRECTORY_HOST, keySetAt } from './key-directory.ts'
import type { Responder } from './responder.ts'
import type { LocalTpps } from './store.ts'
import { CRL_HOST, RESPONDER_HOST } from './trust-service.ts'

export type Internet = (request: Request) => Promise<Response>

/** @param tpps whose keys the directory publishes; without, there is no directory */
export function internetOf(responder: Pick<Responder, 'port'>, tpps?: LocalTpps): Internet {
  return async (request) => {
    const { protocol, hostname, port, pathname } = new URL(request.url)
    if (tpps !== undefined && protocol === 'https:' && hostname === DIRECTORY_HOST && port === '') {
      const set = keySetAt(tpps, pathname)
      return set === undefined
        ? new Response('no such set', { status: 404 })
        : new Response(set, { headers: { 'content-type': 'application/jwk-set+json' } })
    }
    const known = hostname === RESPONDER_HOST || hostname === CRL_HOST
    if (!known || protocol !== 'http:' || port !== '') return new Response('no such host', { status: 523 })
    const body = request.method === 'POST' ? await request.arrayBuffer() : null
    return fetch(`http://127.0.0.1:${responder.port}${pathname}`, {
      method: request.method,
      body,
      headers: { 'content-type': request.headers.get('content-type') ?? '' },
      // The gate's own rules decide where a redirect leads.
      redirect: 'manual',
    })
  }
}
