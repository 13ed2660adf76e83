import { describe, expect, it } from 'vitest'
import { oneSpelling } from '../../src/lib/one-spelling.ts'

const UUID = '3dc3d5b3-7023-4848-9853-f5400a64e80f'
const BARE = UUID.replaceAll('-', '')

describe('an identifier in one spelling', () => {
  it.each([UUID, UUID.toUpperCase(), BARE, `{${UUID}}`, `(${BARE})`, `URN:UUID:${UUID}`])(
    'is the same for a UUID, whichever way servers read it: %s',
    (text) => {
      expect(oneSpelling(text)).toBe(BARE)
    },
  )

  it('is without case where it is long, because databases compare so', () => {
    expect(oneSpelling('Y29uc2VudDoxMDAx')).toBe(oneSpelling('y29uc2vudDOXMDAX'))
  })

  it('is as it came where it is short: those two may be two numbers of a counter', () => {
    expect(oneSpelling('1aB')).toBe('1aB')
  })

  it('takes nothing that is no UUID apart', () => {
    for (const text of [`${UUID}-1`, `x${UUID}`, '3dc3d5b37023-4848-9853-f5400a64e80f']) {
      expect(oneSpelling(text)).toBe(text)
    }
  })
})
