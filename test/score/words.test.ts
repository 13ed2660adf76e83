import { describe, expect, it } from 'vitest'
import { FEATURE_NAMES } from '../../src/score/features.ts'
import { changeInWords, inWords, worded } from '../../src/score/words.ts'

describe('a feature in words', () => {
  it.each([
    ['tlsUnlikeClaim', 1, 'yes: TLS handshake of another software than it claims to be'],
    ['hasCookie', 0, 'no: sends a cookie'],
    ['addressAttemptsHour', Math.log1p(37), '37 attempts from its address within an hour'],
    ['cohortFailureRatioHour', 0.953, '95% of the attempts of all who look like it failed within an hour'],
    ['passAge', Math.log1p(3), '3 seconds age of its pass'],
    ['passAge', Math.log1p(3 * 86_400), '3 days age of its pass'],
    ['headerCount', 14, '14 headers sent'],
    ['formSubmission', 1, 'yes: sends its body as a page sends its form'],
    [
      'addressRegularity',
      undefined,
      'not known: unevenness of the pauses at its address (people are above 1)',
    ],
  ])('says of %s %s what was measured, in its own unit', (feature, value, words) => {
    expect(inWords(feature, value)).toBe(words)
  })

  it('says what it would have had to be instead', () => {
    expect(changeInWords('accountAttemptsHour', Math.log1p(40), Math.log1p(3))).toBe(
      '3 instead of 40 attempts on this account within an hour',
    )
    expect(changeInWords('passHeld', 0, 1)).toBe(
      'has been here before (a pass of ours that holds): yes instead of no',
    )
  })

  it('is made from the value to the bit, where a vector was kept, and left where it was made before', () => {
    const vector = new Float32Array(FEATURE_NAMES.length).fill(Number.NaN)
    vector[FEATURE_NAMES.indexOf('addressAttemptsHour')] = Math.log1p(98_765)
    const contributions = [
      { feature: 'addressAttemptsHour', value: 11.5, effect: 1 },
      { feature: 'headerCount', value: undefined, effect: 1 },
      { feature: 'somethingNewer', value: 2, effect: 1 },
      { feature: 'hasCookie', value: 0, effect: 1, words: 'as it was said' },
    ]
    const words = (of?: Float32Array) => worded(contributions, of).map((one) => one.words)
    expect(words(vector)).toEqual([
      '98800 attempts from its address within an hour',
      'not known: headers sent',
      '2 somethingNewer',
      'as it was said',
    ])
    expect(words()[0]).toBe('98700 attempts from its address within an hour')
  })

  it('lets a feature of another version of the gate speak for itself', () => {
    expect(inWords('somethingNewer', 2)).toBe('2 somethingNewer')
  })

  it('has none for a feature that is not there, and fits the journal for all that are', () => {
    for (const name of FEATURE_NAMES) expect(inWords(name, Math.log1p(12_345)).length).toBeLessThan(160)
  })
})
