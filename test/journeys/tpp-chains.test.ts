/** What a third party sends beside its certificate, over which TLS, and that nobody else's sending changes what it gets. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { customers } from '../../local/bank/customers.ts'
import type { TppName } from '../../local/tpp/cast.ts'
import { installed } from '../local/edge/harness.ts'
import { requireReal } from '../real.ts'
import { complaints } from './gate.ts'
import { type Answer, as, codeIn, curl, json, startTppGate, type TppGate, WITH_ID } from './third-parties.ts'

const ACCOUNTS = '/psd2/v1/accounts'

let gate: TppGate
beforeAll(async () => {
  gate = await startTppGate()
})
afterAll(() => gate.close())

/** With these certificates in the handshake, and the key of this third party. */
function showing(name: TppName, pems: readonly string[], words: readonly string[] = []): Promise<Answer> {
  const file = join(gate.tpps.folder, `shown-${name}-${pems.length}.pem`)
  writeFileSync(file, pems.join('\n'))
  return curl(gate, ACCOUNTS, ['--cert', file, '--key', gate.tpps.transport(name).key, ...WITH_ID, ...words])
}

function leaf(name: TppName): string {
  const [first = ''] = readFileSync(gate.tpps.transport(name).certificate, 'utf8').split(
    /(?<=-----END CERTIFICATE-----\n)/,
  )
  return first
}

/** The bank asks for a token; the gate did not stand in the way. */
const THROUGH = 'TOKEN_UNKNOWN'

describe.runIf(requireReal('curl', installed('curl')))('over TLS', () => {
  it.each([
    ['1.2', 'http/1.1', ['--tls-max', '1.2', '--http1.1']],
    ['1.2', 'HTTP/2', ['--tls-max', '1.2', '--http2']],
    ['1.3', 'http/1.1', ['--tlsv1.3', '--http1.1']],
    ['1.3', 'HTTP/2', ['--tlsv1.3', '--http2']],
  ])('%s and %s the same certificate proves the same holder', async (_tls, _http, words) => {
    for (const name of ['aisp', 'pisp'] as const) {
      const answer = await as(gate, name, ACCOUNTS, [...WITH_ID, ...words])
      expect(codeIn(answer)).toBe(name === 'aisp' ? THROUGH : 'ROLE_INVALID')
    }
  })
})

describe.runIf(requireReal('curl', installed('curl')))('a chain', () => {
  it.each([
    ['of the leaf and its issuer', () => [leaf('aisp'), gate.tpps.issuing], THROUGH],
    ['with the root on top', () => [leaf('aisp'), gate.tpps.issuing, gate.tpps.anchors], THROUGH],
    [
      'in the wrong order behind the leaf',
      () => [leaf('aisp'), gate.tpps.anchors, gate.tpps.issuing],
      THROUGH,
    ],
    ['without the issuer', () => [leaf('aisp')], 'CERTIFICATE_INVALID'],
    ["with somebody else's issuer", () => [leaf('aisp'), leaf('pisp')], 'CERTIFICATE_INVALID'],
  ])('%s', async (_name, pems, code) => {
    const answer = await showing('aisp', pems())
    expect(codeIn(answer)).toBe(code)
    if (code !== THROUGH) {
      expect(await gate.decision(answer.reference)).toMatchObject({ reason: 'certificate_untrusted' })
    }
  })

  it('that was refused takes nothing from one that holds, nor does one that holds give anything', async () => {
    const bare = () => showing('all-roles', [leaf('all-roles')])
    const whole = () => showing('all-roles', [leaf('all-roles'), gate.tpps.issuing])
    // The verdict is remembered under all that was presented, not under the leaf: else the first comer decides for all.
    for (const [ask, code] of [
      [bare, 'CERTIFICATE_INVALID'],
      [whole, THROUGH],
      [bare, 'CERTIFICATE_INVALID'],
      [whole, THROUGH],
    ] as const) {
      expect(codeIn(await ask())).toBe(code)
    }
  })

  it('in which the honest issuer stands beside a forged one neither helps the forger nor harms the honest', async () => {
    const forgedIssuer =
      readFileSync(gate.tpps.transport('forged').certificate, 'utf8').split(
        /(?<=-----END CERTIFICATE-----\n)/,
      )[1] ?? ''
    expect(codeIn(await showing('aisp', [leaf('aisp'), forgedIssuer, gate.tpps.issuing]))).toBe(THROUGH)
    expect(codeIn(await showing('forged', [leaf('forged'), gate.tpps.issuing, forgedIssuer]))).toBe(
      'CERTIFICATE_INVALID',
    )
  })
})

describe.runIf(requireReal('curl', installed('curl')))('at the login of the customers', () => {
  const LOGIN = '/api/login'
  const [person] = customers
  const form = json({ username: person?.username, password: person?.password })

  it('a third party that shows its certificate is licensed automation (RTS article 33), and no suspect', async () => {
    const began = Date.now()
    const answer = await as(gate, 'aisp', LOGIN, form)
    expect(answer.status).toBe(200)
    expect(await gate.newest((entry) => entry.at >= began && entry.route === 'login-json')).toMatchObject({
      action: 'allow',
      family: 'tool',
      proof: { certificate: 'valid' },
      organisation: expect.stringMatching(/^PSDAQ-IFA-/),
    })
  })

  it.each([
    ['without a certificate', () => curl(gate, LOGIN, form), 'declared_automation'],
    ['with one that proves nobody', () => as(gate, 'untrusted', LOGIN, form), 'certificate_untrusted'],
  ])('the same program %s is what it looks like', async (_name, ask, reason) => {
    const began = Date.now()
    await ask()
    const decision = await gate.newest((entry) => entry.at >= began && entry.route === 'login-json')
    expect(decision).toMatchObject({ action: 'flag', reason, organisation: '' })
  })
})

describe('afterwards', () => {
  it('the gate has complained of nothing', () => {
    expect(complaints(gate)).toEqual([])
  })
})
