/** What a third party does before it may read or pay. */
import { at, type Branch, customer } from './branch.ts'

export const AISP = '/open-banking/v4.0/aisp'
export const PISP = '/open-banking/v4.0/pisp'
export const CBPII = '/open-banking/v4.0/cbpii'

export async function clientToken(bank: Branch, client_id = 'budget-lark'): Promise<string> {
  const reply = await bank.call('POST', '/oauth2/token', {
    form: { grant_type: 'client_credentials', client_id, scope: 'accounts' },
  })
  return at(reply.json, 'access_token')
}

export async function authorise(bank: Branch, consentId: string, person = customer(0)): Promise<string> {
  const { username, password } = person
  const reply = await bank.call('POST', `/demo/consents/${consentId}/authorise`, {
    json: { username, password },
  })
  return at(reply.json, 'access_token')
}

export interface Access {
  readonly client: string
  readonly consentId: string
  readonly token: string
}

/** An authorised account access consent. */
export async function openAccess(bank: Branch, data: object): Promise<Access> {
  const client = await clientToken(bank)
  const reply = await bank.call('POST', `${AISP}/account-access-consents`, {
    token: client,
    json: { Data: data, Risk: {} },
  })
  const consentId = at(reply.json, 'Data', 'ConsentId')
  return { client, consentId, token: await authorise(bank, consentId) }
}
