import { describe, expect, it } from 'vitest'
import { MAX_ACCEPTANCE_MS, obey } from '../../../src/inventory/risk/command.ts'
import type { Assessed, Assessment, Command, Finding } from '../../../src/inventory/risk/finding-types.ts'
import { reckon } from '../../../src/inventory/risk/reckoning.ts'
import { DEFAULT_SETTINGS } from '../../../src/inventory/risk/settings.ts'
import { AT, DAY, entry, found, KEY, shadow } from './landscape.ts'

const { endings } = DEFAULT_SETTINGS
const HOUR = 3_600_000

/** A finding's life, assessment by assessment. */
function life() {
  let known = new Map<string, Finding>()
  let at = AT
  return {
    /** Some time later a check has seen these. */
    next(afterMs: number, sightings: readonly Assessed[], more: Partial<Assessment> = {}) {
      at += afterMs
      const assessment: Assessment = {
        at,
        sightings,
        requests: { [KEY]: 10_000 },
        operations: {},
        blind: [],
        problems: [],
        ...more,
      }
      const { changed, findings } = reckon(known, assessment, endings)
      known = new Map(findings.map((one) => [one.id, one]))
      return changed.flatMap(({ steps }) => steps.map(({ kind, why }) => `${kind} ${why}`))
    },
    says(command: Command) {
      const result = obey(this.one(), command, at)
      if (result.ok) known.set(result.value.finding.id, result.value.finding)
      return result.ok ? result.value.finding.state : result.reason
    },
    one(): Finding {
      const [finding] = known.values()
      if (finding === undefined) throw new Error('there is no finding')
      return finding
    },
    get at() {
      return at
    },
  }
}

function sighting(changes: Partial<Assessed> = {}): Assessed {
  const [first] = found({ entries: [entry(), shadow()] })
  if (first === undefined) throw new Error('nothing was found')
  const { lastAt: _lastAt, ...seen } = first
  return { ...seen, operation: KEY, count: 5, ending: 'silence_in_use', ...changes }
}

const WHO = { by: 'Ada Example', why: 'ticket 4711' }

describe('a finding', () => {
  it('is raised once, and only grows while it is seen again', () => {
    const finding = life()
    expect(finding.next(0, [sighting()])).toEqual(['raised shadow_operation'])
    expect(finding.next(HOUR, [sighting({ count: 9 })])).toEqual([])
    expect(finding.next(HOUR, [sighting({ count: 9 })])).toEqual([])
    expect(finding.one()).toMatchObject({ state: 'open', count: 9, lastSeenAt: AT + HOUR })
  })

  it('says once that it has become graver', () => {
    const finding = life()
    finding.next(0, [sighting({ severity: 'medium' })])
    expect(finding.next(HOUR, [sighting({ severity: 'critical' })])).toEqual(['worsened critical'])
    expect(finding.next(HOUR, [sighting({ severity: 'critical' })])).toEqual([])
    expect(finding.next(HOUR, [sighting({ severity: 'medium' })])).toEqual([])
  })

  it('counts on when the inventory began anew', () => {
    const finding = life()
    finding.next(0, [sighting({ count: 100 })])
    finding.next(HOUR, [sighting({ count: 3 })])
    expect(finding.one().count).toBe(103)
  })
})

describe('a finding ends by itself', () => {
  it('when a condition is gone for two hours, and not before', () => {
    const finding = life()
    finding.next(0, [sighting({ ending: 'gone' })])
    expect(finding.next(HOUR, [])).toEqual([])
    expect(finding.next(HOUR, [])).toEqual(['fixed condition_gone'])
  })

  it('when nothing more was counted for two weeks, though the counter is still there', () => {
    const finding = life()
    finding.next(0, [sighting({ ending: 'silence' })])
    expect(finding.next(13 * DAY, [sighting({ ending: 'silence' })])).toEqual([])
    expect(finding.next(DAY, [sighting({ ending: 'silence' })])).toEqual(['fixed not_seen_again'])
  })

  it('not while its operation was hardly used meanwhile: the silence means nothing', () => {
    const finding = life()
    finding.next(0, [sighting()])
    expect(finding.next(20 * DAY, [], { requests: { [KEY]: 10_049 } })).toEqual([])
    expect(finding.next(DAY, [], { requests: { [KEY]: 10_050 } })).toEqual(['fixed not_seen_again'])
  })

  it('not because a check could not look', () => {
    const finding = life()
    finding.next(0, [sighting({ ending: 'gone' })])
    const blind = [{ check: 'shadow_operation', lacks: ['inventory'] as const, wholly: true }]
    expect(finding.next(30 * DAY, [], { blind })).toEqual([])
    expect(finding.one().state).toBe('open')
  })
})

describe('a finding that was fixed', () => {
  it('opens again by itself when it is seen again', () => {
    const finding = life()
    finding.next(0, [sighting({ ending: 'gone' })])
    finding.next(3 * HOUR, [])
    expect(finding.next(HOUR, [sighting({ ending: 'gone' })])).toEqual(['reopened seen_again'])
    expect(finding.one()).toMatchObject({ state: 'open', reopened: 1, fixed: undefined })
  })

  it('opens again where somebody said that it was fixed, and it was not', () => {
    const finding = life()
    finding.next(0, [sighting({ count: 5 })])
    finding.next(HOUR, [sighting({ count: 6 })])
    expect(finding.says({ kind: 'fix', ...WHO })).toBe('fixed')
    // What happened before the repair and is reported after it is no relapse.
    expect(finding.next(HOUR, [sighting({ count: 8 })])).toEqual([])
    expect(finding.next(HOUR, [sighting({ count: 8 })])).toEqual([])
    expect(finding.next(HOUR, [sighting({ count: 9 })])).toEqual(['reopened seen_again'])
  })

  it('is judged by when it was last seen, where that is known', () => {
    const finding = life()
    finding.next(0, [sighting({ lastAt: AT - HOUR })])
    finding.says({ kind: 'fix', ...WHO })
    expect(finding.next(HOUR, [sighting({ count: 6, lastAt: AT - 1 })])).toEqual([])
    expect(finding.next(HOUR, [sighting({ count: 7, lastAt: AT + HOUR })])).toEqual(['reopened seen_again'])
  })
})

describe('a risk that is accepted', () => {
  const until = AT + 30 * DAY

  it('is silent until its day, and opens again on it', () => {
    const finding = life()
    finding.next(0, [sighting()])
    expect(finding.says({ kind: 'accept', ...WHO, until })).toBe('accepted')
    expect(finding.next(5 * DAY, [sighting({ count: 50 })])).toEqual([])
    expect(finding.next(25 * DAY, [sighting({ count: 51 })])).toEqual(['reopened acceptance_expired'])
  })

  it('opens again on its day also where nobody has looked for a while', () => {
    const finding = life()
    finding.next(0, [sighting()])
    finding.says({ kind: 'accept', ...WHO, until })
    expect(finding.next(31 * DAY, [], { requests: { [KEY]: 10_000 } })).toEqual([
      'reopened acceptance_expired',
    ])
  })

  it('is not accepted any more once it is graver than what was accepted', () => {
    const finding = life()
    finding.next(0, [sighting({ severity: 'medium' })])
    finding.says({ kind: 'accept', ...WHO, until })
    expect(finding.next(DAY, [sighting({ severity: 'high' })])).toEqual(['reopened worse_than_accepted'])
  })

  it.each<[string, Command]>([
    ['name_unsuitable', { kind: 'accept', by: ' ', why: 'because', until }],
    ['name_unsuitable', { kind: 'fix', by: 'gate', why: 'because' }],
    ['reason_missing', { kind: 'accept', by: 'Ada Example', why: ' ', until }],
    ['reason_too_long', { kind: 'fix', by: 'Ada Example', why: 'x'.repeat(1_001) }],
    ['expiry_past', { kind: 'accept', ...WHO, until: AT }],
    ['expiry_past', { kind: 'accept', ...WHO, until: Number.NaN }],
    ['expiry_too_far', { kind: 'accept', ...WHO, until: AT + MAX_ACCEPTANCE_MS + 1 }],
    ['state_unsuitable', { kind: 'reopen', ...WHO }],
  ])('%s: a command without a name, a reason or a sensible end is refused', (reason, command) => {
    const finding = life()
    finding.next(0, [sighting()])
    expect(finding.says(command)).toBe(reason)
  })
})
