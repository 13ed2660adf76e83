/** What is counted where everybody is asked: who has an answer, and who has none. */
import { describe, expect, it } from 'vitest'
import { embeddedScorer, labHouse } from '../../lab/house.ts'
import { benignTally, campaignTally } from '../../lab/tally.ts'
import { chromium } from '../../lab/traffic/browsers.ts'
import { home } from '../../lab/traffic/places.ts'
import { random } from '../../lab/traffic/random.ts'
import type { Arrival, Sender, Session } from '../../lab/traffic/traffic.ts'
import { meet, send, type Visitor } from '../../lab/traffic/visitor.ts'
import { play } from '../../lab/world.ts'
import { guard } from '../../src/guard.ts'
import { NO_ANCHORS } from '../../src/verify/own-anchors.ts'

const AT = Date.UTC(2026, 10, 2)
const ID = 'asked-about'

function visitor(truth: Sender, cookies: boolean): Visitor {
  const software = chromium({
    ...{ major: 156, platform: 'Windows', brand: 'Google Chrome' },
    languages: 'en-GB,en;q=0.9',
  })
  const place = home(random(truth.person))
  return { software, place, cookies: cookies ? new Map() : undefined, truth }
}

/** Asks for the page with the form, and answers where it can. */
function* session(who: Visitor, at: number): Session {
  const sent = { at, path: '/login', purpose: { kind: 'page' }, truth: { attempt: true } } as const
  const reply = yield* send(who, sent)
  if (meet(who, reply)) yield* send(who, { ...sent, at: at + 1_000 })
}

function arrival(who: Visitor, at: number): Arrival {
  return { at, begin: () => session(who, at) }
}

async function counted() {
  const scorer = embeddedScorer()
  const house = labHouse({
    ...{ scorer, seed: ID, anchors: NO_ANCHORS },
    configure: (config) => ({
      ...config,
      policy: { ...config.policy, thresholds: { ...config.policy.thresholds, challenge: 0 } },
    }),
  })
  const [campaign, people] = [
    campaignTally({ id: ID, kind: 'credential_stuffing', attempts: 2 }),
    benignTally(),
  ]
  const attacker = { campaign: ID, class: 'credential_stuffing', intent: 'credential_stuffing' } as const
  const customer = { campaign: '', class: 'browser person', intent: 'benign_person' } as const
  await play(
    [
      arrival(visitor({ ...attacker, person: 'driven' }, true), AT),
      arrival(visitor({ ...attacker, person: 'script' }, false), AT + 10_000),
      arrival(visitor({ ...customer, person: 'browser' }, true), AT + 20_000),
      arrival(visitor({ ...customer, person: 'no cookies' }, false), AT + 30_000),
    ],
    house,
    { botManagement: false },
    guard,
    (sighting) => {
      campaign.see(sighting)
      people.see(sighting)
    },
  )
  return { attack: campaign.result(), people: people.counts() }
}

describe('where everybody is asked', () => {
  it('an attempt without an answer is told apart from one with an answer, which is made again', async () => {
    const { attack } = await counted()
    expect(attack).toMatchObject({ attempts: 3, stopped: 0, challenged: 2, unanswered: 1, through: 1 })
  })

  it('a person without an answer is told apart from one with an answer', async () => {
    const browser = (await counted()).people.find((one) => one.class === 'browser person')
    expect(browser).toMatchObject({
      people: 2,
      requests: 3,
      challenged: 2,
      people_stopped: 0,
      people_unanswered: 1,
    })
  })
})
