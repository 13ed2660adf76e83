import { describe, expect, it } from 'vitest'
import { headerFields } from '../../src/lib/header-fields.ts'

describe('headerFields()', () => {
  it('lists names in lower case, sorted, and walks through one object once', () => {
    const headers = new Headers({ 'User-Agent': 'x', Accept: '*/*' })
    const fields = headerFields(headers)
    expect(fields).toEqual([
      ['accept', '*/*'],
      ['user-agent', 'x'],
    ])
    expect(headerFields(headers)).toBe(fields)
  })
})
