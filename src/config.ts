import type { Policy } from './decide/policy.ts'
import type { Route } from './evidence.ts'

/** How the bank knows that a request came through the gate. */
export type OriginProof = 'service_binding' | 'mtls' | 'signature'

export interface Config {
  /** In order: the first route that matches wins. */
  readonly routes: readonly Route[]
  /** For what no route matched. */
  readonly fallback: Route
  readonly policy: Policy
  readonly origin: {
    /** Undefined: the service binding. */
    readonly url: string | undefined
    readonly proof: OriginProof
    readonly timeoutMs: number
  }
  readonly ledger: {
    readonly jurisdiction: 'eu' | 'fedramp' | 'none'
    /** Objects that share all claimed keys. */
    readonly shards: number
    readonly budgetMs: number
  }
  readonly journal: {
    readonly retentionHours: number
    readonly maxEntries: number
  }
  /** SHA-256 of the operator's token, hexadecimal. */
  readonly operatorTokenDigest: string
}
