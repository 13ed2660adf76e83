/** OBIE style: everything under `/open-banking`. */
import { Hono } from 'hono'
import type { Bank } from '../../bank.ts'
import { accounts, accountsOfVersion31 } from './accounts.ts'
import { accountAccessConsents } from './consents.ts'
import { fundsConfirmationConsents, fundsConfirmations } from './funds.ts'
import { domesticPaymentConsents, domesticPayments } from './payments.ts'
import { interactionId } from './respond.ts'

export function openBanking(bank: Bank): Hono {
  const app = new Hono()
  app.use(interactionId)
  app.route('/v4.0/aisp/account-access-consents', accountAccessConsents(bank))
  app.route('/v4.0/aisp/accounts', accounts(bank))
  app.route('/v4.0/pisp/domestic-payment-consents', domesticPaymentConsents(bank))
  app.route('/v4.0/pisp/domestic-payments', domesticPayments(bank))
  app.route('/v4.0/cbpii/funds-confirmation-consents', fundsConfirmationConsents(bank))
  app.route('/v4.0/cbpii/funds-confirmations', fundsConfirmations(bank))
  app.route('/v3.1/aisp/accounts', accountsOfVersion31(bank))
  return app
}
