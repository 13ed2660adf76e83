/** Answers that wait until they were looked at: what is let out, and what the caller is told in place of the rest. */
import { describe, expect, it } from 'vitest'
import { conformanceOf, DEFAULT_SETTINGS as STANDARD } from '../../../src/inventory/specs/conformance.ts'
import { embeddedSpecification } from '../../../src/inventory/specs/embedded.ts'
import type { WithholdCause } from '../../../src/inventory/types.ts'
import { type Held, withholding } from '../../../src/inventory/watch/withhold.ts'
import { unavailable, valid } from '../../../src/lib/fact.ts'
import { exchange } from '../../fixtures/scene.ts'

const conformance = conformanceOf(embeddedSpecification())
const sent = exchange({ method: 'GET', target: '/mobile/v1/accounts' })
const ACCOUNT = { accountId: 'a-1', nickname: 'Bills', currency: 'GBP', balance: '1.00' }

async function passed(answer: Response | 'origin_timeout', withhold: readonly WithholdCause[]) {
  const seen: Held[] = []
  const bank = {
    forward: async () => (typeof answer === 'string' ? unavailable(answer) : valid(answer)),
  }
  const scene = {
    conformance,
    published: conformance.match('GET', sent.target.path),
    settings: { ...STANDARD, responses: { ...STANDARD.responses, withhold } },
    exchange: sent,
    plaintext: false,
  }
  const reply = await withholding(bank, scene, (held) => void seen.push(held)).forward(
    new Request('https://bank.example/'),
    'whole',
  )
  return { reply, held: seen[0] }
}

const ANSWERS: Readonly<Record<string, () => Response>> = {
  'as the document says': () => Response.json({ accounts: [ACCOUNT] }),
  'with a member too many': () => Response.json({ accounts: [{ ...ACCOUNT, score: 7 }] }),
  'with a status that nobody declared': () => Response.json({}, { status: 418 }),
  'with a card number where none belongs': () =>
    Response.json({ accounts: [{ ...ACCOUNT, nickname: '4111 1111 1111 1111' }] }),
}

describe('a route that withholds', () => {
  it.each<[string, readonly WithholdCause[], WithholdCause | undefined]>([
    ['as the document says', ['refused', 'undeclared', 'sensitive'], undefined],
    ['with a member too many', ['refused'], 'refused'],
    ['with a member too many', ['undeclared', 'sensitive'], undefined],
    ['with a status that nobody declared', ['refused'], undefined],
    ['with a status that nobody declared', ['undeclared'], 'undeclared'],
    ['with a card number where none belongs', ['refused', 'undeclared'], undefined],
    ['with a card number where none belongs', ['sensitive'], 'sensitive'],
  ])('%s, withheld where %o: %s', async (name, withhold, cause) => {
    const make = ANSWERS[name] ?? (() => new Response())
    const { reply, held } = await passed(make(), withhold)
    expect(held?.cause).toBe(cause)
    if (cause !== undefined) expect(reply).toEqual(unavailable('answer_withheld'))
    else expect(await (reply.state === 'valid' && reply.value.text())).toBe(await make().text())
  })

  it('lets out what is larger than is held, and says that nobody looked', async () => {
    const large = new Response(new Uint8Array(1_048_577), { headers: { 'content-type': 'application/json' } })
    const { reply, held } = await passed(large, ['refused'])
    expect(held?.report.unchecked).toEqual(['body_too_large'])
    expect(reply.state).toBe('valid')
  })

  it('has nothing to look at where the bank did not answer', async () => {
    const { reply, held } = await passed('origin_timeout', ['refused'])
    expect(reply).toEqual(unavailable('origin_timeout'))
    expect(held).toBeUndefined()
  })
})
