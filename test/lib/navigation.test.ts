import { describe, expect, it } from 'vitest'
import { acceptsPage, isNavigation } from '../../src/lib/navigation.ts'

const asked = (headers: Record<string, string>, method = 'GET'): boolean =>
  isNavigation({ method, headers: new Headers(headers) })

describe('a navigation', () => {
  it.each([
    ['said by Fetch Metadata', { 'sec-fetch-mode': 'navigate', accept: 'text/html,*/*;q=0.8' }],
    ['of a browser without Fetch Metadata', { accept: 'application/xhtml+xml, Text/HTML;q=0.9' }],
  ])('is one %s', (_what, headers) => {
    expect(asked(headers)).toBe(true)
  })

  it.each([
    ['a part of a page that a script asks for', { 'sec-fetch-mode': 'cors', accept: 'text/html' }],
    ['what takes anything', { 'sec-fetch-mode': 'navigate', accept: '*/*' }],
    ['what says nothing', {}],
  ])('is not %s', (_what, headers) => {
    expect(asked(headers)).toBe(false)
  })

  it('is not a form that is sent', () => {
    expect(asked({ 'sec-fetch-mode': 'navigate', accept: 'text/html' }, 'POST')).toBe(false)
  })
})

describe('what accepts a page', () => {
  it('is told by Accept alone, whoever asks', () => {
    expect(acceptsPage(new Headers({ 'sec-fetch-mode': 'cors', accept: 'text/html' }))).toBe(true)
    expect(acceptsPage(new Headers({ accept: 'application/json' }))).toBe(false)
  })
})
