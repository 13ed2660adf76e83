/** What the arena counts, and how sure it can be of it. */
import type { BenignClass } from './traffic/traffic.ts'
import { BENIGN_CLASSES } from './traffic/traffic.ts'
import type { Sighting } from './world.ts'

export interface CampaignResult {
  readonly id: string
  readonly kind: string
  readonly attempts: number
  readonly stopped: number
  readonly challenged: number
  readonly through: number
  readonly through_before_first_stop: number
  readonly valid_pairs: number
  readonly valid_pairs_through: number
}

export interface BenignResult {
  readonly class: BenignClass
  readonly people: number
  readonly requests: number
  readonly stopped: number
  readonly challenged: number
  readonly people_stopped: number
  /** Upper 95% bound of the share of people wrongly stopped (Clopper and Pearson, one-sided). */
  readonly upper95: number
}

type Fate = 'stopped' | 'challenged' | 'through'

function fateOf({ record }: Sighting): Fate {
  const { action } = record.verdict
  if (action === 'deny' || action === 'throttle') return 'stopped'
  return action === 'challenge' ? 'challenged' : 'through'
}

export interface CampaignTally {
  see(sighting: Sighting): void
  result(): CampaignResult
}

/** Counts the attempts of one campaign, in the order in which they came. */
export function campaignTally(id: string, kind: string): CampaignTally {
  const count = { stopped: 0, challenged: 0, through: 0 }
  let throughFirst = 0
  let valid = 0
  let validThrough = 0
  return {
    see(sighting) {
      const { truth } = sighting.step
      if (truth.campaign !== id || !truth.attempt) return
      const fate = fateOf(sighting)
      count[fate] += 1
      if (count.stopped === 0 && fate === 'through') throughFirst += 1
      if (truth.valid) valid += 1
      if (truth.valid && fate === 'through') validThrough += 1
    },
    result: () => ({
      id,
      kind,
      attempts: count.stopped + count.challenged + count.through,
      ...count,
      through_before_first_stop: throughFirst,
      valid_pairs: valid,
      valid_pairs_through: validThrough,
    }),
  }
}

export interface BenignTally {
  see(sighting: Sighting): void
  results(): readonly BenignResult[]
}

export function benignTally(): BenignTally {
  const classes = new Map(
    BENIGN_CLASSES.map((name) => [
      name as string,
      { name, people: new Set<string>(), hit: new Set<string>(), requests: 0, stopped: 0, challenged: 0 },
    ]),
  )
  return {
    see(sighting) {
      const { truth } = sighting.step
      const entry = classes.get(truth.class)
      if (entry === undefined) return
      const fate = fateOf(sighting)
      entry.requests += 1
      entry.people.add(truth.person)
      if (fate === 'challenged') entry.challenged += 1
      if (fate !== 'stopped') return
      entry.stopped += 1
      entry.hit.add(truth.person)
    },
    results: () =>
      Array.from(classes.values(), ({ name, people, hit, requests, stopped, challenged }) => ({
        class: name,
        people: people.size,
        requests,
        stopped,
        challenged,
        people_stopped: hit.size,
        upper95: upperBound(hit.size, people.size),
      })),
  }
}

/**
 * The largest share at which `events` or fewer among `trials` would still be seen in one run out of twenty. With no
 * event at all it is about 3 / trials, the rule of three. With no trial nothing is known: 1.
 */
export function upperBound(events: number, trials: number): number {
  if (trials === 0 || events >= trials) return 1
  let low = events / trials
  let high = 1
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2
    if (atMost(events, trials, middle) > 0.05) low = middle
    else high = middle
  }
  return high
}

/** Binomial distribution function, its terms in logarithms: they are far too small for anything else. */
function atMost(events: number, trials: number, share: number): number {
  const odds = Math.log(share) - Math.log1p(-share)
  let term = trials * Math.log1p(-share)
  let sum = Math.exp(term)
  for (let event = 1; event <= events; event += 1) {
    term += Math.log((trials - event + 1) / event) + odds
    sum += Math.exp(term)
  }
  return sum
}
