import type { Client, Exchange, Match, Proof } from '../evidence.ts'
import { ABSENT } from '../lib/fact.ts'
import type { Keys } from '../ports.ts'
import { verifyCertificate } from './certificate.ts'
import { verifyPass } from './pass.ts'
import { verifyToken } from './token.ts'

export interface VerifyInput {
  readonly exchange: Exchange
  readonly client: Client
  readonly match: Match
}

/** What the caller can prove, each thing for itself, and never more than what is known. */
export function verify({ exchange, client, match }: VerifyInput, keys: Keys): Proof {
  const { headers, arrivedAt } = exchange
  return {
    certificate: verifyCertificate(client.certificate, arrivedAt),
    token: verifyToken(headers.get('authorization'), match.route.token === 'required', arrivedAt),
    // No profile of request signing is verified yet. Absent is the truth: nothing was proven and nothing refuted.
    signature: ABSENT,
    pass: verifyPass(exchange, client, keys),
  }
}
