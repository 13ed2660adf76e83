/**
 * A certificate is shown, and its authority is asked behind the gate's back: by real OCSP and real lists over HTTP, from
 * a responder that answers, lies, dawdles or is gone. The gate in front of it all is the subject of other journeys.
 */
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TppName } from '../../local/tpp/cast.ts'
import type { Manner } from '../../local/tpp/desk.ts'
import { internetOf } from '../../local/tpp/internet.ts'
import { type Responder, startResponder } from '../../local/tpp/responder.ts'
import { type LocalTpps, localTpps } from '../../local/tpp/store.ts'
import { type LogLine, startWorkers, type Workers } from '../../local/workerd.ts'
import type { RevocationFact } from '../../src/evidence.ts'
import type { PathState } from '../../src/verify/revocation/revocation.ts'
import { complaints, eventually, fixture } from './gate.ts'

type Told = PathState & { readonly fact: RevocationFact }

interface Place {
  readonly tpps: LocalTpps
  readonly responder: Responder
  readonly log: readonly LogLine[]
  ask(name: TppName, wait?: number): Promise<Told>
  close(): Promise<void>
}

/** Each with objects of its own, which have not met any certificate yet. */
async function open(manner: Manner = 'answers', delayMs = 0): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-revocation-'))
  const tpps = await localTpps(folder)
  const responder = await startResponder(tpps)
  responder.manner = manner
  responder.delayMs = delayMs
  const log: LogLine[] = []
  const workers: Workers = await startWorkers({
    entry: fixture('revocation-worker.ts'),
    internet: internetOf(responder),
    quiet: true,
    log: (line) => log.push(line),
  })
  const derOf = (pem: string | Buffer): string => new X509Certificate(pem).raw.toString('base64')
  return {
    tpps,
    responder,
    log,
    async ask(name, wait = 0) {
      const path = [
        derOf(readFileSync(tpps.transport(name).certificate)),
        derOf(tpps.issuing),
        derOf(tpps.anchors),
      ]
      const url = `http://${workers.gate.host}:${workers.gate.port}/?wait=${wait}`
      const answer = await fetch(url, { method: 'POST', body: JSON.stringify(path) })
      // The fixture's own answer.
      return (await answer.json()) as Told
    },
    async close() {
      await workers.close()
      await responder.close()
      rmSync(folder, { recursive: true })
    },
  }
}

describe('a third party comes for the first time', () => {
  let place: Place
  beforeAll(async () => {
    place = await open()
  })
  afterAll(() => place.close())

  it('is unknown at first, and good as soon as its authority has answered', async () => {
    expect((await place.ask('aisp')).certificates).toMatchObject([
      { status: 'unknown', why: 'revocation_pending' },
      { status: 'unknown', why: 'revocation_pending' },
    ])
    const told = await eventually('an answer', async () => {
      const now = await place.ask('aisp')
      return now.certificates.every(({ status }) => status === 'good') ? now : undefined
    })
    expect(told.certificates).toMatchObject([{ source: 'ocsp' }, { source: 'ocsp' }])
    expect(told.fact).toEqual({ state: 'valid', value: { age: expect.any(Number) } })
    expect(place.responder.asked.every((line) => line.startsWith('GET /'))).toBe(true)
  })

  it('is known by the first answer where policy waits for it', async () => {
    expect((await place.ask('pisp', 5_000)).certificates).toMatchObject([
      { status: 'good' },
      { status: 'good' },
    ])
    expect((await place.ask('revoked', 5_000)).fact).toEqual({
      state: 'invalid',
      reason: 'certificate_revoked',
    })
  })

  it('is asked about once, however many requests it makes at once', async () => {
    const before = place.responder.asked.length
    const crowd = await Promise.all(Array.from({ length: 12 }, () => place.ask('cbpii', 5_000)))
    expect(crowd.every(({ certificates }) => certificates[0]?.status === 'good')).toBe(true)
    expect(place.responder.asked.length).toBe(before + 1)
  })

  it('leaves no complaint in the log', () => {
    expect(complaints(place)).toEqual([])
  })
})

describe('an authority that', () => {
  it.each<[Manner, string]>([
    ['babbles', 'crl_malformed'],
    ['stale', 'crl_expired'],
    ['forges', 'crl_signature_wrong'],
    ['errs', 'fetch_status'],
    ['redirects', 'fetch_redirected'],
    ['floods', 'crl_malformed'],
  ])('%s tells nothing, and a third party stays unknown: %s', async (manner, why) => {
    const place = await open(manner)
    try {
      const { certificates, fact } = await place.ask('revoked', 15_000)
      expect(certificates[0]).toMatchObject({ status: 'unknown', why })
      expect(fact).toEqual({ state: 'valid', value: { unknownSince: expect.any(Number), why } })
      expect(complaints(place)).toEqual([])
    } finally {
      await place.close()
    }
  })

  it('has only its responder down is asked for its list', async () => {
    const place = await open('try_later')
    try {
      expect((await place.ask('revoked', 15_000)).certificates[0]).toMatchObject({
        status: 'revoked',
        source: 'crl',
      })
      expect((await place.ask('aisp', 15_000)).certificates[0]).toMatchObject({
        status: 'good',
        source: 'crl',
      })
    } finally {
      await place.close()
    }
  })

  it('dawdles keeps no request waiting longer than policy says', async () => {
    const place = await open('answers', 2_000)
    try {
      const start = Date.now()
      expect((await place.ask('aisp', 300)).certificates[0]).toMatchObject({ why: 'revocation_pending' })
      expect(Date.now() - start).toBeLessThan(1_800)
      await eventually('the late answer', async () =>
        (await place.ask('aisp')).certificates[0]?.status === 'good' ? true : undefined,
      )
    } finally {
      await place.close()
    }
  })
})
