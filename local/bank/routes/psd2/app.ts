/** Berlin Group style: a subset of NextGenPSD2 1.3 under `/psd2/v1`. */
import { Hono } from 'hono'
import type { Bank } from '../../bank.ts'
import { readJson } from '../../body.ts'
import { findPayment, receiveSepa } from '../../payments.ts'
import { accounts } from './accounts.ts'
import { consents, thirdParty } from './consents.ts'
import { refuse, requestId } from './respond.ts'
import { CreditTransferRequest } from './schemas.ts'

export function psd2(bank: Bank): Hono {
  const app = new Hono()
  app.use(requestId)
  app.route('/v1/consents', consents(bank))
  app.route('/v1/accounts', accounts(bank))
  app.route('/v1/payments/sepa-credit-transfers', creditTransfers(bank))
  return app
}

function creditTransfers(bank: Bank): Hono {
  const app = new Hono()

  app.post('/', async (c) => {
    const clientId = await thirdParty(bank, c)
    if (clientId === undefined) return refuse(c, 'token_invalid')
    const body = await readJson(c.req.raw, CreditTransferRequest)
    if (!body.ok) return refuse(c, body.reason, body.path)
    const { paymentId } = receiveSepa(bank, clientId, body.value)
    const status = `/psd2/v1/payments/sepa-credit-transfers/${paymentId}/status`
    return c.json({ transactionStatus: 'RCVD', paymentId, _links: { status: { href: status } } }, 201, {
      Location: status,
    })
  })

  app.get('/:paymentId/status', async (c) => {
    const clientId = await thirdParty(bank, c)
    if (clientId === undefined) return refuse(c, 'token_invalid')
    const payment = findPayment(bank, 'sepa', c.req.param('paymentId'), clientId)
    return payment === undefined ? refuse(c, 'resource_unknown') : c.json({ transactionStatus: 'RCVD' })
  })

  return app
}
