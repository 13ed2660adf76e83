import { describe, expect, it } from 'vitest'
import { fieldIn, headerFields } from '../../src/lib/header-fields.ts'

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

  it('finds one field as the platform does', () => {
    const headers = new Headers({ Accept: '*/*', Empty: '' })
    headers.append('Via', 'one')
    headers.append('Via', 'two')
    for (const name of ['accept', 'empty', 'via', 'absent']) {
      expect(fieldIn(headers, name)).toBe(headers.get(name))
    }
  })
})
