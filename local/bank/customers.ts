/**
 * Two hundred invented people. Everything about them follows from their number, so that the laboratory, the attack and
 * the tests know the same people without a file of secrets: no password here belongs to anybody.
 */

export interface Account {
  readonly accountId: string
  readonly currency: 'GBP' | 'EUR'
  readonly kind: 'current' | 'savings'
  readonly nickname: string
  /** Six digits of sort code, eight of account number. */
  readonly sortCodeAccountNumber: string
  readonly iban: string
  /** In minor units, before the first transaction. */
  readonly openingMinor: number
}

export interface Customer {
  readonly username: string
  readonly password: string
  readonly customerId: string
  readonly name: string
  readonly accounts: readonly Account[]
}

const COUNT = 200
const SYLLABLES = 'bra dor fen gil hax jun kel lom mir nub oss pel quo rin sud tav ulm vez wex yor'.split(' ')

/** Numbers that look random and always come out the same: xorshift32, seeded by an FNV-1a hash of the name. */
export function sequence(seed: string): (below: number) => number {
  let state = 0x811c9dc5
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193)
  state = state === 0 ? 1 : state
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

function word(next: (below: number) => number, syllables: number): string {
  return Array.from({ length: syllables }, () => SYLLABLES[next(SYLLABLES.length)] ?? '').join('')
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** ISO 13616: letters count from A = 10, the check digits make the whole 1 modulo 97. */
function iban(bban: string): string {
  const digits = [...`${bban}GB00`].map((character) => Number.parseInt(character, 36)).join('')
  return `GB${String(98n - (BigInt(digits) % 97n)).padStart(2, '0')}${bban}`
}

function account(
  owner: number,
  suffix: number,
  shape: Pick<Account, 'currency' | 'kind' | 'nickname'>,
): Account {
  const next = sequence(`account ${owner}/${suffix}`)
  const number = String(10_000_000 + next(80_000_000))
  const sortCode = `00${String(10 + suffix)}${String(10 + (owner % 80))}`
  return {
    accountId: `acc-${next(0x1_0000_0000).toString(16).padStart(8, '0')}`,
    ...shape,
    sortCodeAccountNumber: sortCode + number,
    iban: iban(`DEMO${sortCode}${number}`),
    openingMinor: 150_000 + next(2_000_000),
  }
}

function customer(index: number): Customer {
  const next = sequence(`customer ${index}`)
  const number = String(index).padStart(3, '0')
  const accounts = [
    account(index, 0, { currency: 'GBP', kind: 'current', nickname: 'Everyday' }),
    account(index, 1, { currency: 'EUR', kind: 'current', nickname: 'Travel' }),
  ]
  if (index % 2 === 0)
    accounts.push(account(index, 2, { currency: 'GBP', kind: 'savings', nickname: 'Rainy day' }))
  return {
    username: `person-${number}`,
    password: `${word(next, 3)}-${word(next, 2)}-${10 + next(90)}`,
    customerId: `C-${number}`,
    name: `${capitalised(word(next, 2))} ${capitalised(word(next, 3))}`,
    accounts,
  }
}

export const customers: readonly Customer[] = Array.from({ length: COUNT }, (_, index) => customer(index + 1))

const byId = new Map(customers.map((person) => [person.customerId, person]))

export function customerById(customerId: string): Customer | undefined {
  return byId.get(customerId)
}
