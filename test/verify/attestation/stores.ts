/** The objects of the local runtime behind the ports, and keys of the tests. */
import { env } from 'cloudflare:workers'
import { keysFrom } from '../../../src/keys.ts'
import { attestationFrom } from '../../../src/verify/attestation/attestation.ts'
import { keyMemory } from '../../../src/verify/attestation/key-memory.ts'
import type { AppPolicy, Attestation } from '../../../src/verify/attestation/types.ts'
import { replayFrom } from '../../../src/verify/replay/replay.ts'
import type { Replay } from '../../../src/verify/replay/types.ts'
import { applePolicy } from './apple.ts'
import { playApp } from './play.ts'

export const keys = keysFrom({
  gateKeys: [{ id: 'k1', bytes: new Uint8Array(32).fill(1) }],
  signatureKey: undefined,
})

const later: Promise<unknown>[] = []
const options = {
  shards: 4,
  budgetMs: 5_000,
  waitUntil: (work: Promise<unknown>) => void later.push(work),
  report: (fault: string) => {
    throw new Error(fault)
  },
}

export async function told(): Promise<void> {
  await Promise.all(later.splice(0))
}

/** Of an isolate that has met nobody yet. */
export function attestation(): Attestation {
  return attestationFrom(env.ATTESTATION, { ...options, memory: keyMemory() })
}

export function replay(): Replay {
  return replayFrom(env.REPLAY, options)
}

export function appPolicy(changes: Partial<AppPolicy> = {}): AppPolicy {
  return {
    headers: {
      keyId: 'app-key-id',
      assertion: 'app-assertion',
      integrityToken: 'play-integrity-token',
      challenge: 'app-challenge',
      time: 'app-time',
    },
    freshness: { accepts: ['challenge', 'time'], maxAgeSeconds: 60, maxFutureSeconds: 10 },
    apple: applePolicy(),
    google: [playApp()],
    ...changes,
  }
}
