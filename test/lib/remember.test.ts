import { describe, expect, it } from 'vitest'
import { remember } from '../../src/lib/remember.ts'

function counting(capacity: number) {
  const made: string[] = []
  const recall = remember(capacity, (text) => {
    made.push(text)
    return { text }
  })
  return { made, recall }
}

describe('remember()', () => {
  it('makes the same thing once', () => {
    const { made, recall } = counting(2)
    expect(recall('a')).toBe(recall('a'))
    expect(made).toEqual(['a'])
  })

  it('never holds more than its capacity, and still answers rightly', () => {
    const { made, recall } = counting(2)
    for (const text of ['a', 'b', 'c', 'a']) expect(recall(text).text).toBe(text)
    expect(made).toEqual(['a', 'b', 'c', 'a'])
  })

  it('does not hold long texts', () => {
    const { made, recall } = counting(2)
    const long = 'x'.repeat(513)
    recall(long)
    recall(long)
    expect(made.length).toBe(2)
  })
})
