/** The room's surroundings: real keys and dialects, and a bank that notes what arrived and answers as it is told. */
import { DIALECTS } from '../../src/dialects/table.ts'
import type { UpstreamOutage, Verdict } from '../../src/evidence.ts'
import { keysFrom } from '../../src/keys.ts'
import type { Fact } from '../../src/lib/fact.ts'
import { ABSENT, unavailable, valid } from '../../src/lib/fact.ts'
import type { RespondInput, RespondTools } from '../../src/respond/respond.ts'
import { person, score } from '../fixtures/scene.ts'

/** RFC 8032 section 7.1, test 1: a private key that everybody knows. */
export const SIGNATURE_KEY = {
  kty: 'OKP',
  crv: 'Ed25519',
  kid: 'gate-1',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
} as const

export const keys = keysFrom({
  gateKeys: [{ id: 'k1', bytes: new Uint8Array(32).fill(7) }],
  signatureKey: SIGNATURE_KEY,
})

export const ALLOW: Verdict = {
  action: 'allow',
  intended: 'allow',
  posture: 'enforce',
  rule: 'default',
  reason: 'unremarkable',
  retryAfterSeconds: undefined,
  counterfactual: undefined,
  limit: undefined,
}

export const FRESH_PASS = '__Host-portcullis=fresh; Path=/; Secure; HttpOnly; SameSite=Lax'

export function input(changes: Partial<RespondInput> = {}): RespondInput {
  return {
    ...person(),
    score: valid(score(0.02)),
    verdict: ALLOW,
    attempt: true,
    home: '1c',
    content: ABSENT,
    ...changes,
  }
}

export interface Bank {
  readonly tools: RespondTools
  /** What arrived, in order. */
  readonly requests: readonly Request[]
}

export function bank(
  reply: Response | UpstreamOutage | (() => Response) = () => new Response('ok'),
  changes: Partial<RespondTools> = {},
  dialect = 'page',
): Bank {
  const requests: Request[] = []
  const answer = (): Fact<Response, never, UpstreamOutage> => {
    if (typeof reply === 'string') return unavailable(reply)
    return valid(reply instanceof Response ? reply : reply())
  }
  const row = DIALECTS[dialect]
  if (row === undefined) throw new Error(`Cannot find dialect: ${dialect}`)
  return {
    requests,
    tools: {
      upstream: {
        forward(request) {
          requests.push(request)
          return Promise.resolve(answer())
        },
      },
      keys,
      clock: { now: () => 0, id: () => 'nonce-nonce-nonce' },
      config: {
        origin: { url: undefined, proof: 'service_binding', timeoutMs: 1_000 },
        apps: undefined,
      },
      dialect: row,
      refusal: 'forbidden',
      passCookie: () => FRESH_PASS,
      ...changes,
    },
  }
}
