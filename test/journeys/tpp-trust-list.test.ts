/** The authority is on a trusted list, and what the list says of it decides: the set of anchors comes signed, through KV. */
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TppName } from '../../local/tpp/cast.ts'
import { signSet } from '../../src/verify/trust/sign-set.ts'
import type { Period } from '../../src/verify/trust/types.ts'
import { writeSet } from '../../src/verify/trust/write-set.ts'
import { installed } from '../local/edge/harness.ts'
import { requireReal } from '../real.ts'
import { complaints } from './gate.ts'
import { type Answer, as, codeIn, startTppGate, type TppGate, WITH_ID } from './third-parties.ts'

const ACCOUNTS = '/psd2/v1/accounts'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const THROUGH = 'TOKEN_UNKNOWN'

interface Signer {
  readonly x: string
  sign(text: string): Promise<string>
}

function signer(kid: string): Signer {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const { x = '', d = '' } = jwk
  return { x, sign: (text) => signSet(text, { kty: 'OKP', crv: 'Ed25519', kid, x, d }) }
}

const honest = signer('journey-1')
const GRANTED: Period = {
  from: Date.UTC(2020, 0, 1),
  until: undefined,
  status: 'granted',
  uses: ['web'],
  qualifications: [],
  notUnderstood: undefined,
}

describe.runIf(requireReal('curl', installed('curl')))('a gate that trusts a list', () => {
  let gate: TppGate
  beforeAll(async () => {
    const keys = [{ kid: 'journey-1', x: honest.x, signs: 'all' }]
    gate = await startTppGate({ vars: { TRUST_ANCHORS: '', ANCHOR_KEYS: keys } })
  })
  afterAll(() => gate.close())

  /** The list names the issuing authority itself, as national lists do, and not its root. */
  function listed(periods: readonly Period[], nextUpdate = Date.now() + 180 * DAY_MS): string {
    const certificates = [new Uint8Array(new X509Certificate(gate.tpps.issuing).raw)]
    const source = { kind: 'qualified', territory: 'AQ', url: 'https://list.example/tl.xml' } as const
    const service = {
      kind: 'qualified',
      territory: 'AQ',
      provider: 'Larch Trust',
      name: 'Qualified CA 1',
    } as const
    return writeSet({
      madeAt: Date.now(),
      sources: [{ ...source, sequence: 7, issued: Date.now() - DAY_MS, nextUpdate, sha256: 'ab'.repeat(32) }],
      anchors: [{ ...service, certificates, periods }],
    })
  }

  /** After an hour's sleep the gate reads what there is before it answers. */
  async function afterwards(document: string, name: TppName = 'aisp'): Promise<Answer> {
    await gate.write('anchors', document)
    await gate.later(HOUR_MS)
    return as(gate, name, ACCOUNTS, WITH_ID)
  }

  it('lets nobody in on a route that requires a certificate, while it knows no anchor', async () => {
    const answer = await as(gate, 'aisp', ACCOUNTS, WITH_ID)
    expect({ status: answer.status, code: codeIn(answer) }).toEqual({
      status: 503,
      code: 'SERVICE_UNAVAILABLE',
    })
    expect(await gate.decision(answer.reference)).toMatchObject({ reason: 'anchors_unavailable' })
  })

  it('believes no list that somebody else has signed, or nobody', async () => {
    for (const document of [listed([GRANTED]), await signer('journey-1').sign(listed([GRANTED]))]) {
      expect((await afterwards(document)).status).toBe(503)
    }
  })

  it('lets in whom a granted service has certified, and refuses whom it has certified as something else', async () => {
    const began = gate.now()
    expect(codeIn(await afterwards(await honest.sign(listed([GRANTED]))))).toBe(THROUGH)
    expect(await gate.newest((entry) => entry.at >= began && entry.organisation !== '')).toMatchObject({
      proof: { certificate: 'valid', trust: 'valid' },
    })
    for (const [name, reason] of [
      ['wrong-type', 'certificate_wrong_type'],
      ['role-less', 'certificate_profile_invalid'],
      ['forged', 'certificate_untrusted'],
      ['untrusted', 'certificate_untrusted'],
    ] as const) {
      const answer = await as(gate, name, ACCOUNTS, WITH_ID)
      expect(await gate.decision(answer.reference), name).toMatchObject({ reason })
    }
  })

  const withdrawnAt = (at: number): readonly Period[] => [
    { ...GRANTED, until: at },
    { ...GRANTED, from: at, status: 'withdrawn' },
  ]

  it.each<[string, () => readonly Period[], string, string]>([
    [
      'was withdrawn before it issued the certificate',
      () => withdrawnAt(Date.now() - 30 * DAY_MS),
      'certificate_not_qualified',
      'service_not_granted',
    ],
    [
      'is granted for seals alone: it is no anchor of connections',
      () => [{ ...GRANTED, uses: ['seal'] }],
      'certificate_untrusted',
      'path_not_found',
    ],
  ])('refuses a certificate whose service %s', async (_what, periods, reason, fault) => {
    const answer = await afterwards(await honest.sign(listed(periods())))
    expect(codeIn(answer)).toBe('CERTIFICATE_INVALID')
    expect(await gate.decision(answer.reference)).toMatchObject({ reason, certificate: { fault } })
  })

  it.each<[string, () => string, string]>([
    [
      'the service lost its status after it had issued',
      () => listed(withdrawnAt(Date.now() - 60_000)),
      'service_withdrawn',
    ],
    ['the list is out of date', () => listed([GRANTED], Date.now() - DAY_MS), 'trust_list_stale'],
  ])('lets a certificate through with a note where %s', async (_what, document, reason) => {
    const began = gate.now() + HOUR_MS
    expect(codeIn(await afterwards(await honest.sign(document())))).toBe(THROUGH)
    expect(await gate.newest((entry) => entry.at >= began && entry.organisation !== '')).toMatchObject({
      action: 'flag',
      reason,
    })
  })

  it('complains of nothing', () => expect(complaints(gate)).toEqual([]))
})
