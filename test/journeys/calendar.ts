/**
 * The laboratory's traffic before the gate in workerd, each request at its own moment: what the arena plays in memory, here
 * with SQLite objects and with parcels between them. Requests come one after the other, so that each meets what came before.
 */
import { X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { ThirdParties } from '../../lab/certificates.ts'
import type { Arrival } from '../../lab/traffic/traffic.ts'
import { nameKey } from '../../src/verify/x509/names.ts'
import { readCertificates } from '../../src/verify/x509/pem.ts'
import { complaints, fixture, type Gate, startGate } from './gate.ts'
import { inOrder } from './in-order.ts'
import { startLaboratoryBank } from './laboratory-bank.ts'
import { answerTo, ask, type Sighting } from './laboratory-client.ts'

export interface Calendar {
  /** Plays all arrivals to their end. What is only for the gate to remember is not seen. */
  play(arrivals: Iterable<Arrival>): Promise<readonly Sighting[]>
}

export interface CalendarOptions {
  /** Third parties whom the gate is to know. */
  readonly parties?: ThirdParties
  /** What the bank has set differently, by rule. */
  readonly rules?: Readonly<Record<string, Readonly<Record<string, string | number>>>>
}

/** The laboratory's authority publishes no revocation; asking for one is a journey of its own (revocation.test.ts). */
const NOTHING_REVOKED = { revocation_unknown: { posture: 'off' }, revocation_overdue: { posture: 'off' } }

/** Objects write in every second of their time, of which there are hundreds in ours: into memory, where a machine lets us. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** Tells a story before a gate that knows nobody, and holds it to have complained of nothing. */
export async function withCalendar<T>(
  { parties, rules = {} }: CalendarOptions,
  story: (calendar: Calendar) => Promise<T>,
): Promise<T> {
  const bank = await startLaboratoryBank()
  const folder = mkdtempSync(join(MEMORY, 'portcullis-calendar-'))
  const gate = await startGate({
    entry: fixture('calendar-gate.ts'),
    bank: { address: bank.address },
    persistTo: folder,
    vars: {
      TRUST_ANCHORS: parties === undefined ? '' : authorityOf(parties),
      POLICY: { retryAfterSeconds: 60, rules: { ...NOTHING_REVOKED, ...rules } },
    },
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  try {
    const told = await story({ play: playerAt(gate, agent) })
    expect(complaints(gate)).toEqual([])
    return told
  } finally {
    agent.destroy()
    await gate.close()
    await bank.close()
    rmSync(folder, { recursive: true })
  }
}

function playerAt({ workers }: Gate, agent: Agent): Calendar['play'] {
  const { host, port } = workers.gate
  let today = 0
  const turnTo = async (at: number): Promise<void> => {
    if (at <= today) return
    today = at
    await answerTo(request({ host, port, agent, path: `/_test/calendar?at=${Math.round(at)}` }))
  }
  return async (arrivals) => {
    const sightings: Sighting[] = []
    for (const { step, answer } of inOrder(arrivals)) {
      await turnTo(step.at)
      const { sighting, reply } = await ask(workers.front, agent, step)
      answer(reply)
      if (!step.truth.warmUp) sightings.push(sighting)
    }
    return sightings
  }
}

/** PEM of whoever vouches for them, found by the name in their certificates. */
function authorityOf({ certificates, anchors }: ThirdParties): string {
  const [, leaf = ''] = /^:(.+):$/.exec(String(certificates[0]?.certRFC9440)) ?? []
  const read = readCertificates(Buffer.from(leaf, 'base64'))
  const [presented] = read.state === 'valid' ? read.value : []
  if (presented === undefined) throw new Error('Cannot read a third party’s certificate')
  return anchors
    .named(nameKey(presented.issuer))
    .map(({ certificate }) => new X509Certificate(certificate.der).toString())
    .join('')
}
