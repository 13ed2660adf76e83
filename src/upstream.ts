/** The way to the bank: a service binding, an mTLS binding or plain fetch, with one time limit. */
import { unavailable, valid } from './lib/fact.ts'
import type { Upstream } from './ports.ts'

/** Anything with the Workers' `fetch`: a service binding, an mTLS certificate binding, the global one. */
export interface Fetches {
  fetch(request: Request, init?: RequestInit): Promise<Response>
}

/**
 * Makes the upstream port.
 *
 * The limit runs until the response's head has come; a body may then stream for as long as it likes, because an
 * account statement is not late for being long. A request whose time is up is aborted, so that it does not hold a
 * connection to a bank that is already struggling.
 */
export function upstreamFrom(bank: Fetches | undefined, timeoutMs: number): Upstream {
  if (bank === undefined) return { forward: () => Promise.resolve(unavailable('origin_not_configured')) }
  return {
    async forward(request) {
      const abort = new AbortController()
      const timer = setTimeout(() => abort.abort(), timeoutMs)
      try {
        return valid(await bank.fetch(request, { signal: abort.signal }))
      } catch {
        // Which of a dozen ways a connection can fail is the platform's own text and no reason of ours.
        return unavailable(abort.signal.aborted ? 'origin_timeout' : 'origin_unreachable')
      } finally {
        clearTimeout(timer)
      }
    },
  }
}
