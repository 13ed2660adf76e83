import { describe, expect, it } from 'vitest'
import { newKeyring } from '../../../src/verify/keys/keyring.ts'
import { organisationKeys } from '../../../src/verify/keys/resolver.ts'
import { type KeySourcesSpec, keySources } from '../../../src/verify/keys/sources.ts'
import { ed25519, jwks, publisher } from './publisher.ts'

const SPEC: KeySourcesSpec = {
  organisations: { 'PSDDE-BAFIN-000001': 'https://keys.tpp.example/jwks.json' },
  directory: 'https://directory.example/{organisation}/application.jwks',
  hosts: { 'PSDDE-BAFIN-000001': ['certificates.tpp.example'] },
}

function sourcesOf(changes: Partial<KeySourcesSpec> = {}) {
  const made = keySources({ ...SPEC, ...changes })
  if (!made.ok) throw new Error(JSON.stringify(made.mistakes))
  return made.sources
}

describe('where an organisation’s keys are', () => {
  it('is its own place, or the directory’s for everybody else', () => {
    const sources = sourcesOf()
    expect(sources.of('PSDDE-BAFIN-000001')?.url).toBe('https://keys.tpp.example/jwks.json')
    expect(sources.of('0015800000jf9GgAAI')?.url).toBe(
      'https://directory.example/0015800000jf9GgAAI/application.jwks',
    )
  })

  const NAMES = [
    '../x',
    '..',
    'a/b',
    'a..b',
    'a?b',
    'a#b',
    '',
    'a'.repeat(200),
    'ü',
    '.well-known',
    '__proto__/',
    'a%2fb',
  ]
  it.each(NAMES)('is nowhere for an organisation called "%s"', (name) => {
    expect(sourcesOf().of(name)).toBeUndefined()
  })

  it('is nowhere without a directory, whatever the name', () => {
    const { directory: _, ...spec } = SPEC
    const made = keySources(spec)
    expect(made.ok && made.sources.of('constructor')).toBeUndefined()
    expect(made.ok && made.sources.of('__proto__')).toBeUndefined()
  })

  const URLS = [
    ['https://certificates.tpp.example/seal.pem', true],
    ['https://keys.tpp.example/jwks.json', true],
    ['https://keys.tpp.example/other.json', false],
    ['http://certificates.tpp.example/seal.pem', false],
    ['https://certificates.tpp.example.evil.example/', false],
    ['https://certificates.tpp.example@evil.example/', false],
    ['https://evil.example/#certificates.tpp.example', false],
    ['not a url', false],
  ] as const
  it.each(URLS)('%s in a message names a registered place: %s', (url, expected) => {
    expect(sourcesOf().isRegistered('PSDDE-BAFIN-000001', url)).toBe(expected)
    expect(sourcesOf().isRegistered('PSDDE-BAFIN-000002', url)).toBe(false)
  })

  it('is never another organisation’s, though it names the same key', async () => {
    const place = publisher()
    const key = await ed25519('one')
    place.answer = (request) => (request.url.includes('keys.tpp.example') ? jwks(key) : jwks())
    const room = { ring: newKeyring(), ports: place.ports, now: 1_790_000_000_000 }
    const own = organisationKeys(room, sourcesOf(), 'PSDDE-BAFIN-000001')
    const other = organisationKeys(room, sourcesOf(), 'PSDDE-BAFIN-000002')
    expect((await own({ keyId: 'one' })).state).toBe('valid')
    expect(await other({ keyId: 'one' })).toEqual({ state: 'invalid', reason: 'key_unknown' })
    const nowhere = organisationKeys(room, sourcesOf(), '../x')
    expect(await nowhere({ keyId: 'one' })).toEqual({ state: 'invalid', reason: 'key_source_refused' })
  })

  const MISTAKES = [
    [{ organisations: { a: 'http://keys.example/' } }, 'url_not_https'],
    [{ organisations: { a: 'https://user:word@keys.example/' } }, 'url_not_https'],
    [{ organisations: { a: 'https://keys.example/#a' } }, 'url_not_https'],
    [{ directory: 'https://{organisation}.example/' }, 'placeholder_misplaced'],
    [{ directory: 'https://directory.example/' }, 'placeholder_misplaced'],
    [{ directory: 'https://directory.example/{organisation}/{organisation}' }, 'placeholder_misplaced'],
    [{ hosts: { a: ['https://tpp.example'] } }, 'host_malformed'],
    [{ hosts: { a: ['*'] } }, 'host_malformed'],
  ] as const
  it.each(MISTAKES)('refuses a configuration such as %j', (changes, kind) => {
    const made = keySources({ ...SPEC, ...changes })
    expect(made.ok ? [] : made.mistakes.map((mistake) => mistake.kind)).toContain(kind)
  })
})
