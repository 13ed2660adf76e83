/** Somebody asks to be forgotten, and spells their name as people do: what is found is what a login of that spelling is kept under. */
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { claimsFrom } from '../src/claims.ts'
import { erase, type Subject } from '../src/erasure.ts'
import { credentialsInJson } from '../src/exchange/credentials.ts'
import { buildPremises, type Premises } from '../src/house.ts'
import { shardName, shardOf } from '../src/observe/shards.ts'

const PLACES = { user: ['/name'], password: [], card: ['/name'] }

function premises(): Premises {
  const built = buildPremises(env)
  if (!built.ok) throw new Error('the bindings have a mistake')
  return built.premises
}

/** A login with this user name, or a payment with this card, is counted. */
async function counted(kind: 'user' | 'card', name: string, { keys, config }: Premises): Promise<void> {
  const places = { ...PLACES, [kind === 'user' ? 'card' : 'user']: [] }
  const read = credentialsInJson({ name }, places)
  const claims = claimsFrom(read.ok ? read.value : {}, keys, Date.now())
  const id = (kind === 'user' ? claims.account : claims.card) ?? ''
  const { shards } = config.ledger
  await env.LEDGER.getByName(shardName(shardOf(id, shards), shards)).observe({
    ...{ id: crypto.randomUUID(), at: Date.now(), attempt: true, page: false, account: id, client: 'c' },
    keys: [`${kind === 'user' ? 'account' : 'card'}:${id}`],
  })
}

function erased(subject: Subject, made: Premises) {
  return erase(subject, { premises: made, env, waitUntil: () => {} })
}

describe('an erasure', () => {
  it.each([
    ['user', 'Alice@Example.com', 'alice@example.com'],
    ['user', ' bob ', 'BOB'],
    ['user', 'ｃａｒｏｌ', 'carol'],
    ['card', '4111 1111-1111 1111', '4111111111111111'],
  ] as const)('of the %s %s finds what was counted under %s', async (kind, asked, used) => {
    const made = premises()
    await counted(kind, used, made)
    expect((await erased({ kind, value: asked }, made))?.ledger).toEqual({ state: 'valid', value: 1 })
  })

  it.each([
    ['user', '   '],
    ['card', '4111'],
  ] as const)('of a %s that is none, %j, names nobody', async (kind, value) => {
    expect(await erased({ kind, value }, premises())).toBeUndefined()
  })
})
