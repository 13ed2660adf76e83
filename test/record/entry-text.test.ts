import { describe, expect, it } from 'vitest'
import { valid } from '../../src/lib/fact.ts'
import { entryOf, type JournalEntry } from '../../src/record/entry.ts'
import { entryFrom, textOf } from '../../src/record/entry-text.ts'
import { behaviourOf, evidenceOf, NO_CONDUCT, NO_TALLY } from '../fixtures/facts.ts'
import { entryAt, recordOf, SCORE } from '../fixtures/records.ts'

const hour = { ...NO_TALLY, requests: 12.34567, accounts: 9 }
const busy = valid(behaviourOf({ hour, regularity: 0.12345 }))
const evidence = evidenceOf({
  conduct: { ...NO_CONDUCT, keys: { ...NO_CONDUCT.keys, address: busy } },
})

/** Everything that an entry can leave out, once there and once not. */
const ENTRIES: readonly (readonly [string, JournalEntry])[] = [
  ['of a refusal', entryAt('ref-1')],
  ['with behaviour', entryOf(recordOf({ evidence }))],
  ['without a score', entryOf(recordOf({ score: { state: 'unavailable', reason: 'model_absent' } }))],
  [
    'with everything',
    entryAt('ref-2', 7, {
      ...{ asn: 0, country: 'GB', ja4: 't13', major: 131, organisation: 'PSDGB-FCA-1', replay: 'valid' },
      ...{
        contradictions: ['header_unlike_claim'],
        targetDifferences: ['dot_segments'],
        listed: ['address: x'],
      },
      certificate: { thumbprint: 't', organisation: '', kind: '', fault: '', warnings: [] },
      signature: {
        ...{ profile: 'p', fault: '', place: '', keyId: '', algorithm: '', key: '', keyAgeMs: null },
        ...{ skewMs: null, failures: 0 },
      },
      app: {
        ...{ platform: 'apple', app: 'a', version: '', verdict: '', ageMs: 0, keyAgeMs: null, counted: null },
      },
      ...{ counterfactual: 'c', nearest: 'n', vector: 'AAAA', originStatus: 200 },
      shadow: { model: 'm', intent: 'scraping', abuse: 0, agrees: true },
      conduct: { account: 'unavailable:ledger_timeout' },
    }),
  ],
  ['with nothing', entryAt('ref-3', 0, { intent: '', model: '', probabilities: {}, contributions: [] })],
]

describe('an entry as text', () => {
  it.each(ENTRIES)('reads as it was written, %s', (_what, entry) => {
    expect(entryFrom(JSON.parse(textOf(entry)))).toEqual(JSON.parse(JSON.stringify(entry)))
  })

  it.each(ENTRIES)('is rewritten as the same text, %s', (_what, entry) => {
    expect(JSON.parse(textOf(entryFrom(JSON.parse(textOf(entry)))))).toEqual(JSON.parse(textOf(entry)))
  })

  it('has no member that says nothing', () => {
    const score = valid({ ...SCORE, contributions: [] })
    const stored = JSON.parse(textOf(entryOf(recordOf({ score, evidence }))))
    expect(stored).not.toHaveProperty('certificate')
    expect(stored).not.toHaveProperty('contributions')
    expect(stored).not.toHaveProperty('originStatus')
    expect(stored.proof).toEqual({})
    expect(stored.conduct).toEqual({ address: { requests: 12.346, accounts: 9, regularity: 0.123 } })
  })

  it('reads what was written when every member was, and what was written before a member was there', () => {
    const entry: JournalEntry = JSON.parse(JSON.stringify(entryAt('ref-1')))
    expect(entryFrom(entry)).toEqual(entry)
    const { shadow: _shadow, nearest: _nearest, ...older } = entry
    expect(entryFrom(older)).toEqual({ ...entry, shadow: null, nearest: '' })
  })
})
