import { describe, expect, it } from 'vitest'
import { DEFAULT_CAMPAIGNS } from '../../lab/campaigns.ts'
import { evenly, population, spanOf } from '../../lab/population.ts'
import { attack, bystanders } from '../../lab/traffic/campaigns.ts'
import * as places from '../../lab/traffic/places.ts'
import { random } from '../../lab/traffic/random.ts'
import type { Arrival, BenignClass, Step } from '../../lab/traffic/traffic.ts'
import { BENIGN_CLASSES, INTENT_OF } from '../../lab/traffic/traffic.ts'
import { readToken, userName } from '../../lab/traffic/visitor.ts'
import { played } from './played.ts'

const span = spanOf(24)
const memory = 14 * 24 * 3_600_000
const everybody = () => population('test', evenly(8), span, [{}, {}, {}], random('people'), { memory })

/** Who tried which account with its own password. */
async function namedBy(arrivals: Iterable<Arrival>) {
  const whom = new Map<string, Set<string>>()
  for (const [{ truth, body = '' }] of await played(arrivals)) {
    const customer = /customer-\d+/.exec(body)?.[0]
    if (customer === undefined || !truth.valid) continue
    whom.set(customer, (whom.get(customer) ?? new Set()).add(truth.person))
  }
  return whom
}

describe('generated people', () => {
  it('send the same requests for the same seed', async () => {
    const [once, again] = [await played(everybody()), await played(everybody())]
    expect(again.map(([step]) => JSON.stringify(step))).toEqual(once.map(([step]) => JSON.stringify(step)))
  })

  it('are of every benign class, each within the span', async () => {
    const steps = (await played(everybody())).map(([step]) => step)
    expect(new Set(steps.map(({ truth }) => truth.class))).toEqual(new Set(BENIGN_CLASSES))
    for (const step of steps.filter(({ truth }) => !truth.warmUp)) {
      expect(step.at).toBeGreaterThanOrEqual(span.from - 60_000)
    }
  })

  it('were there before, as far as the gate is to remember, and are the same people then', async () => {
    const steps = (await played(everybody())).map(([step]) => step)
    const before = steps.filter(({ truth }) => truth.warmUp)
    expect(before.length).toBeGreaterThan(100)
    for (const step of before) {
      expect(step.at).toBeGreaterThanOrEqual(span.from - memory)
      expect(step.at).toBeLessThan(span.from)
    }
    const counted = new Set(steps.filter(({ truth }) => !truth.warmUp).map(({ truth }) => truth.person))
    const unknown = before.filter(({ truth }) => !counted.has(truth.person))
    expect(unknown).toEqual([])
  })

  it('were there before but for one in twenty, and one in five of those with another browser', async () => {
    const many = population('test', evenly(200), span, [{}, {}, {}], random('people'), { memory })
    const steps = (await played(many)).map(([step]) => step)
    const browsers = steps.filter(({ truth }) => truth.class === 'browser person')
    const agents = (warmUp: boolean) =>
      new Map(
        browsers
          .filter(({ truth }) => truth.warmUp === warmUp)
          .map(({ truth, headers }) => [truth.person, headers['user-agent']] as const),
      )
    const [then, now] = [agents(true), agents(false)]
    expect(now.size).toBe(200)
    expect(then.size).toBeGreaterThan(180)
    expect(then.size).toBeLessThan(200)
    const others = [...then].filter(([person, agent]) => now.get(person) !== agent).length
    expect(others / then.size).toBeGreaterThan(0.1)
    expect(others / then.size).toBeLessThan(0.3)
  })

  it('were there before as machines, applications and third parties, too', async () => {
    const many = population('test', evenly(100), span, [{}, {}, {}], random('people'), { memory })
    const steps = (await played(many)).map(([step]) => step)
    const seen = (name: BenignClass, warmUp: boolean) =>
      new Set(
        steps
          .filter(({ truth }) => truth.class === name && truth.warmUp === warmUp)
          .map(({ truth }) => truth.person),
      ).size
    const returning = ['mobile app', 'headless browser', 'declared automation', 'bank test'] as const
    for (const name of [...returning, 'contingency TPP'] as const) {
      expect(seen(name, true), name).toBeGreaterThan(85)
      expect(seen(name, true), name).toBeLessThan(seen(name, false))
    }
    expect(seen('licensed TPP', true)).toBeGreaterThan(65)
    expect(seen('licensed TPP', true)).toBeLessThan(95)
  })

  it('have accounts that the gate knows, although they are not there, where a campaign has their names', async () => {
    const listed = Array.from({ length: 100 }, (_, index) => 1_000 + index)
    const also = { memory, listed, targets: [7, 8, 9] }
    const volumes = { ...evenly(0), 'attacked customer': 2 }
    const steps = (await played(population('test', volumes, span, [{}, {}, {}], random('people'), also))).map(
      ([step]) => step,
    )
    const tried = (warmUp: boolean) =>
      new Set(
        steps
          .filter(({ truth, body = '' }) => truth.warmUp === warmUp && body.includes('customer-'))
          .map(({ body = '' }) => /customer-(\d+)/.exec(body)?.[1]),
      )
    const then = listed.filter((customer) => tried(true).has(`${customer}`)).length
    expect(then).toBeGreaterThan(85)
    expect(then).toBeLessThan(100)
    expect([...tried(false)].toSorted()).toEqual(['7', '8'])
  })

  it('sign in to accounts of their own: nobody is at home in another’s', async () => {
    const whom = await namedBy(population('test', evenly(60), span, [{}, {}, {}], random('own')))
    const shared = [...whom].filter(([, people]) => people.size > 1)
    expect(whom.size).toBeGreaterThan(600)
    expect(shared).toEqual([])
  })

  it('give each consent to one person of a third party, who had it before: nobody goes over its quota by sharing it', async () => {
    const volumes = { ...evenly(0), 'licensed TPP': 4_000, aggregator: 4_000 }
    const certificates = ['aggregator', 'left', 'right'].map((certSubjectDN) => ({ certSubjectDN }))
    const everyone = population('test', volumes, span, certificates, random('consents'), { memory })
    const people = new Map<string, Set<string>>()
    const consents = new Map<string, Set<string>>()
    const note = (map: typeof people, key: string, value: string) =>
      map.set(key, (map.get(key) ?? new Set()).add(value))
    for (const { begin } of everyone) {
      const { value: step } = begin().next()
      const token = readToken(/^Bearer (.+)$/.exec(step?.headers.authorization ?? '')?.[1] ?? '')
      if (!step || token?.kind !== 'consent') continue
      note(people, `${step.certificate?.certSubjectDN} ${token.customer}`, step.truth.person)
      note(consents, step.truth.person, String(token.customer))
    }
    expect(people.size).toBeGreaterThan(7_500)
    expect([...people].filter(([, whom]) => whom.size > 1)).toEqual([])
    expect([...consents].filter(([, own]) => own.size > 1)).toEqual([])
  })

  it('say what they are sent with, by make and version', async () => {
    const steps = (await played(everybody())).map(([step]) => step)
    expect(steps.filter(({ truth }) => truth.tool === '')).toEqual([])
    expect(new Set(steps.map(({ truth }) => `${truth.tool} ${truth.version}`)).size).toBeGreaterThan(25)
  })

  it('share the addresses and own the accounts that a campaign touches', async () => {
    const exits = [places.satellite(random('exit'))]
    const touched = population('touched', evenly(12), span, [{}, {}], random('touched'), {
      exits,
      targets: [4711],
    })
    const steps = (await played(touched)).map(([step]) => step)
    const neighbours = steps.filter(({ truth }) => truth.class === 'attacker neighbour')
    expect(neighbours.some(({ place }) => place.address === exits[0]?.address)).toBe(true)
    const owners = steps.filter(({ truth }) => truth.class === 'attacked customer' && truth.attempt)
    expect(owners.every(({ body = '' }) => body.includes('customer-4711') || body.includes('card'))).toBe(
      true,
    )
  })

  it('have the bank’s application in one of three cases where they share an attacker’s address, some new to the gate', async () => {
    const exits = Array.from({ length: 3 }, (_, index) => places.sharedExit(random(`exit ${index}`)))
    const volumes = { ...evenly(0), 'attacker neighbour': 300 }
    const also = { memory, exits }
    const neighbours = population('touched', volumes, span, [{}, {}, {}], random('touched'), also)
    const steps = (await played(neighbours)).map(([step]) => step)
    expect(new Set(steps.map(({ truth }) => truth.class))).toEqual(new Set(['attacker neighbour']))
    const people = (some: (step: Step) => boolean) =>
      new Set(steps.filter(some).map(({ truth }) => truth.person))
    const isPhone = ({ path, truth }: Step) => path.startsWith('/mobile/') && !truth.warmUp
    const phones = people(isPhone)
    expect(phones.size).toBe(100)
    const browsers = people(({ path }) => !path.startsWith('/mobile/'))
    expect([...phones].filter((person) => browsers.has(person))).toEqual([])
    const addresses = new Set(exits.map(({ address }) => address))
    expect(people((step) => isPhone(step) && addresses.has(step.place.address))).toEqual(phones)
    const known = people(({ truth }) => truth.warmUp)
    const strangers = [...phones].filter((person) => !known.has(person))
    expect(strangers.length).toBeGreaterThan(0)
    expect(strangers.length).toBeLessThan(15)
    const signingIn = people((step) => isPhone(step) && step.path === '/mobile/v1/login')
    expect(strangers.filter((person) => !signingIn.has(person))).toEqual([])
    expect(signingIn.size).toBeLessThan(70)
  })

  it('get from the bank what their truth says: good secrets are taken, bad ones are not', async () => {
    for (const [step, response] of await played(everybody())) {
      if (!step.truth.attempt) continue
      expect({ path: step.path, taken: response.status < 400 }).toEqual({
        path: step.path,
        taken: step.truth.valid,
      })
    }
  })

  it('never ask the bank for what it does not have, but for the icon that browsers look for and links to what was', async () => {
    const missing = (await played(everybody())).filter(([, response]) => response.status === 404)
    const paths = missing.map(([step]) => step.path).filter((path) => !path.startsWith('/old/'))
    expect(new Set(paths)).toEqual(new Set(['/favicon.ico']))
  })
})

describe('generated attackers', () => {
  const rows = DEFAULT_CAMPAIGNS.map((campaign) => ({
    ...campaign,
    attempts: 120,
    hours: 24,
    successRate: 0.2,
  }))

  it.each(rows)('$id makes as many attempts as it was given', async (campaign) => {
    const sent = await played(attack(campaign, span, random('attack'), {}))
    const attempts = sent.filter(([step]) => step.truth.attempt)
    expect(attempts.length).toBe(120)
    expect(new Set(attempts.map(([step]) => step.truth.intent))).toEqual(new Set([INTENT_OF[campaign.kind]]))
  })

  const secrets = ['credential_stuffing', 'password_spraying', 'card_testing', 'account_takeover']
  const guessing = rows.filter(({ kind }) => secrets.includes(kind))
  it.each(guessing)('$id has good secrets among its own, and the bank takes just those', async (campaign) => {
    const sent = await played(attack(campaign, span, random('attack')))
    const attempts = sent.filter(([step]) => step.truth.attempt)
    for (const [step, response] of attempts) expect(response.status < 400).toBe(step.truth.valid)
    expect(attempts.some(([step]) => step.truth.valid)).toBe(true)
  })

  it('show a certificate on a third party’s interface alone', async () => {
    const certified = await Promise.all(
      rows.map(async (campaign) => {
        const sent = await played(attack(campaign, span, random('attack'), { certPresented: '1' }))
        return sent.some(([step]) => step.certificate !== undefined) ? [campaign.id] : []
      }),
    )
    expect(certified.flat()).toEqual(['consent-walk', 'compromised-tpp'])
  })

  it('try the accounts and use the addresses that their bystanders have', async () => {
    const campaign = rows.find(({ id }) => id === 'takeover') as (typeof rows)[number]
    const { exits, targets } = bystanders({ ...campaign, shared: 0.5 }, random('attack'))
    const sent = await played(attack({ ...campaign, shared: 0.5 }, span, random('attack')))
    const addresses = new Set(exits.map(({ address }) => address))
    expect(sent.filter(([step]) => addresses.has(step.place.address)).length).toBeGreaterThan(20)
    const names = new Set(targets.map(userName))
    const tried = sent.map(([step]) => /customer-\d+/.exec(step.body ?? '')?.[0] ?? '')
    expect(tried.filter((name) => names.has(name)).length).toBeGreaterThan(100)
  })

  it('rent as many addresses as their rate asks for', async () => {
    const single = { ...rows[0], perAddress: 1 } as (typeof rows)[number]
    const sent = await played(attack(single, span, random('attack')))
    expect(new Set(sent.map(([step]) => step.place.address)).size).toBeGreaterThan(110)
  })
})
