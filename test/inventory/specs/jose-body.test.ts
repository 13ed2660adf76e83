/** The tale: a plain JSON body under `application/jose+jwe` passed unread, because nobody looks into what is encrypted. */
import { describe, expect, it } from 'vitest'
import { isCompactJose, saysJose } from '../../../src/inventory/specs/jose-body.ts'

const is = (text: string) => isCompactJose(new TextEncoder().encode(text))

describe('a body that says that it is signed or encrypted', () => {
  it.each([
    ['a JWS', 'eyJhbGciOiJQUzI1NiJ9.e30.AAAA'],
    ['a detached one', 'eyJhbGciOiJQUzI1NiJ9..AAAA'],
    ['a JWE', 'eyJhbGciOiJSU0EifQ.a-_b.c.d.e'],
    ['one with a key of its own', 'eyJhbGciOiJkaXIifQ..c.d.e'],
    ['a file', 'eyJhbGciOiJQUzI1NiJ9.e30.AAAA\r\n'],
    ['a header with white space', 'eyAiYWxnIjoiUFMyNTYifQ.e30.AAAA'],
  ])('is %s', (_what, text) => {
    expect(is(text)).toBe(true)
  })

  it.each([
    ['plain JSON', '{"Data":{}}'],
    ['JSON in quotation marks', '"eyJ.a.b"'],
    ['nothing', ''],
    ['one part', 'eyJhbGciOiJQUzI1NiJ9'],
    ['four parts', 'eyJ.a.b.c'],
    ['no header', 'a.b.c'],
    ['another alphabet', 'eyJ+.a/.b='],
    ['white space inside', 'eyJ.a. b'],
  ])('is none: %s', (_what, text) => {
    expect(is(text)).toBe(false)
  })

  it('is called so by three names', () => {
    expect(saysJose('application/jose+jwe')).toBe(true)
    expect(saysJose('application/octet-stream')).toBe(false)
  })
})
