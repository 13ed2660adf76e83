/** What comes under a name that a key had a moment ago reaches the key. */
import { describe, expect, it } from 'vitest'
import { newRenames } from '../../src/observe/renames.ts'
import type { Settlement } from '../../src/observe/wire.ts'

function under(name: string): Settlement {
  const request = { id: 'r1', at: 0, attempt: false, outcome: 'served' as const }
  return { ...request, keys: [name, 'tpp:t'], asked: { consent: name } }
}

describe('names that keys had before', () => {
  it('lead to the one that they have now, over several rotations and back', () => {
    const renames = newRenames()
    renames.add('k1', 'k2')
    renames.add('k2', 'k3')
    expect(renames.settled(under('k1'))).toEqual(under('k3'))
    renames.add('k3', 'k1')
    for (const name of ['k1', 'k2', 'k3']) expect(renames.settled(under(name))).toEqual(under('k1'))
  })

  it('are a key’s own again once somebody counts under them', () => {
    const renames = newRenames()
    renames.add('k1', 'k2')
    renames.keep(['k1'])
    expect(renames.settled(under('k1'))).toEqual(under('k1'))
  })

  it('are not remembered of what was erased', () => {
    const renames = newRenames()
    renames.add('k1', 'k2')
    renames.forget(['k2'])
    expect(renames.settled(under('k1'))).toEqual(under('k1'))
  })

  it('are 8,192 at most, and the oldest is forgotten', () => {
    const renames = newRenames()
    for (let n = 0; n <= 8_192; n += 1) renames.add(`old-${n}`, `new-${n}`)
    expect(renames.settled(under('old-0'))).toEqual(under('old-0'))
    expect(renames.settled(under('old-1'))).toEqual(under('new-1'))
    expect(renames.settled(under('old-8192'))).toEqual(under('new-8192'))
  })
})
