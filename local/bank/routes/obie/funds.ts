/** Confirmation of funds for card issuers: yes or no, never a balance. */
import { Hono } from 'hono'
import type { Bank } from '../../bank.ts'
import { readJson } from '../../body.ts'
import { find, propose } from '../../consents.ts'
import { customerById } from '../../customers.ts'
import { covers, isNamed } from '../../payments.ts'
import { consentHead } from './consents.ts'
import { dateTime, holder, refuse, resource } from './respond.ts'
import { FundsConfirmation, FundsConfirmationConsent } from './schemas.ts'

export function fundsConfirmationConsents(bank: Bank): Hono {
  const app = new Hono()
  app.post('/', async (c) => {
    const client = await holder(bank, c, 'client')
    if (!client.ok) return refuse(c, client.reason)
    const body = await readJson(c.req.raw, FundsConfirmationConsent)
    if (!body.ok) return refuse(c, body.reason, body.path)
    const terms = body.value.Data
    const consent = propose(bank, client.value.clientId, { family: 'funds_confirmation', terms })
    if (!consent.ok) return refuse(c, consent.reason, 'Data.ExpirationDateTime')
    return resource(c, 201, { ...consentHead(consent.value), ...terms })
  })
  return app
}

export function fundsConfirmations(bank: Bank): Hono {
  const app = new Hono()
  app.post('/', async (c) => {
    const grant = await holder(bank, c, 'consent')
    if (!grant.ok) return refuse(c, grant.reason)
    const { clientId, consentId, customerId } = grant.value
    const body = await readJson(c.req.raw, FundsConfirmation)
    if (!body.ok) return refuse(c, body.reason, body.path)
    const { ConsentId, Reference, InstructedAmount } = body.value.Data
    if (ConsentId !== consentId) return refuse(c, 'consent_mismatch', 'Data.ConsentId')
    const consent = find(bank, 'funds_confirmation', consentId, clientId)
    if (consent === undefined) return refuse(c, 'token_of_other_kind')
    if (consent.status !== 'authorised') return refuse(c, 'consent_not_usable')
    const account = customerById(customerId)?.accounts.find((candidate) =>
      isNamed(candidate, consent.terms.DebtorAccount.Identification),
    )
    return resource(c, 201, {
      FundsConfirmationId: crypto.randomUUID(),
      ConsentId,
      CreationDateTime: dateTime(bank.now()),
      FundsAvailable: account !== undefined && covers(bank, account, InstructedAmount),
      Reference,
      InstructedAmount,
    })
  })
  return app
}
