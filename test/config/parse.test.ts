import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/parse.ts'
import type { Vocabulary } from '../../src/config.ts'

const vocabulary: Vocabulary = {
  dialects: ['page', 'problem', 'obie-4.0', 'obie-3.1', 'berlin-group-1.3'],
  signing: {
    'obie-4.0': [{ name: 'obie-4.0', published: true }],
    'berlin-group-1.3': [
      { name: 'berlin-group', published: false },
      { name: 'berlin-group-jades', published: false },
    ],
    problem: [{ name: 'rfc9421', published: true }],
  },
  rules: ['client_many_accounts', 'content_refused', 'score_deny'],
  fixed: ['content_refused'],
  limited: ['client_many_accounts'],
  policy: {
    rules: {},
    thresholds: { flag: 0.5, challenge: 0.7, throttle: 0.8, deny: 0.9, certain: 0.99 },
    retryAfterSeconds: 30,
  },
}

/** RFC 8032 section 7.1, test 1: a private key that everybody knows. */
const SIGNATURE_KEY = {
  ...{ kty: 'OKP', crv: 'Ed25519', kid: 'gate-1' },
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
}

const SHIPPED: Readonly<Record<string, unknown>> = { ...env }

function mistakesOf(change: Readonly<Record<string, unknown>>) {
  const parsed = parseConfig({ ...SHIPPED, ...change }, vocabulary)
  return parsed.ok ? [] : parsed.mistakes
}

describe('parseConfig() on good bindings', () => {
  it('reads what wrangler.toml ships', () => {
    const parsed = parseConfig(SHIPPED, vocabulary)
    expect(parsed).toMatchObject({ ok: true })
    if (!parsed.ok) return
    expect(parsed.config.routes.length).toBeGreaterThan(15)
    expect(parsed.config.ledger).toEqual({
      jurisdiction: 'none',
      shards: 64,
      organisationShards: 4,
      shardsBefore: [],
      organisationShardsBefore: [],
      budgetMs: 250,
    })
    expect(parsed.config.policy).toEqual({ ...vocabulary.policy, retryAfterSeconds: 60 })
    expect(parsed.config.fallback.documented).toBe(false)
  })

  it('reads structured bindings that arrive as JSON text, as the dashboard sends them', () => {
    const parsed = parseConfig({ ...SHIPPED, ROUTES: JSON.stringify(SHIPPED.ROUTES) }, vocabulary)
    expect(parsed.ok).toBe(true)
  })

  it('reads where certificates come from, and how their sources prove themselves', () => {
    const hex = 'AB:'.repeat(31)
    const parsed = parseConfig(
      {
        ...SHIPPED,
        ...{ CERTIFICATE_SOURCE: 'proxy', PROXY_THUMBPRINTS: `${hex}AB, ${'cd'.repeat(32)}` },
        ...{ REVOCATION_HOSTS: 'OCSP.example, crl.example', REVOCATION_WAIT_MS: '1500' },
        ANCHOR_KEYS: JSON.stringify([{ kid: 'operator', x: 'A'.repeat(43), signs: 'all' }]),
      },
      vocabulary,
    )
    expect(parsed.ok && parsed.config.certificates).toEqual({
      source: 'proxy',
      proxyThumbprints: ['ab'.repeat(32), 'cd'.repeat(32)],
      trustAnchors: '',
      anchorKeys: [{ kid: 'operator', x: 'A'.repeat(43), signs: 'all' }],
      revocationWaitMs: 1_500,
      revocationHosts: ['ocsp.example', 'crl.example'],
    })
  })

  it('tells a route that needs no role from one that leaves it to its dialect', () => {
    const [first = {}] = Array.isArray(SHIPPED.ROUTES) ? SHIPPED.ROUTES : []
    const ROUTES = [
      { ...first, id: 'none', pattern: '/none', roles: [] },
      { ...first, id: 'left', pattern: '/left' },
    ]
    const parsed = parseConfig({ ...SHIPPED, ROUTES }, vocabulary)
    expect(parsed.ok && parsed.config.routes.map(({ roles }) => roles)).toEqual([[], undefined])
  })

  it('reads numbers that arrive as text', () => {
    const parsed = parseConfig({ ...SHIPPED, LEDGER_SHARDS: '8' }, vocabulary)
    expect(parsed.ok && parsed.config.ledger.shards).toBe(8)
  })

  it('reads what the numbers of objects were, which the dashboard sends as JSON text', () => {
    const ledger = { LEDGER_SHARDS_BEFORE: '[16, 64]', LEDGER_ORGANISATION_SHARDS_BEFORE: ['4'] }
    const parsed = parseConfig({ ...SHIPPED, ...ledger, JOURNAL_SHARDS_BEFORE: '[2]' }, vocabulary)
    expect(parsed.ok && parsed.config.ledger).toMatchObject({
      shardsBefore: [16, 64],
      organisationShardsBefore: [4],
    })
    expect(parsed.ok && parsed.config.journal.shardsBefore).toEqual([2])
  })

  it('keeps the default where a rule or threshold is not named', () => {
    const POLICY = { rules: { client_many_accounts: { limit: 3 } }, thresholds: { deny: 0.95 } }
    const parsed = parseConfig({ ...SHIPPED, POLICY }, vocabulary)
    expect(parsed.ok && parsed.config.policy).toEqual({
      rules: { client_many_accounts: { limit: 3 } },
      thresholds: { flag: 0.5, challenge: 0.7, throttle: 0.8, deny: 0.95, certain: 0.99 },
      retryAfterSeconds: 30,
    })
  })

  it('takes several master keys with the current one first', () => {
    const parsed = parseConfig(
      { ...SHIPPED, GATE_KEYS: `k2:${'E'.repeat(43)},k1:${'A'.repeat(43)}` },
      vocabulary,
    )
    expect(parsed.ok && parsed.secrets.gateKeys.map((key) => key.id)).toEqual(['k2', 'k1'])
  })
})

describe('parseConfig() on bad bindings', () => {
  const route = { id: 'a', methods: ['GET'], pattern: '/a', dialect: 'page', channel: 'browser' }
  const login = {
    ...{ ...route, methods: ['POST'], sensitivity: 'login' },
    ...{ user: ['u'], mediaTypes: ['application/x-www-form-urlencoded'] },
  }
  const BAD: readonly (readonly [what: string, change: Record<string, unknown>, binding: string])[] = [
    ['no master key', { GATE_KEYS: undefined }, 'GATE_KEYS'],
    ['a short master key', { GATE_KEYS: 'k1:AAAA' }, 'GATE_KEYS'],
    ['a master key of an impossible length', { GATE_KEYS: `k1:${'A'.repeat(45)}` }, 'GATE_KEYS'],
    ['two master keys of one id', { GATE_KEYS: `k1:${'A'.repeat(43)},k1:${'E'.repeat(43)}` }, 'GATE_KEYS'],
    ['a guessable operator token', { OPERATOR_TOKEN: 'secret' }, 'OPERATOR_TOKEN'],
    ['a signature key that is no key', { GATE_SIGNATURE_KEY: '{}' }, 'GATE_SIGNATURE_KEY'],
    ['no ledger', { LEDGER: undefined }, 'LEDGER'],
    ['nobody to ask about revocations', { REVOCATION: undefined }, 'REVOCATION'],
    ['a source of certificates that is none', { CERTIFICATE_SOURCE: 'headers' }, 'CERTIFICATE_SOURCE'],
    ['a proxy without proof', { CERTIFICATE_SOURCE: 'proxy' }, 'CERTIFICATE_SOURCE'],
    [
      'a proxy with two proofs',
      { CERTIFICATE_SOURCE: 'proxy', PROXY_SECRET: 's'.repeat(32), PROXY_THUMBPRINTS: 'ab'.repeat(32) },
      'CERTIFICATE_SOURCE',
    ],
    ['the proof of a proxy that is not asked', { PROXY_SECRET: 's'.repeat(32) }, 'CERTIFICATE_SOURCE'],
    [
      'a guessable secret of the proxy',
      { CERTIFICATE_SOURCE: 'proxy', PROXY_SECRET: 'secret' },
      'PROXY_SECRET',
    ],
    ['a thumbprint of another length', { PROXY_THUMBPRINTS: 'abcd' }, 'PROXY_THUMBPRINTS'],
    ['a key for anchors that is none', { ANCHOR_KEYS: [{ kid: 'a', x: 'b', signs: 'all' }] }, 'ANCHOR_KEYS'],
    [
      'a key for anchors that may sign anything',
      { ANCHOR_KEYS: [{ kid: 'a', x: 'A'.repeat(43) }] },
      'ANCHOR_KEYS',
    ],
    ['a URL among the hosts to ask', { REVOCATION_HOSTS: 'https://ocsp.example/' }, 'REVOCATION_HOSTS'],
    ['a wait that no caller would bear', { REVOCATION_WAIT_MS: 60_000 }, 'REVOCATION_WAIT_MS'],
    ['a role that nobody has', { ROUTES: [{ ...route, roles: ['AISP'] }] }, 'ROUTES'],
    ['no lists', { LISTS: undefined }, 'LISTS'],
    ['no bank at all', { BANK: undefined }, 'BANK'],
    ['an unknown jurisdiction', { JURISDICTION: 'mars' }, 'JURISDICTION'],
    ['no shard', { LEDGER_SHARDS: 0 }, 'LEDGER_SHARDS'],
    ['a number of objects that never was', { LEDGER_SHARDS_BEFORE: [64, 0] }, 'LEDGER_SHARDS_BEFORE'],
    [
      'former numbers that are no list',
      { LEDGER_ORGANISATION_SHARDS_BEFORE: '4 16' },
      'LEDGER_ORGANISATION_SHARDS_BEFORE',
    ],
    ['a budget that is no number', { LEDGER_BUDGET_MS: 'soon' }, 'LEDGER_BUDGET_MS'],
    [
      'a path in the origin',
      { ORIGIN_URL: 'https://bank.example/api', ORIGIN_PROOF: 'signature' },
      'ORIGIN_URL',
    ],
    ['plain http to a public origin', { ORIGIN_URL: 'http://bank.example' }, 'ORIGIN_URL'],
    ['a public origin without proof of the gate', { ORIGIN_URL: 'https://bank.example' }, 'ORIGIN_PROOF'],
    [
      'mTLS without a certificate',
      { ORIGIN_URL: 'https://bank.example', ORIGIN_PROOF: 'mtls' },
      'ORIGIN_MTLS',
    ],
    ['a signature without a key', { ORIGIN_PROOF: 'signature' }, 'GATE_SIGNATURE_KEY'],
    ['routes that are no list', { ROUTES: 'all of them' }, 'ROUTES'],
    ['a route without a pattern', { ROUTES: [{ ...route, pattern: undefined }] }, 'ROUTES'],
    ['a relative pattern', { ROUTES: [{ ...route, pattern: 'a' }] }, 'ROUTES'],
    ['a lower-case method', { ROUTES: [{ ...route, methods: ['get'] }] }, 'ROUTES'],
    ['a misspelt field', { ROUTES: [{ ...route, postur: 'observe' }] }, 'ROUTES'],
    ['a bad JSON pointer', { ROUTES: [{ ...route, user: ['/a~2b'] }] }, 'ROUTES'],
    ['an unknown dialect', { ROUTES: [{ ...route, dialect: 'klingon' }] }, 'ROUTES (a)'],
    ['the same id twice', { ROUTES: [route, route] }, 'ROUTES (a)'],
    ['a streamed login', { ROUTES: [{ ...route, streamed: true, user: ['u'] }] }, 'ROUTES (a)'],
    ['a login without the place of its user name', { ROUTES: [{ ...login, user: undefined }] }, 'ROUTES (a)'],
    ['form fields in JSON', { ROUTES: [{ ...login, mediaTypes: ['application/json'] }] }, 'ROUTES (a)'],
    ['JSON pointers in a form', { ROUTES: [{ ...login, user: ['/u'] }] }, 'ROUTES (a)'],
    ['an inspected body of no type', { ROUTES: [{ ...login, mediaTypes: [] }] }, 'ROUTES (a)'],
    [
      'one method and pattern twice',
      {
        ROUTES: [
          { ...route, pattern: '/a/{x}' },
          { ...route, id: 'b', pattern: '/a/{y}' },
        ],
      },
      'ROUTES (b)',
    ],
    ["a route in the gate's own place", { ROUTES: [{ ...route, pattern: '/_portcullis/*' }] }, 'ROUTES (a)'],
    ['a misspelt binding', { LEDGER_SHARD: '8' }, 'LEDGER_SHARD'],
    ['a bank that is null', { BANK: null }, 'BANK'],
    [
      'a name that begins like a loopback address',
      { ORIGIN_URL: 'http://127.evil.example', ORIGIN_PROOF: 'signature' },
      'ORIGIN_URL',
    ],
    ['an operator token that no header carries', { OPERATOR_TOKEN: 'é'.repeat(30) }, 'OPERATOR_TOKEN'],
    [
      'a signature key of 31 bytes',
      { GATE_SIGNATURE_KEY: JSON.stringify({ ...SIGNATURE_KEY, d: 'A'.repeat(42) }) },
      'GATE_SIGNATURE_KEY',
    ],
    [
      'a posture for what always holds',
      { POLICY: { rules: { content_refused: { posture: 'off' } } } },
      'POLICY',
    ],
    ['a limit where there is none', { POLICY: { rules: { score_deny: { limit: 3 } } } }, 'POLICY'],
    ['no fallback', { FALLBACK: undefined }, 'FALLBACK'],
    ['an unknown rule', { POLICY: { rules: { no_such_rule: {} } } }, 'POLICY'],
    ['thresholds out of order', { POLICY: { thresholds: { flag: 0.99 } } }, 'POLICY'],
    ['a threshold above one', { POLICY: { thresholds: { deny: 90 } } }, 'POLICY'],
  ]

  it.each(BAD)('refuses %s and names the binding', (_what, change, binding) => {
    const mistakes = mistakesOf(change)
    expect(mistakes.map((mistake) => mistake.binding)).toContain(binding)
    for (const mistake of mistakes) {
      expect(mistake.found).not.toBe('')
      expect(mistake.allowed).not.toBe('')
    }
  })

  it('reports all mistakes at once, so that an operator mends them in one go', () => {
    const mistakes = mistakesOf({ GATE_KEYS: '', OPERATOR_TOKEN: '', LEDGER: null, LEDGER_SHARDS: -1 })
    expect(mistakes.map((mistake) => mistake.binding).sort()).toEqual([
      'GATE_KEYS',
      'LEDGER',
      'LEDGER_SHARDS',
      'OPERATOR_TOKEN',
    ])
  })

  it('says where in a structured binding the mistake stands', () => {
    const [mistake] = mistakesOf({ ROUTES: [{ ...route, sensitivity: 'huge' }] })
    expect(mistake?.found).toContain('0.sensitivity')
  })

  it('leaves bindings alone that are none of ours', () => {
    expect(mistakesOf({ CI: '1', SENTRY_DSN: 'x', BANKS: { fetch() {} } })).toEqual([])
  })

  it('shows a refused origin without its credentials', () => {
    const text = JSON.stringify(mistakesOf({ ORIGIN_URL: 'https://user:hunter2@bank.example' }))
    expect(text).toContain('bank.example')
    expect(text).not.toMatch(/user|hunter2/)
  })

  it('never shows a secret', () => {
    const secret = 'tooshort-secret-value'
    const text = JSON.stringify(
      mistakesOf({ GATE_KEYS: secret, OPERATOR_TOKEN: secret, GATE_SIGNATURE_KEY: secret }),
    )
    expect(text).not.toContain('secret-value')
  })
})
