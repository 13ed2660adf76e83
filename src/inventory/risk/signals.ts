/**
 * What of a decision's evidence is worth counting for the assessment of risk. The gate has found it out already: this
 * says it in one word each, without anything of the request.
 */
import type { DecisionRecord } from '../../ports.ts'
import type { GateSignal, SignalCount } from './types.ts'

/** What of a record is read here. */
export type Decided = Pick<DecisionRecord, 'verdict'> & {
  readonly evidence: Pick<DecisionRecord['evidence'], 'proof' | 'client' | 'match' | 'conduct'>
}

const OF_REASON: Readonly<Record<string, GateSignal>> = {
  role_missing: 'role_missing',
  certificate_revoked: 'certificate_revoked',
  certificate_expired: 'certificate_expired',
  certificate_untrusted: 'certificate_untrusted',
  token_unbound: 'token_unbound',
  token_of_another: 'token_of_another',
}

/** Each at most once. */
export function signalsOf({ verdict, evidence }: Decided): ReadonlySet<GateSignal> {
  const signals = new Set<GateSignal>()
  for (const reason of [verdict.reason, ...reasonsOf(evidence.proof)]) {
    const signal = OF_REASON[reason]
    if (signal !== undefined) signals.add(signal)
  }
  addSignature(signals, evidence)
  const { token } = evidence.proof
  if (token.state === 'valid' && token.value.kind === 'jwt' && token.value.expiresAt === undefined) {
    signals.add('token_without_expiry')
  }
  if (
    token.state === 'valid' &&
    token.value.vouching?.boundTo === undefined &&
    token.value.vouching !== undefined
  ) {
    signals.add('token_unbound')
  }
  if (evidence.client.listed.length > 0) signals.add('caller_listed')
  if (verdict.intended === 'throttle') signals.add('rate_exceeded')
  addConduct(signals, evidence.conduct)
  return signals
}

/** What the memory of behaviour knows of this request: of its consent, and of the steps before it. */
function addConduct(signals: Set<GateSignal>, { consent, order }: Decided['evidence']['conduct']): void {
  if (consent.state === 'invalid' && consent.reason === 'consent_account_outside') {
    signals.add('object_never_issued')
  }
  if (consent.state === 'valid' && consent.value.quota?.granted === false) {
    signals.add('consent_quota_exceeded')
  }
  if (order.state === 'valid' && order.value.missing !== undefined) signals.add('flow_out_of_order')
}

function reasonsOf({ certificate, token, dpop }: Decided['evidence']['proof']): readonly string[] {
  return [certificate, token, dpop].flatMap((fact) => (fact.state === 'invalid' ? [fact.reason] : []))
}

/** Only where the bank has it signed: elsewhere a missing signature is as it should be. */
function addSignature(signals: Set<GateSignal>, { proof, match }: Decided['evidence']): void {
  if (match.signed !== true) return
  if (proof.signature.state === 'absent' && match.route.signature === 'required') {
    signals.add('signature_missing')
  }
  if (proof.signature.state === 'invalid') signals.add('signature_invalid')
}

/** Counts of one isolate until they are sent; each (operation, signal) is one. */
export interface SignalCounts {
  add(operation: string, signals: ReadonlySet<GateSignal>, accepted: boolean, at: number): void
  /** Everything counted since the last time. */
  take(): readonly SignalCount[]
  /** Counted, and left out for want of room. */
  readonly dropped: number
}

/** In one isolate, between two batches. */
export const MAX_COUNTS = 2_048

export function newSignalCounts(): SignalCounts {
  let counts = new Map<string, SignalCount>()
  let dropped = 0
  return {
    add(operation, signals, accepted, at) {
      for (const signal of signals) {
        const name = `${signal} ${operation}`
        const known = counts.get(name)
        if (known === undefined && counts.size >= MAX_COUNTS) dropped++
        else {
          const one = { operation, signal, requests: 1, accepted: accepted ? 1 : 0, firstAt: at, lastAt: at }
          counts.set(name, known === undefined ? one : addCount(known, one))
        }
      }
    },
    take() {
      const taken = Array.from(counts.values())
      counts = new Map()
      return taken
    },
    get dropped() {
      return dropped
    },
  }
}

function addCount(left: SignalCount, right: SignalCount): SignalCount {
  return {
    ...left,
    requests: left.requests + right.requests,
    accepted: left.accepted + right.accepted,
    firstAt: Math.min(left.firstAt, right.firstAt),
    lastAt: Math.max(left.lastAt, right.lastAt),
  }
}
