/** A place that publishes keys, in memory: it counts who asks, and answers as it is told. */
import type { KeyPorts, KeyStore, StoredSet } from '../../../src/verify/keys/types.ts'

export interface Publisher {
  readonly ports: KeyPorts
  readonly asked: string[]
  /** Work given to run past the answer. */
  readonly background: Promise<unknown>[]
  readonly stored: Map<string, StoredSet>
  answer: (request: Request) => Response | Promise<Response>
}

export function publisher(stored: Map<string, StoredSet> = new Map()): Publisher {
  const asked: string[] = []
  const background: Promise<unknown>[] = []
  const store: KeyStore = {
    get: async (url) => stored.get(url),
    put: async (url, set) => {
      stored.set(url, set)
    },
  }
  const made: Publisher = {
    asked,
    background,
    stored,
    answer: () => jwks(),
    ports: {
      store,
      outlive: (work) => {
        background.push(work)
      },
      sleep: () => new Promise((resolve) => setTimeout(resolve, 1)),
      fetch: async (request) => {
        asked.push(request.url)
        return made.answer(request)
      },
    },
  }
  return made
}

export function jwks(...keys: readonly object[]): Response {
  return Response.json({ keys })
}

export async function ed25519(kid: string, more: object = {}): Promise<Readonly<Record<string, unknown>>> {
  const pair = (await crypto.subtle.generateKey({ name: 'Ed25519' }, true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair
  const { x } = (await crypto.subtle.exportKey('jwk', pair.publicKey)) as JsonWebKey
  return { kty: 'OKP', crv: 'Ed25519', x, kid, use: 'sig', ...more }
}
