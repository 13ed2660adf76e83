import { type Gate, startGate, WATCHED } from './gate.ts'
import type { Origin } from './origin.ts'
import { openRoutes } from './routes.ts'

/** Both ways to a bank: the binding, and fetch to an origin of its own. */
export const WAYS = ['a service binding', 'an origin of its own'] as const

/** With routes that let everybody through, and so many milliseconds for the bank's answer. */
export function gateBefore(origin: Origin, way: (typeof WAYS)[number], timeoutMs: number): Promise<Gate> {
  const own = { ORIGIN_URL: `http://${origin.address}`, ORIGIN_PROOF: 'signature' }
  return startGate({
    entry: WATCHED,
    bank: { address: origin.address },
    vars: {
      ROUTES: openRoutes(),
      ORIGIN_TIMEOUT_MS: timeoutMs,
      ...(way === 'a service binding' ? {} : own),
    },
  })
}
