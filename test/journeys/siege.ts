/** A campaign of the laboratory's, small, and the people of a small town beside it, before a gate that knows the people. */
import { expect } from 'vitest'
import { DEFAULT_CAMPAIGNS } from '../../lab/campaigns.ts'
import { type ThirdParties, thirdParties } from '../../lab/certificates.ts'
import { eachClass, population, spanOf } from '../../lab/population.ts'
import { attack, bystanders, type Campaign } from '../../lab/traffic/campaigns.ts'
import { random } from '../../lab/traffic/random.ts'
import type { BenignClass } from '../../lab/traffic/traffic.ts'
import { type CalendarOptions, withCalendar } from './calendar.ts'
import type { Sighting } from './laboratory-client.ts'

const DAY_MS = 24 * 3_600_000
/** What the gate remembers of the people when the campaign begins. */
const MEMORY_MS = 5 * DAY_MS
/** The walker's, where there is one, the aggregator's, and an honest one. */
const THIRD_PARTIES = 3

export type Town = Partial<Readonly<Record<BenignClass, number>>>

/** By the hundred thousand in the arena. */
const SMALL_TOWN: Town = { 'browser person': 8, household: 2, 'mobile app': 3, 'password manager': 1 }

export interface Siege {
  readonly attempts: readonly Sighting[]
  readonly honest: readonly Sighting[]
}

export interface SiegePlan extends Omit<CalendarOptions, 'parties'> {
  /** Of the laboratory's own set, by its id, and what is different here. */
  readonly campaign: string
  readonly changed: Partial<Campaign>
  readonly town?: Town
}

export async function siege({
  campaign: id,
  changed,
  town = SMALL_TOWN,
  ...rest
}: SiegePlan): Promise<Siege> {
  const campaign = { ...planned(id), ...changed }
  const parties = await thirdParties(THIRD_PARTIES)
  return withCalendar({ ...rest, parties }, async ({ play }) => {
    const seen = await play(arrivals(campaign, parties, town))
    return {
      attempts: seen.filter(({ step: { truth } }) => truth.campaign === id && truth.attempt),
      honest: seen.filter(({ step: { truth } }) => truth.campaign !== id),
    }
  })
}

export function planned(id: string): Campaign {
  const found = DEFAULT_CAMPAIGNS.find((campaign) => campaign.id === id)
  if (found === undefined) throw new Error(`Cannot find the campaign ${id}`)
  return found
}

function arrivals(campaign: Campaign, { certificates }: ThirdParties, town: Town) {
  const stream = random(`siege/${campaign.id}`)
  const [rogue, ...others] = certificates
  const span = spanOf(campaign.hours)
  const volumes = eachClass((name) => town[name] ?? 0)
  const touched = { ...bystanders(campaign, stream), memory: MEMORY_MS }
  return [
    ...population('the town', volumes, span, others, stream.fork('town'), touched),
    ...attack(campaign, span, stream, rogue, MEMORY_MS),
  ]
}

/** Neither allowed nor only noted. */
export function isStopped({ action }: Sighting): boolean {
  return action !== 'allow' && action !== 'flag'
}

export function shareStopped(sightings: readonly Sighting[]): number {
  return sightings.filter(isStopped).length / sightings.length
}

/** A browser answers a question by itself, and the laboratory's people are not asked often. */
const ASKED = 0.05

/** Nobody of these was shut out, and hardly anybody was asked. */
export function expectLeftAlone(honest: readonly Sighting[]): void {
  const shutOut = honest
    .filter(({ action }) => action === 'deny' || action === 'throttle')
    .map(({ step, action }) => `${action}: ${step.truth.class}, ${step.path}`)
  expect(shutOut).toEqual([])
  expect(honest.filter(isStopped).length).toBeLessThanOrEqual(ASKED * honest.length)
}
