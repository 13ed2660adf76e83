import { describe, expect, it } from 'vitest'
import { createCredentials } from '../../../local/bank/credentials.ts'
import { customers } from '../../../local/bank/customers.ts'
import { customer } from './branch.ts'

const accounts = customers.flatMap((person) => person.accounts)

/** ISO 7064 modulo 97-10, as ISO 13616 uses it. */
function remainder(iban: string): bigint {
  const moved = iban.slice(4) + iban.slice(0, 4)
  return BigInt([...moved].map((character) => Number.parseInt(character, 36)).join('')) % 97n
}

describe('customers', () => {
  it('are two hundred, and no two share a name, a password or an account', () => {
    expect(customers).toHaveLength(200)
    for (const values of [
      customers.map((person) => person.username),
      customers.map((person) => person.password),
      customers.map((person) => person.customerId),
      accounts.map((account) => account.accountId),
      accounts.map((account) => account.iban),
      accounts.map((account) => account.sortCodeAccountNumber),
    ]) {
      expect(new Set(values).size).toBe(values.length)
    }
  })

  it('are the same people on every machine', () => {
    // The laboratory's recordings and the attack's lists name them: whoever changes the derivation breaks those.
    const fingerprint = customers.map(({ username, accounts: [first] }) => `${username}=${first?.accountId}`)
    expect(fingerprint.slice(0, 2)).toEqual(['person-001=acc-8b7d13e3', 'person-002=acc-a3b90b5b'])
  })

  it('have accounts with valid check digits and a euro account each', () => {
    expect(accounts.filter((account) => remainder(account.iban) !== 1n)).toEqual([])
    expect(customers.every((person) => person.accounts.some(({ currency }) => currency === 'EUR'))).toBe(true)
  })
})

describe('credentials', () => {
  it('know every customer by the right password', async () => {
    const credentials = await createCredentials(customers)
    const found = await Promise.all(
      customers.map(({ username, password }) => credentials.check(username, password)),
    )
    expect(found).toEqual(customers)
  })

  it.each([
    ['a wrong password', customer(0).username, 'wrong'],
    ["another customer's password", customer(0).username, customer(1).password],
    ['an unknown user name', 'nobody', customer(0).password],
    ['a user name in another case', customer(0).username.toUpperCase(), customer(0).password],
    ['nothing', '', ''],
  ])('know nobody by %s', async (_, username, password) => {
    const credentials = await createCredentials(customers)
    expect(await credentials.check(username, password)).toBeUndefined()
  })
})
