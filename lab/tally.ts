/** What the arena counts, and how sure it can be of it. */
import type { Campaign } from './traffic/campaigns.ts'
import type { BenignClass } from './traffic/traffic.ts'
import { BENIGN_CLASSES } from './traffic/traffic.ts'
import type { Sighting } from './world.ts'

export interface CampaignResult {
  readonly id: string
  readonly kind: string
  readonly attempts: number
  readonly stopped: number
  readonly challenged: number
  /** Of those that were challenged: nothing came after it that solved the challenge, and nothing reached the bank. */
  readonly unanswered: number
  readonly through: number
  readonly through_before_first_stop: number
  readonly valid_pairs: number
  readonly valid_pairs_through: number
  /** Distinct addresses that made attempts. */
  readonly addresses: number
  /** When the gate first did anything but wave an attempt through. */
  readonly noticed: Noticed | null
}

export interface Noticed {
  /** Virtual seconds since the first attempt. */
  readonly after_seconds: number
  /** Attempts before it. */
  readonly after_attempts: number
  /** Of all accounts or consents that the campaign is about, as far as it got; known for third parties alone. */
  readonly share_read: number | null
}

export interface BenignCount {
  readonly class: BenignClass
  readonly people: number
  readonly requests: number
  readonly stopped: number
  readonly challenged: number
  readonly people_stopped: number
  /** Who was challenged and did not solve it. */
  readonly people_unanswered: number
}

export interface BenignResult extends BenignCount {
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
export function campaignTally({
  id,
  kind,
  attempts: planned,
}: Pick<Campaign, 'id' | 'kind' | 'attempts'>): CampaignTally {
  const count = { stopped: 0, challenged: 0, through: 0 }
  const addresses = new Set<string>()
  const good = { all: 0, through: 0 }
  let [throughFirst, unanswered] = [0, 0]
  let firstAt: number | undefined
  let noticed: Noticed | null = null
  return {
    see(sighting) {
      const { step, record } = sighting
      const { truth } = step
      if (truth.campaign !== id || !truth.attempt) return
      const fate = fateOf(sighting)
      const before = count.stopped + count.challenged + count.through
      firstAt ??= step.at
      if (noticed === null && record.verdict.action !== 'allow') {
        const share = kind === 'compromised_tpp' ? before / planned : null
        noticed = { after_seconds: (step.at - firstAt) / 1_000, after_attempts: before, share_read: share }
      }
      count[fate] += 1
      if (fate === 'challenged' && !sighting.answered) unanswered += 1
      addresses.add(step.place.address)
      if (count.stopped === 0 && fate === 'through') throughFirst += 1
      if (truth.valid) good.all += 1
      if (truth.valid && fate === 'through') good.through += 1
    },
    result: () => ({
      id,
      kind,
      attempts: count.stopped + count.challenged + count.through,
      ...{ ...count, unanswered },
      through_before_first_stop: throughFirst,
      valid_pairs: good.all,
      valid_pairs_through: good.through,
      addresses: addresses.size,
      noticed,
    }),
  }
}

export interface BenignTally {
  see(sighting: Sighting): void
  counts(): readonly BenignCount[]
}

export function benignTally(): BenignTally {
  const classes = new Map(
    BENIGN_CLASSES.map((name) => [
      name as string,
      {
        ...{ name, requests: 0, stopped: 0, challenged: 0 },
        people: new Set<string>(),
        hit: new Set<string>(),
        mute: new Set<string>(),
      },
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
      if (fate === 'challenged' && !sighting.answered) entry.mute.add(truth.person)
      if (fate !== 'stopped') return
      entry.stopped += 1
      entry.hit.add(truth.person)
    },
    counts: () =>
      Array.from(classes.values(), ({ name, people, hit, mute, requests, stopped, challenged }) => ({
        class: name,
        people: people.size,
        requests,
        stopped,
        challenged,
        people_stopped: hit.size,
        people_unanswered: mute.size,
      })),
  }
}

/** Of several days; nobody is in two of them. */
export function addedUp(days: readonly (readonly BenignCount[])[]): readonly BenignResult[] {
  return BENIGN_CLASSES.map((name) => {
    const rows = days.flatMap((day) => day.filter((row) => row.class === name))
    const sum = (of: (row: BenignCount) => number): number => rows.reduce((total, row) => total + of(row), 0)
    const people = sum((row) => row.people)
    const stopped = sum((row) => row.people_stopped)
    return {
      class: name,
      people,
      requests: sum((row) => row.requests),
      stopped: sum((row) => row.stopped),
      challenged: sum((row) => row.challenged),
      people_stopped: stopped,
      people_unanswered: sum((row) => row.people_unanswered),
      upper95: upperBound(stopped, people),
    }
  })
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
