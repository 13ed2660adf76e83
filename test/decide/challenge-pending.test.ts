import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decide/decide.ts'
import { DEFAULT_POLICY } from '../../src/decide/policy.ts'
import type { Evidence } from '../../src/evidence.ts'
import { valid } from '../../src/lib/fact.ts'
import { exchange, LICENSED, match, NOW, person, score } from '../fixtures/scene.ts'

const PAGE = { accept: 'text/html', cookie: 'a=1; __Host-portcullis-ask=1' }

function decided(headers: Record<string, string>, changes: Partial<Evidence> = {}, method = 'GET') {
  const arrived = exchange({ method, headers })
  const evidence = person({ exchange: arrived, match: match({ sensitivity: 'other' }), ...changes })
  return decide(evidence, valid(score(0.02)), DEFAULT_POLICY)
}

describe('a challenge that a script was given', () => {
  it('is shown by the next page that the browser opens', () => {
    const challenged = { action: 'challenge', rule: 'challenge_pending', reason: 'challenge_pending' }
    expect(decided(PAGE)).toMatchObject(challenged)
    expect(decided({ ...PAGE, 'sec-fetch-mode': 'navigate' })).toMatchObject(challenged)
  })

  const { proof } = person()
  const cleared = { ...proof, pass: valid({ id: '1c.0b54a7e2', issuedAt: NOW, cleared: true }) }
  it.each([
    ['once it was met', decided(PAGE, { proof: cleared })],
    ['to another script', decided({ ...PAGE, 'sec-fetch-mode': 'cors' })],
    ['to what asks for no page', decided({ ...PAGE, accept: 'application/json' })],
    ['in place of a form that is sent', decided(PAGE, {}, 'POST')],
    ['where there are no pages', decided(PAGE, { match: match({ channel: 'mobile' }) })],
    ['to a licensed third party', decided(PAGE, { proof: LICENSED })],
    ['to whom nothing was asked', decided({ accept: 'text/html', cookie: 'x__Host-portcullis-ask=1' })],
  ])('is not shown %s', (_when, verdict) => {
    expect(verdict.rule).not.toBe('challenge_pending')
  })
})
