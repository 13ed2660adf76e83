/** A gate, an edge and a bank of the attack's own: fresh memory, gone afterwards. */
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEdge } from '../../local/edge/edge.ts'
import { localIdentity } from '../../local/edge/identity.ts'
import { makeSecrets } from '../../local/secrets.ts'
import { startWorkers } from '../../local/workerd.ts'
import type { Target } from './bots.ts'

export interface Stack {
  readonly target: Target
  close(): Promise<void>
}

/** @param port 0 for a free one */
export async function startStack(port: number, botManagement: boolean): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-attack-'))
  const identity = await localIdentity(folder)
  // workerd has no jurisdictions: asking for one throws.
  const workers = await startWorkers({ secrets: makeSecrets(), vars: { JURISDICTION: 'none' } })
  const edge = await startEdge({ identity, gate: workers.front, port, botManagement })
  return {
    target: { host: '127.0.0.1', port: edge.port },
    async close() {
      await edge.close()
      await workers.close()
      rmSync(folder, { recursive: true })
    },
  }
}

const CONNECT_MS = 1_000

export function isListening({ host, port }: Target): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host, port, timeout: CONNECT_MS })
    const say = (listening: boolean) => {
      socket.destroy()
      done(listening)
    }
    socket.once('connect', () => say(true))
    socket.once('timeout', () => say(false))
    socket.once('error', () => say(false))
  })
}
