// What an operator may set about signed requests, tokens and agents, and every mistake with its binding.
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/parse.ts'
import type { Config, Vocabulary } from '../../src/config.ts'
import { DEFAULT_POLICY } from '../../src/decide/policy.ts'
import { DIALECTS } from '../../src/dialects/table.ts'
import { signingKinds, signingPremises } from '../../src/signing.ts'

const vocabulary: Vocabulary = {
  dialects: Object.keys(DIALECTS),
  signing: signingKinds(DIALECTS),
  rules: [],
  fixed: [],
  limited: [],
  policy: DEFAULT_POLICY,
}
const SHIPPED: Readonly<Record<string, unknown>> = { ...env }
const KEY_DIRECTORY = 'https://keystore.example/{organisation}/keys.jwks'
const ROUTE = { id: 'pay', methods: ['POST'], pattern: '/pay', dialect: 'obie-4.0', channel: 'tpp' }
const PSD2 = { ...ROUTE, dialect: 'berlin-group-1.3', signature: 'required' }

function read(change: Readonly<Record<string, unknown>>) {
  return parseConfig({ ...SHIPPED, ...change }, vocabulary)
}

function config(change: Readonly<Record<string, unknown>>): Config {
  const parsed = read(change)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes))
  return parsed.config
}

describe('what a route says of signatures', () => {
  it('is nothing, unless it says something', () => {
    const { routes, signing } = config({ ROUTES: [ROUTE] })
    expect(routes[0]).toMatchObject({ signature: 'ignored', signing: undefined })
    expect(signing.overrides.pay).toEqual({})
  })

  it('may be a profile of its dialect, with what this bank has differently', () => {
    const signing = { profile: 'berlin-group-jades', trailingNewline: true, maxAgeSeconds: 120 }
    const { routes, signing: made } = config({ ROUTES: [{ ...PSD2, signing }] })
    expect(routes[0]?.signing).toBe('berlin-group-jades')
    expect(made.overrides.pay).toEqual({ trailingNewline: true, maxAgeSeconds: 120 })
  })

  const BAD: readonly (readonly [what: string, change: Record<string, unknown>, binding: string])[] = [
    ['keys that nobody publishes', { ROUTES: [{ ...ROUTE, signature: 'required' }] }, 'ROUTES (pay)'],
    ['a streamed body', { ROUTES: [{ ...PSD2, streamed: true }] }, 'ROUTES (pay)'],
    ['a dialect of pages', { ROUTES: [{ ...PSD2, dialect: 'page' }] }, 'ROUTES (pay)'],
    [
      'a dialect that signs no requests',
      { ROUTES: [{ ...PSD2, dialect: 'fapi-1-advanced' }] },
      'ROUTES (pay)',
    ],
    ['a profile of another dialect', { ROUTES: [{ ...PSD2, signing: { profile: 'stet' } }] }, 'ROUTES (pay)'],
    ['a wish that is none', { ROUTES: [{ ...PSD2, signature: 'always' }] }, 'ROUTES'],
    ['a misspelt override', { ROUTES: [{ ...PSD2, signing: { maxAge: 5 } }] }, 'ROUTES'],
    ['an age of a month', { ROUTES: [{ ...PSD2, signing: { maxAgeSeconds: 2_592_000 } }] }, 'ROUTES'],
    ['an algorithm of secrets', { ROUTES: [{ ...PSD2, signing: { algorithms: ['HS256'] } }] }, 'ROUTES'],
    ['no algorithm', { ROUTES: [{ ...PSD2, signing: { algorithms: [] } }] }, 'ROUTES'],
    ['nothing that is covered', { ROUTES: [{ ...PSD2, signing: { covered: [] } }] }, 'ROUTES'],
    ['a component in capitals', { ROUTES: [{ ...PSD2, signing: { covered: ['Digest'] } }] }, 'ROUTES'],
    [
      'a directory without an organisation',
      { KEY_DIRECTORY: 'https://keystore.example/keys' },
      'KEY_DIRECTORY',
    ],
    [
      'a directory that a third party could name',
      { KEY_DIRECTORY: 'https://{organisation}.example/' },
      'KEY_DIRECTORY',
    ],
    ['a directory over http', { KEY_DIRECTORY: 'http://keystore.example/{organisation}' }, 'KEY_DIRECTORY'],
    ['keys over http', { SIGNERS: [{ organisation: 'a', keys: 'http://keys.example/' }] }, 'SIGNERS'],
    [
      'a user name in the place of keys',
      { SIGNERS: [{ organisation: 'a', keys: 'https://a@b.example/' }] },
      'SIGNERS',
    ],
    ['a host that is a URL', { SIGNERS: [{ organisation: 'a', hosts: ['https://b.example'] }] }, 'SIGNERS'],
    ['a signer twice', { SIGNERS: [{ organisation: 'a' }, { organisation: 'a' }] }, 'SIGNERS'],
    [
      'a client of two organisations',
      {
        SIGNERS: [
          { organisation: 'a', clients: ['c'] },
          { organisation: 'b', clients: ['c'] },
        ],
      },
      'SIGNERS',
    ],
    [
      'an issuer without audience',
      { TOKEN_ISSUERS: [{ issuer: 'a', keys: 'https://a.example/' }] },
      'TOKEN_ISSUERS',
    ],
    [
      'an endpoint without credentials',
      { INTROSPECTION: { url: 'https://a.example/' } },
      'INTROSPECTION_CREDENTIALS',
    ],
    [
      'credentials without an endpoint',
      { INTROSPECTION_CREDENTIALS: 'gate:0123456789abcdef' },
      'INTROSPECTION_CREDENTIALS',
    ],
    [
      'credentials without a secret',
      { INTROSPECTION: { url: 'https://a.example/' }, INTROSPECTION_CREDENTIALS: 'gate' },
      'INTROSPECTION_CREDENTIALS',
    ],
    ['an agent at a URL', { AGENTS: [{ host: 'https://a.example', name: 'a' }] }, 'AGENTS'],
    ['no memory of used requests', { REPLAY: undefined }, 'REPLAY'],
    ['no place for key sets', { KEYS: undefined }, 'KEYS'],
  ]

  it.each(BAD)('refuses %s and names the binding', (_what, change, binding) => {
    const parsed = read(change)
    const mistakes = parsed.ok ? [] : parsed.mistakes
    expect(mistakes.map((mistake) => mistake.binding)).toContain(binding)
    for (const { found, allowed } of mistakes) expect([found, allowed]).not.toContain('')
  })

  it('reports all of them at once, and shows no secret', () => {
    const parsed = read({
      ROUTES: [
        { ...PSD2, streamed: true },
        { ...ROUTE, id: 'other', pattern: '/other', signature: 'required' },
      ],
      KEY_DIRECTORY: 'nowhere',
      INTROSPECTION_CREDENTIALS: 'hunter2',
    })
    const mistakes = parsed.ok ? [] : parsed.mistakes
    expect(mistakes.map(({ binding }) => binding).sort()).toEqual([
      'INTROSPECTION_CREDENTIALS',
      'INTROSPECTION_CREDENTIALS',
      'KEY_DIRECTORY',
      'ROUTES (pay)',
    ])
    expect(JSON.stringify(mistakes)).not.toContain('hunter2')
  })
})

describe('rules', () => {
  it('of every profile can be made, as they stand', () => {
    const routes = Object.values(DIALECTS).flatMap(({ name, signing }) =>
      signing.map(({ name: profile }, at) => ({
        ...{
          ...PSD2,
          id: `${name.replaceAll('.', '-')}-${at}`,
          pattern: `/${name}/${profile}`,
          dialect: name,
        },
        signing: { profile },
      })),
    )
    const made = signingPremises(config({ ROUTES: routes, KEY_DIRECTORY }), DIALECTS)
    expect(made.ok && made.value.rules.size).toBe(routes.length)
  })

  it.each([
    [
      'a digest that is signed and not among what is covered is no loss: it is asked for beside',
      { covered: ['date'] },
      true,
    ],
    ['what covers the body of a detached JWS cannot be chosen', { covered: ['digest'] }, false],
  ] as const)('%s', (_what, signing, ok) => {
    const route = ok ? PSD2 : { ...ROUTE, signature: 'required' }
    const made = signingPremises(config({ ROUTES: [{ ...route, signing }], KEY_DIRECTORY }), DIALECTS)
    expect(made.ok).toBe(ok)
  })
})
