import { describe, expect, it } from 'vitest'
import { valid } from '../../src/lib/fact.ts'
import { packVector } from '../../src/lib/vector.ts'
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
      ...{ counterfactual: 'c', nearest: 'n', rest: -0.5, vector: 'AAAA', originStatus: 200 },
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
    const stored = JSON.parse(textOf(entryOf(recordOf({ explanation: undefined, evidence }))))
    expect(stored).not.toHaveProperty('certificate')
    expect(stored).not.toHaveProperty('contributions')
    expect(stored).not.toHaveProperty('rest')
    expect(stored).not.toHaveProperty('originStatus')
    expect(stored.proof).toEqual({})
  })

  it('has lists for what repeats the same names', () => {
    const stored = JSON.parse(textOf(entryOf(recordOf({ evidence }))))
    expect(stored.conduct).toEqual({ address: [12.346, 0, 0, 0, 0, 0, 9, 0, 0.123] })
    expect(stored.probabilities).toEqual(Object.values(entryOf(recordOf({})).probabilities))
  })

  it('reads conduct and probabilities that were written by their names, whole or without what is nothing', () => {
    const { probabilities, conduct } = entryOf(recordOf({ evidence }))
    const { address } = conduct
    const lean = { requests: 12.346, accounts: 9, regularity: 0.123 }
    const older = { ...JSON.parse(textOf(entryAt('ref-1'))), probabilities }
    expect(entryFrom({ ...older, conduct: { address: lean } })).toMatchObject({ probabilities, conduct })
    expect(entryFrom({ ...older, conduct: { address } })).toMatchObject({ probabilities, conduct })
    expect(entryFrom({ ...older, conduct: { cohort: { attempts: 2 } } }).conduct.cohort).toMatchObject({
      ...{ requests: 0, attempts: 2, regularity: null },
    })
    expect(entryFrom({ ...older, probabilities: { scraping: 1 } }).probabilities).toEqual({ scraping: 1 })
  })

  it('keeps a vector short, and tells it whole', () => {
    const features = Float32Array.of(0, 1, Number.NaN, 0.1, -0)
    const entry = entryOf(recordOf({ score: valid({ ...SCORE, features }) }))
    expect(entryFrom(JSON.parse(textOf(entry))).vector).toBe(packVector(features))
    expect(entryFrom({ ...entry, vector: packVector(features) }).vector).toBe(packVector(features))
  })

  it('reads what was written when every member was, and what was written before a member was there', () => {
    const entry: JournalEntry = JSON.parse(JSON.stringify(entryAt('ref-1')))
    expect(entryFrom(entry)).toEqual(entry)
    const { shadow: _shadow, nearest: _nearest, rest: _rest, ...older } = entry
    expect(entryFrom(older)).toEqual({ ...entry, shadow: null, nearest: '', rest: null })
  })
})
