import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Drawn, newRandom, newUrn } from '../../src/lib/urn.ts'

interface Item extends Drawn {
  readonly name: number
}

function urnOf(names: readonly number[]) {
  const urn = newUrn<Item>()
  const items = names.map((name) => ({ name, position: 0 }))
  for (const item of items) urn.put(item)
  return { urn, items }
}

describe('an urn', () => {
  it('holds what was put in and not taken out, whatever the order', () => {
    const acts = fc.array(fc.record({ put: fc.boolean(), which: fc.nat(1_000) }), { maxLength: 200 })
    fc.assert(
      fc.property(acts, (given) => {
        const urn = newUrn<Item>()
        const held: Item[] = []
        for (const [name, { put, which }] of given.entries()) {
          if (put || held.length === 0) {
            const item = { name, position: 0 }
            held.push(item)
            urn.put(item)
          } else {
            for (const item of held.splice(which % held.length, 1)) urn.take(item)
          }
        }
        expect(new Set(urn.items)).toEqual(new Set(held))
        expect(urn.items.map((item) => item.position)).toEqual(urn.items.map((_, at) => at))
      }),
    )
  })

  it('draws nothing where nothing is', () => {
    expect(newUrn<Item>().lightest(() => 1)).toBeUndefined()
  })

  it('never finds one of the heavier half in a thousand draws, and finds each of the lighter half', () => {
    const { urn } = urnOf(Array.from({ length: 40 }, (_, name) => name))
    const found = new Set<number>()
    for (let draw = 0; draw < 1_000; draw += 1) {
      const item = urn.lightest(({ name }) => (name < 20 ? 1 : 2))
      if (item !== undefined) found.add(item.name)
    }
    expect([...found].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, name) => name))
  })

  it('tells its weights of the items that it draws, and of at most sixteen', () => {
    const { urn, items } = urnOf(Array.from({ length: 1_000 }, (_, name) => name))
    let asked = 0
    const item = urn.lightest(({ name }) => {
      asked += 1
      return name
    })
    expect(asked).toBe(16)
    expect(items).toContain(item)
  })
})

describe('its random numbers', () => {
  it('are unsigned, repeat from the beginning, and fall evenly', () => {
    const [random, again] = [newRandom(), newRandom()]
    const counts = new Array<number>(10).fill(0)
    for (let draw = 0; draw < 20_000; draw += 1) {
      const number = random()
      expect(number).toBe(again())
      expect(number).toBeGreaterThan(0)
      counts[number % 10] = (counts[number % 10] ?? 0) + 1
    }
    // Nine degrees of freedom: 27.9 is exceeded by chance once in a thousand.
    const chi = counts.reduce((sum, count) => sum + (count - 2_000) ** 2 / 2_000, 0)
    expect(chi).toBeLessThan(27.9)
  })
})
