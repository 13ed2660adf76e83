/** Media types as messages write them, and multipart bodies as two readers might divide them. */
import { describe, expect, it } from 'vitest'
import { declaredFor, kindOf, readContentType } from '../../../src/inventory/specs/media-type.ts'
import { readMultipart } from '../../../src/inventory/specs/multipart.ts'
import type { MediaType } from '../../../src/inventory/types.ts'

function declared(...keys: readonly string[]): readonly MediaType[] {
  return keys.map((key, validator) => {
    const type = readContentType(key)
    const [essence = '', parameters = ''] = [type?.essence, type?.parameters]
    return { essence, parameters, kind: kindOf(essence), validator, shape: undefined, fields: {} }
  })
}

describe('a media type is found by its essence', () => {
  it.each([
    [['application/json'], 'application/json; charset=UTF-8', 0],
    [['application/json; charset=utf-8', 'application/json'], 'application/json', 1],
    [['application/json', 'application/json; charset=utf-8'], 'Application/JSON;Charset="UTF-8"', 1],
    [['application/json; charset=utf-8'], 'application/json', 0],
    [['application/json; version=1', 'application/json; version=2'], 'application/json; version=2', 1],
    [['*/*', 'application/*', 'application/json'], 'application/json', 2],
    [['*/*', 'application/*'], 'application/xml', 1],
    [['*/*', 'application/*'], 'text/plain', 0],
    [['application/json'], 'application/problem+json', undefined],
    [['application/json'], 'application/jsonx', undefined],
  ])('%j for %s', (keys, written, expected) => {
    const type = readContentType(written)
    expect(type && declaredFor(declared(...keys), type)?.validator).toBe(expected)
  })

  it.each([
    '',
    ' ',
    'json',
    'a/b c',
    'a/b;;x=y;x=z',
    'a/b; charset=utf-8; CHARSET=utf-7',
    'a/b, c/d',
    'a/b; x',
    `a/b; x="${'y'.repeat(300)}"`,
    'a/b; x="y',
    '"a/b"',
  ])('%j is none', (written) => {
    expect(readContentType(written)).toBeUndefined()
  })
})

const encode = (body: string) => new TextEncoder().encode(body)
const part = (head: string, body = 'v') => `--B\r\n${head}\r\n\r\n${body}\r\n`
const NAMED = 'Content-Disposition: form-data; name="a"'

describe('a multipart body', () => {
  it('is its parts, octet for octet', () => {
    const parts = readMultipart(
      encode(
        `${part(NAMED, '-B is no end\r\n--')}${part(`${NAMED}; filename="x.png"\r\nContent-Type: image/png`, 'é')}--B--\r\n`,
      ),
      'B',
    )
    expect(
      parts?.map(({ name, file, contentType, bytes }) => [
        name,
        file,
        contentType,
        new TextDecoder().decode(bytes),
      ]),
    ).toEqual([
      ['a', false, undefined, '-B is no end\r\n--'],
      ['a', true, 'image/png', 'é'],
    ])
  })

  it.each([
    ['a preamble', `x\r\n${part(NAMED)}--B--`],
    ['bare line feeds', `--B\n${NAMED}\n\nv\n--B--`],
    ['no end', part(NAMED)],
    ['an epilogue', `${part(NAMED)}--B--\r\nmore`],
    ['a name twice', `${part('Content-Disposition: form-data; name="a"; name="b"')}--B--`],
    ['a header twice', `${part(`${NAMED}\r\n${NAMED}`)}--B--`],
    ['a folded header', `${part('Content-Disposition: form-data;\r\n name="a"')}--B--`],
    ['no disposition', `${part('Content-Type: text/plain')}--B--`],
    ['an escaped quote in a name', `${part('Content-Disposition: form-data; name="a\\"b"')}--B--`],
    ['a transfer encoding', `${part(`${NAMED}\r\nContent-Transfer-Encoding: base64`)}--B--`],
    ['a boundary with more behind it', `${part(NAMED)}--Bx\r\n${NAMED}\r\n\r\nv\r\n--B--`],
    ['nothing', ''],
    ['too many parts', `${part(NAMED).repeat(65)}--B--`],
  ])('with %s is not read', (_name, body) => {
    expect(readMultipart(encode(body), 'B')).toBeUndefined()
  })

  it('has a boundary of the standard’s', () => {
    expect(readMultipart(encode(`${part(NAMED)}--B--`), 'B\r\nX')).toBeUndefined()
    expect(readMultipart(encode(`${part(NAMED)}--B--`), '')).toBeUndefined()
  })
})
