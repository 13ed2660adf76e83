/** What the room of signed requests is asked, and with what. Types only. */
import type { Signature, SignatureExamination, SignatureProblem, VerifierOutage } from '../../evidence.ts'
import type { Fact } from '../../lib/fact.ts'
import type { CertificateTools } from '../certificate.ts'
import type { ReplayQuestion } from '../replay/types.ts'
import type { KeyResolver } from '../signed/types.ts'
import type { FailureMemory } from './failures.ts'

export interface SignatureQuestion {
  readonly requestId: string
  readonly method: string
  readonly origin: string
  /** Path and query as received. */
  readonly target: string
  readonly headers: Headers
  /** Undefined where it was not read whole. */
  readonly body: Uint8Array | undefined
  /** Whether the route's profile signs this operation. */
  readonly signed: boolean
  /** Whom the connection, or a token that somebody vouches for, proves. */
  readonly signer: Fact<string, never, VerifierOutage>
  /** What came beside the connection's certificate. */
  readonly transportChain: readonly string[]
  /** Milliseconds since the epoch. */
  readonly now: number
}

export interface SignatureTools {
  /** The published keys of one organisation. */
  keysOf(organisation: string): KeyResolver
  isRegistered(organisation: string, url: string): boolean
  /** Whether an organisation may call itself this. */
  isIssuer(organisation: string, issuer: string): boolean
  certificates(): Promise<CertificateTools>
  readonly failures: FailureMemory
}

export interface SignatureProof {
  readonly signature: Fact<Signature, SignatureProblem, VerifierOutage>
  readonly signing: SignatureExamination | undefined
  /** What the request uses up; undefined where its signature does not hold. */
  readonly use: ReplayQuestion | undefined
}
