import type { ReplayQuestion } from '../../../src/verify/replay/types.ts'
import { NOON } from '../../fixtures/facts.ts'

const encoder = new TextEncoder()

/** A payment order of an invented third party, as verified. */
export function question(changes: Partial<ReplayQuestion> = {}): ReplayQuestion {
  return {
    requestId: 'r1',
    at: NOON,
    organisation: 'PSDXX-NCA-1',
    keyThumbprint: 'first key',
    signingInput: encoder.encode('header.payload'),
    body: encoder.encode('{"a":1}'),
    singles: [],
    idempotencyKey: undefined,
    operation: 'POST /payments',
    until: NOON + 300_000,
    idempotencyUntil: NOON + 86_400_000,
    ...changes,
  }
}
