import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { forwardableUrl } from '../../src/lib/target.ts'

const ORIGIN = 'https://bank.example'

describe('forwardableUrl()', () => {
  it.each([
    '/',
    '/a',
    '/a/',
    '/a?',
    '/a?b=c&b=d&&',
    '//a',
    '/a;x=1/b',
    '/%7e/%2F',
    '/a//b',
    '/%zz',
    "/a'b(c)!$*",
  ])('%s leaves as it came', (raw) => {
    expect(forwardableUrl(ORIGIN, raw)).toMatchObject({ exact: true })
  })

  it.each(['/a/../b', '/a/./b', '/a/%2e%2e/b', '/a\\b', '/{id}', '/a^b', '/a`b', '/é', '/a b', '/a#b?'])(
    '%s would leave as something else',
    (raw) => {
      expect(forwardableUrl(ORIGIN, raw)).toMatchObject({ exact: false })
    },
  )

  it.each(['', '*', 'a', '@evil.example/', ':99999/', '.evil.example/', '?x'])('"%s" is no path', (raw) => {
    expect(forwardableUrl(ORIGIN, raw)).toBeUndefined()
  })

  it('never leaves the origin and never throws, whatever the target', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const forwardable = forwardableUrl(ORIGIN, `/${text}`)
        if (forwardable !== undefined) expect(new URL(forwardable.href).origin).toBe(ORIGIN)
      }),
      { numRuns: 2_000 },
    )
  })
})
