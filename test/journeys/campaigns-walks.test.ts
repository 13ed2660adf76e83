/** Identifiers that somebody goes through: payees with a rented session, consents with a third party's certificate. */
import { describe, expect, it } from 'vitest'
import { thirdParties } from '../../lab/certificates.ts'
import { spanOf } from '../../lab/population.ts'
import type { Arrival } from '../../lab/traffic/traffic.ts'
import { consentId, send, tokenFor, type Visitor } from '../../lab/traffic/visitor.ts'
import { withCalendar } from './calendar.ts'
import { licensed } from './licensed.ts'
import { expectLeftAlone, isStopped, siege } from './siege.ts'

/** `token_identifiers_walked` and `tpp_identifiers_walked` at the most, and what comes before an answer was counted. */
const UNDER_ONE_TOKEN = 25
/** `tpp_inquiries_walked` in each of an organisation's four objects, and the same. */
const UNDER_ALL_TOKENS = 4 * 40 + 20
const ONE_WALKER = { perAddress: 5_000, shared: 0 } as const
const CONSENTS = '/open-banking/v4.0/aisp/account-access-consents'

describe('a walk', () => {
  it('through payees with one rented session is over after a few that are not there', async () => {
    const { attempts, honest } = await siege({
      campaign: 'payee-walk',
      changed: { ...ONE_WALKER, attempts: 100 },
    })
    expect(attempts.filter((one) => !isStopped(one)).length).toBeLessThanOrEqual(UNDER_ONE_TOKEN)
    expectLeftAlone(honest)
  })

  it('through consents with a stolen certificate is over as soon, and other third parties go on', async () => {
    const { attempts, honest } = await siege({
      campaign: 'consent-walk',
      changed: { ...ONE_WALKER, attempts: 100 },
      town: { 'licensed TPP': 8, 'browser person': 4 },
    })
    expect(attempts.filter((one) => !isStopped(one)).length).toBeLessThanOrEqual(UNDER_ONE_TOKEN)
    expect(honest.filter(isStopped)).toEqual([])
  })

  it('through consents with a fresh token for each is over later; what the third party was given it can ask for', async () => {
    const parties = await thirdParties(1)
    const visitor = licensed('walked', parties.certificates[0])
    const { from } = spanOf(1)
    const walk = Array.from({ length: 220 }, (_, index) =>
      inquiry(visitor, { token: index, consent: 10_000 + index }, from + 2_000 * index),
    )
    const own = Array.from({ length: 15 }, (_, index) =>
      newConsent(visitor, 20_000 + index, from + 900_000 + 5_000 * index),
    )
    await withCalendar({ parties }, async ({ play }) => {
      const walked = await play(walk)
      expect(walked.filter((one) => !isStopped(one)).length).toBeLessThanOrEqual(UNDER_ALL_TOKENS)
      expect((await play(own)).filter(isStopped)).toEqual([])
    })
  })
})

/** Asks what became of a consent, under the token that another customer's was made with. */
function inquiry(visitor: Visitor, of: { readonly token: number; readonly consent: number }, at: number) {
  return {
    at,
    *begin() {
      yield* send(visitor, {
        ...{ at, path: `${CONSENTS}/${consentId(of.consent)}`, purpose: { kind: 'call' } as const },
        headers: { authorization: `Bearer ${tokenFor('client', of.token)}` },
      })
    },
  } satisfies Arrival
}

/** Has one made, and asks what became of it. */
function newConsent(visitor: Visitor, customer: number, at: number) {
  return {
    at,
    *begin() {
      yield* send(visitor, {
        ...{ at, path: CONSENTS, purpose: { kind: 'call', type: 'application/json' } as const },
        headers: { authorization: `Bearer ${tokenFor('client', customer)}` },
        body: JSON.stringify({ Data: { Permissions: ['ReadAccountsDetail'] }, Risk: {} }),
      })
      yield* inquiry(visitor, { token: customer, consent: customer }, at + 2_000).begin()
    },
  } satisfies Arrival
}
