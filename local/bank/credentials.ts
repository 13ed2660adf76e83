/**
 * Checks passwords against keyed hashes. Two things a real bank has are left out on purpose: a slow hash, because an
 * attack of thousands would then measure this hash and not the gate; and any lockout, delay or rate limit, because
 * stopping the attack is the work of the gate in front.
 */
import type { Customer } from './customers.ts'

export interface Credentials {
  check(username: string, password: string): Promise<Customer | undefined>
}

const ALGORITHM = { name: 'HMAC', hash: 'SHA-256' } as const
const DIGEST_BYTES = 32

export async function createCredentials(customers: readonly Customer[]): Promise<Credentials> {
  const key = await crypto.subtle.importKey(
    'raw',
    crypto.getRandomValues(new Uint8Array(DIGEST_BYTES)),
    ALGORITHM,
    false,
    ['sign'],
  )
  const digest = async (username: string, password: string): Promise<Uint8Array> =>
    new Uint8Array(
      await crypto.subtle.sign(ALGORITHM.name, key, new TextEncoder().encode(`${username}\0${password}`)),
    )
  const known = new Map(
    await Promise.all(
      customers.map(
        async (customer) =>
          [
            customer.username,
            { customer, digest: await digest(customer.username, customer.password) },
          ] as const,
      ),
    ),
  )
  const nobody = new Uint8Array(DIGEST_BYTES)
  return {
    async check(username, password) {
      const entry = known.get(username)
      // The same work for a name that nobody has: the time taken must not tell which names exist.
      const same = equal(await digest(username, password), entry?.digest ?? nobody)
      return same ? entry?.customer : undefined
    },
  }
}

function equal(left: Uint8Array, right: Uint8Array): boolean {
  let difference = left.length ^ right.length
  for (let at = 0; at < left.length; at += 1) difference |= (left[at] ?? 0) ^ (right[at] ?? 0)
  return difference === 0
}
