/**
 * What changes while a certificate stays the same: its authority takes it back, the register withdraws its holder, the
 * bank blocks it, the responder falls silent. The path's verdict is remembered, and none of this may hide behind it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TppName } from '../../local/tpp/cast.ts'
import { CAST } from '../../local/tpp/cast.ts'
import { blockListOf, registerOf } from '../../local/tpp/documents.ts'
import { installed } from '../local/edge/harness.ts'
import { requireReal } from '../real.ts'
import { complaints, eventually } from './gate.ts'
import { as, codeIn, startTppGate, type TppGate, WITH_ID } from './third-parties.ts'

const ACCOUNTS = '/psd2/v1/accounts'
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const THROUGH = 'TOKEN_UNKNOWN'

async function ask(gate: TppGate, name: TppName): Promise<string> {
  return codeIn(await as(gate, name, ACCOUNTS, WITH_ID))
}

/** Asks until the gate has heard of it: behind its answers, not before them. */
async function comesTo(gate: TppGate, name: TppName, code: string): Promise<void> {
  await eventually(`${name} with ${code}`, async () => ((await ask(gate, name)) === code ? true : undefined))
}

async function decided(gate: TppGate, name: TppName, began: number) {
  const { organisation } = CAST[name]
  return gate.newest((entry) => entry.at >= began && entry.certificate?.organisation === organisation)
}

describe.runIf(requireReal('curl', installed('curl')))('a gate that lets nobody wait for a responder', () => {
  let gate: TppGate
  beforeAll(async () => {
    gate = await startTppGate({ vars: { REVOCATION_WAIT_MS: 0 } })
  })
  afterAll(() => gate.close())

  it('lets a new certificate through with a note, asks behind the answer, and refuses once it knows', async () => {
    const began = Date.now()
    expect(await ask(gate, 'revoked')).toBe(THROUGH)
    expect(await decided(gate, 'revoked', began)).toMatchObject({
      action: 'flag',
      reason: 'revocation_unknown',
    })
    await comesTo(gate, 'revoked', 'CERTIFICATE_REVOKED')
    expect(gate.responder.asked.join()).toContain('/issuing')
  })

  it('goes on where no responder answers: that is no guilt of the third party', async () => {
    gate.responder.manner = 'hangs'
    const began = Date.now()
    expect(await ask(gate, 'all-roles')).toBe(THROUGH)
    expect(await decided(gate, 'all-roles', began)).toMatchObject({
      action: 'flag',
      reason: 'revocation_unknown',
      organisation: CAST['all-roles'].organisation,
    })
    gate.responder.manner = 'answers'
  })

  it('complains of nothing', () => expect(complaints(gate)).toEqual([]))
})

describe.runIf(requireReal('curl', installed('curl')))('a certificate that has held for a while', () => {
  let gate: TppGate
  beforeAll(async () => {
    gate = await startTppGate()
    expect(await ask(gate, 'aisp')).toBe(THROUGH)
    expect(await ask(gate, 'all-roles')).toBe(THROUGH)
  })
  afterAll(() => gate.close())

  it('is refused soon after its authority has taken it back', async () => {
    gate.responder.say('all-roles', 'revoked')
    // Answers hold for days, and are asked for again within the hour.
    await gate.later(HOUR_MS)
    await comesTo(gate, 'all-roles', 'CERTIFICATE_REVOKED')
    expect(await ask(gate, 'aisp')).toBe(THROUGH)
  })

  it.each(['stale', 'forges', 'babbles', 'redirects', 'floods', 'try_later'] as const)(
    'is neither cleared nor condemned by a responder that %s',
    // On a busy machine the question of the manner before is still on its way, and its object asks nothing twice.
    { retry: 3 },
    async (manner) => {
      gate.responder.manner = manner
      const before = gate.responder.asked.length
      await gate.later(2 * HOUR_MS)
      await comesTo(gate, 'all-roles', 'CERTIFICATE_REVOKED')
      expect(await ask(gate, 'aisp')).toBe(THROUGH)
      await eventually('a question', async () => (gate.responder.asked.length > before ? true : undefined))
      gate.responder.manner = 'answers'
    },
  )

  it('falls with the authorisation of its holder, at the next reading of the register', async () => {
    await gate.write('register', registerOf(['aisp'], new Date()))
    await gate.later(MINUTE_MS)
    await comesTo(gate, 'aisp', 'CERTIFICATE_BLOCKED')
    await gate.write('register', registerOf([], new Date()))
    await gate.later(MINUTE_MS)
    await comesTo(gate, 'aisp', THROUGH)
  })

  it('does not slip through a gate that has slept: that one reads first', async () => {
    await gate.write('blocked', blockListOf(['aisp']))
    await gate.later(HOUR_MS)
    expect(await ask(gate, 'aisp')).toBe('CERTIFICATE_BLOCKED')
  })

  it('leaves the gate without complaints', () => expect(complaints(gate)).toEqual([]))
})
