import type { Client, Exchange, Match, Proof } from '../evidence.ts'
import { ABSENT } from '../lib/fact.ts'
import type { Keys } from '../ports.ts'
import { type CertificateTools, unpresented, verifyCertificate } from './certificate.ts'
import { verifyPass } from './pass.ts'
import { verifyToken } from './token.ts'

export interface VerifyInput {
  readonly exchange: Exchange
  readonly client: Client
  readonly match: Match
}

export interface VerifyTools {
  readonly keys: Keys
  certificates(): Promise<CertificateTools>
}

/** What the caller can prove, each thing for itself, and never more than what is known. */
export async function verify(
  { exchange, client, match }: VerifyInput,
  { keys, certificates }: VerifyTools,
): Promise<Proof> {
  const { headers, arrivedAt } = exchange
  const { certificate } = client
  return {
    ...(certificate.state === 'valid'
      ? await verifyCertificate(certificate, await certificates(), arrivedAt)
      : unpresented(certificate)),
    token: verifyToken(headers.get('authorization'), match.route.token === 'required', arrivedAt),
    // No profile of request signing is verified yet. Absent is the truth: nothing was proven and nothing refuted.
    signature: ABSENT,
    pass: verifyPass(exchange, client, keys),
  }
}
