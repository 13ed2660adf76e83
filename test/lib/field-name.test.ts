import { describe, expect, it } from 'vitest'
import { foldField, foldMember, isFieldOf } from '../../src/lib/field-name.ts'

describe('foldField()', () => {
  it.each([
    ['UserName', 'username'],
    [' \t\u00a0username\u2003\u0085\0', 'username'],
    ['username \0x', 'username'],
    ['\0', ''],
    ['user name', 'user name'],
    ['a.b[c]', 'a.b[c]'],
  ])('reads %j as %j', (name, folded) => {
    expect(foldField(name)).toBe(folded)
  })

  it('is not slowed down by blanks in the middle', () => {
    const blanks = ' '.repeat(1_000_000)
    expect(foldField(`a${blanks}B`)).toBe(`a${blanks}b`)
  })
})

describe('foldMember()', () => {
  it('drops case and what follows a NUL, and keeps blanks, which no reader of JSON drops', () => {
    expect([' UserName\0x', 'UserName', ''].map(foldMember)).toEqual([' username', 'username', ''])
  })
})

describe('isFieldOf()', () => {
  it.each([
    ['username', 'username[x'],
    ['username', 'username[a][b]'],
    ['user_name', 'user.name'],
    ['user_name', 'user name'],
    // PHP makes an underscore of a bracket that nothing closes.
    ['user_name', 'user[name'],
    ['user.name', 'USER_NAME'],
    ['user[email]', 'user[email]x'],
    ['user[email]', 'user[ email ][]'],
    ['us.er[email]', 'us_er[email]'],
  ])('%j may be read from %j', (place, name) => {
    expect(isFieldOf(place)(name)).toBe(true)
  })

  it.each([
    ['username', 'user'],
    ['username', 'username2'],
    ['username', 'username_confirm'],
    ['username', 'form[username]'],
    ['username', 'username.x'],
    ['username', ''],
    ['user[email]', 'user[password]'],
    ['user[email]', 'user'],
    ['user[email]', 'user[]'],
    ['user[email]', 'email'],
  ])('%j is not read from %j', (place, name) => {
    expect(isFieldOf(place)(name)).toBe(false)
  })
})
