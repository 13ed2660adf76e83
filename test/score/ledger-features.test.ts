/** Each feature of the ledger: it moves on its campaign, it stays where it is for honest people, and says when it knows nothing. */
import { describe, expect, it } from 'vitest'
import type { Evidence, KeyKind, OutcomeKind } from '../../src/evidence.ts'
import { unavailable, valid } from '../../src/lib/fact.ts'
import { memoryLedger } from '../../src/observe/memory-ledger.ts'
import { LEDGER_FEATURES } from '../../src/score/features/ledger.ts'
import { evidenceOf, footprintOf, NO_CONDUCT, NOON } from '../fixtures/facts.ts'
import { behaviour } from '../fixtures/scene.ts'

type Name = keyof typeof LEDGER_FEATURES
const NAMES = Object.keys(LEDGER_FEATURES) as readonly Name[] // Object.keys forgets what the keys are

interface Step {
  /** Seconds after noon. */
  readonly at: number
  readonly keys: Partial<Record<KeyKind, string>>
  readonly outcome?: OutcomeKind
  readonly attempt?: boolean
  readonly client?: string
  readonly resource?: number
  readonly bytes?: number
  readonly records?: number
}

function footprintFor({ at, keys, attempt = false, client = 'c', resource }: Step, n: number) {
  return footprintOf({
    ...{ requestId: `r${n}`, at: NOON + at * 1_000, attempt, client, resource },
    account: keys.account,
    keys: Object.entries(keys).map(([kind, id]) => ({
      kind: kind as KeyKind, // Object.entries forgets it
      id,
      standing: 'claimed' as const,
    })),
  })
}

/** What the last of these requests is told, after the ledger has counted all others. */
async function evidenceAfter(steps: readonly Step[]): Promise<Evidence> {
  const ledger = memoryLedger()
  let told = NO_CONDUCT
  for (const [n, step] of steps.entries()) {
    const print = footprintFor(step, n)
    told = { ...NO_CONDUCT, ...(await ledger.observe(print)) }
    const { outcome = 'served', bytes, records } = step
    ledger.settle(print, outcome, print.at, bytes === undefined ? {} : { bytes })
    if (records !== undefined) ledger.learn(print, { records }, print.at)
  }
  return evidenceOf({ conduct: told })
}

function steps(count: number, every: number, of: (n: number) => Omit<Step, 'at'>): readonly Step[] {
  return Array.from({ length: count }, (_, n) => ({ at: n * every, ...of(n) }))
}

const HOME = { address: 'home', client: 'chrome@home', prefix: 'street' }
const login = (account: string, outcome: OutcomeKind, keys: Step['keys'] = HOME, network = 'AS1') => ({
  keys: { ...keys, account, account_network: `${account}@${network}` },
  ...{ outcome, attempt: true },
})

/** A person forgets the password twice, and reads three accounts for a while. */
const PERSON: readonly Step[] = [
  { at: 0, ...login('alice', 'failure') },
  { at: 25, ...login('alice', 'failure') },
  { at: 70, ...login('alice', 'success') },
  ...steps(12, 20, (n) => ({
    keys: { ...HOME, token: 't' },
    resource: n % 3,
    bytes: 4_000,
    records: 20,
  })).map((step) => ({ ...step, at: step.at + 100 })),
  {
    at: 400,
    ...login('alice', 'success'),
    keys: { ...login('alice', 'success').keys, token: 't', app: 'phone' },
  },
]

/** A third party serves a customer: four calls, in the morning and at noon. */
const SERVICE: readonly Step[] = [0, 6, 12, 18].flatMap((hour) =>
  steps(4, 2, (n) => ({
    ...{ keys: { consent: 'c', signer: 's', token: 't2' }, resource: n % 3, bytes: 3_000, records: 15 },
  })).map((step) => ({ ...step, at: step.at + hour * 3_600 })),
)

const GUESSING = steps(60, 0.2, (n) => login(`u${n}`, 'failure', { ...HOME, app: 'phone' }))
const SCRAPING = steps(300, 0.1, (n) => ({
  keys: { ...HOME, token: 't', consent: 'c', signer: 's' },
  ...{ resource: n * 7_919_777, bytes: 40_000, records: 200, client: `c${n % 40}` },
  outcome: n % 3 === 0 ? 'miss' : 'served',
}))
/** Others guess alice's password from everywhere while she is signed in at home. */
const BESIEGED: readonly Step[] = [
  { at: 0, ...login('alice', 'success') },
  ...steps(40, 5, (n) => login('alice', 'failure', { address: `bot${n}` }, `AS${n + 2}`)),
  { at: 210, ...login('alice', 'failure') },
]
/** As one of those others sees it. */
const BESIEGER: readonly Step[] = [
  ...BESIEGED,
  { at: 220, ...login('alice', 'failure', { address: 'bot' }, 'AS77') },
  { at: 230, ...login('alice', 'failure', { address: 'bot' }, 'AS77') },
]

type Row = readonly [campaign: readonly Step[], honest: readonly Step[], atLeast: number]
const ROWS = {
  addressAttemptsTenSeconds: [GUESSING, PERSON, 3],
  addressAttemptsTenMinutes: [GUESSING, PERSON, 2],
  addressFailureRatioTenMinutes: [GUESSING, PERSON, 0.3],
  addressSupportTenMinutes: [GUESSING, PERSON, 2],
  clientRequestsTenSeconds: [SCRAPING, PERSON, 3],
  clientRequestsTenMinutes: [SCRAPING, PERSON, 2],
  clientAttemptsTenSeconds: [GUESSING, PERSON, 3],
  clientAttemptsTenMinutes: [GUESSING, PERSON, 2],
  prefixAttemptsTenMinutes: [GUESSING, PERSON, 2],
  clientResourcesHour: [SCRAPING, PERSON, 3],
  addressResourcesHour: [SCRAPING, PERSON, 3],
  clientBreadthHour: [SCRAPING, PERSON, 0.5],
  tokenResourcesHour: [SCRAPING, PERSON, 3],
  tokenBreadthHour: [SCRAPING, PERSON, 0.5],
  tokenRequestsTenMinutes: [SCRAPING, PERSON, 2],
  tokenBytesHour: [SCRAPING, PERSON, 3],
  tokenRecordsHour: [SCRAPING, PERSON, 3],
  clientBytesHour: [SCRAPING, PERSON, 3],
  clientRecordsHour: [SCRAPING, PERSON, 3],
  consentResourcesDay: [SCRAPING, SERVICE, 3],
  consentRequestsDay: [SCRAPING, SERVICE, 2],
  consentMissesHour: [SCRAPING, SERVICE, 3],
  consentRecordsDay: [SCRAPING, SERVICE, 3],
  signerRequestsTenSeconds: [SCRAPING, SERVICE, 3],
  signerRequestsTenMinutes: [SCRAPING, SERVICE, 3],
  signerMissesHour: [SCRAPING, SERVICE, 3],
  signerClientsDay: [SCRAPING, SERVICE, 2],
  accountNetworkAttemptsHour: [[...GUESSING, ...alone(GUESSING.length)], PERSON, 0.5],
  accountNetworkFailuresDay: [[...GUESSING, ...alone(GUESSING.length)], PERSON, 0.5],
  accountNetworkSuccessesDay: [PERSON, BESIEGER, 0.6],
  accountFailuresElsewhereDay: [BESIEGED, PERSON, 3],
  accountSuccessesElsewhereDay: [BESIEGER, PERSON, 0.6],
  accountAttemptsTenMinutes: [BESIEGED, PERSON, 2],
  appAccountsDay: [GUESSING, PERSON, 3],
  appAttemptsHour: [GUESSING, PERSON, 3],
} as const satisfies Partial<Record<Name, Row>>

/** A tool that stays with one account and one network. */
function alone(from: number): readonly Step[] {
  return steps(20, 1, () => login('u0', 'failure')).map((step) => ({ ...step, at: step.at + from }))
}

const FAR = NOON + 86_400_000

describe('the features of the ledger', () => {
  it.each(Object.entries(ROWS))('%s moves on its campaign, and stays for the honest', async (name, row) => {
    const [campaign, honest, atLeast]: Row = row
    const measure = LEDGER_FEATURES[name as Name] // Object.entries forgets it
    const moved = measure(await evidenceAfter(campaign))
    const still = measure(await evidenceAfter(honest))
    expect(moved).not.toBeNaN()
    expect(moved - (Number.isNaN(still) ? 0 : still)).toBeGreaterThanOrEqual(atLeast)
  })

  it('have a row of the table each, but for the ratios of apps', () => {
    expect(NAMES.filter((name) => !(name in ROWS))).toEqual(['appFailureRatioDay', 'appRegularity'])
  })

  it('tell a rack of telephones, which ticks and fails, from a telephone', async () => {
    const ticking = await evidenceAfter(GUESSING)
    const carried = evidenceOf({
      conduct: {
        ...NO_CONDUCT,
        keys: {
          ...NO_CONDUCT.keys,
          app: valid({ ...behaviour({ day: { attempts: 4, successes: 3, failures: 1 } }), regularity: 1.4 }),
        },
      },
    })
    expect(LEDGER_FEATURES.appFailureRatioDay(ticking)).toBeGreaterThan(0.95)
    expect(LEDGER_FEATURES.appRegularity(ticking)).toBeLessThan(0.1)
    expect(LEDGER_FEATURES.appFailureRatioDay(carried)).toBe(0.25)
    expect(LEDGER_FEATURES.appRegularity(carried)).toBe(1.4)
  })

  it.each(NAMES)(
    '%s is missing where the request has no such key, and where the ledger did not answer',
    (name) => {
      const measure = LEDGER_FEATURES[name]
      expect(measure(evidenceOf())).toBeNaN()
      const outage = unavailable('ledger_timeout' as const)
      const keys = Object.fromEntries(Object.keys(NO_CONDUCT.keys).map((kind) => [kind, outage]))
      const gone = { ...NO_CONDUCT, keys: { ...NO_CONDUCT.keys, ...keys } }
      expect(measure(evidenceOf({ conduct: gone }))).toBeNaN()
    },
  )

  it('take bytes and records that nobody told for missing, and not for few', async () => {
    const untold = await evidenceAfter(steps(5, 1, () => ({ keys: { ...HOME, token: 't', consent: 'c' } })))
    for (const name of [
      'tokenBytesHour',
      'tokenRecordsHour',
      'consentRecordsDay',
      'clientBytesHour',
    ] as const)
      expect(LEDGER_FEATURES[name](untold)).toBeNaN()
  })

  it('forget what is over', async () => {
    const later = [...GUESSING, { at: (FAR - NOON) / 1_000 + 86_400, ...login('alice', 'success') }]
    expect(LEDGER_FEATURES.addressAttemptsTenMinutes(await evidenceAfter(later))).toBe(0)
  })
})
