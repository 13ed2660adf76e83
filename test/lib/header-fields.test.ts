import { describe, expect, it, vi } from 'vitest'
import { fieldIn, fromNames, headerFields } from '../../src/lib/header-fields.ts'

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

describe('fromNames()', () => {
  it('reckons once for each list of names, whatever the values', () => {
    const make = vi.fn((names: readonly string[]) => names.length)
    const count = fromNames(make)
    expect(count(new Headers({ Accept: '*/*', Via: 'a, b' }))).toBe(2)
    expect(count(new Headers({ via: 'c', accept: 'd' }))).toBe(2)
    expect(make).toHaveBeenCalledOnce()
    expect(make).toHaveBeenCalledWith(['accept', 'via'])
  })

  it('knows no name where there is no field', () => {
    expect(fromNames((names) => names)(new Headers())).toEqual([])
  })

  it('gives each place of what stands several times, as the fields do', () => {
    const headers = new Headers({ Accept: '*/*' })
    headers.append('Set-Cookie', 'a=1')
    headers.append('Set-Cookie', 'b=2')
    const names = fromNames((all) => all)(headers)
    expect(names).toEqual(headerFields(headers).map(([name]) => name))
  })

  it('reckons anew, and is no larger for it, where somebody sends other names each time', () => {
    const make = vi.fn((names: readonly string[]) => names.length)
    const count = fromNames(make)
    for (let at = 0; at < 2_000; at++) expect(count(new Headers({ [`x-${at}`]: '' }))).toBe(1)
    expect(make).toHaveBeenCalledTimes(2_000)
    const long = () =>
      new Headers(Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`x-long-${at}`, ''])))
    count(long())
    count(long())
    expect(make).toHaveBeenCalledTimes(2_002)
  })
})
