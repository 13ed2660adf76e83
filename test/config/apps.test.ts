// The bindings of the bank's apps: what holds where nothing is said, and every mistake at once.
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { appPremises } from '../../src/apps.ts'
import { parseConfig } from '../../src/config/parse.ts'
import type { Mistake, Vocabulary } from '../../src/config.ts'
import { DEFAULT_POLICY } from '../../src/decide/policy.ts'
import { toBase64 } from '../../src/lib/base64.ts'
import { APP, ROOT_PEM } from '../verify/attestation/apple.ts'
import { DECRYPTION_KEY, DIGEST, google, PACKAGE, verificationKeyOf } from '../verify/attestation/play.ts'

const AES = toBase64(DECRYPTION_KEY)
const SPKI = toBase64(google.spki)
const KEYS = `${PACKAGE}:${AES}:${SPKI}`
const HEX = 'AB:'.repeat(31)
const route = { id: 'a', methods: ['POST'], pattern: '/a', dialect: 'problem', channel: 'mobile' }
const GOOD = {
  APPS: { apple: { apps: [APP] }, play: [{ package: PACKAGE, certificates: [DIGEST] }] },
  APPLE_APP_ATTEST_ROOT: ROOT_PEM,
  PLAY_KEYS: KEYS,
  ROUTES: [{ ...route, app: 'required' }],
}

const vocabulary: Vocabulary = {
  dialects: ['problem'],
  ...{ signing: {}, rules: [], fixed: [], limited: [], policy: DEFAULT_POLICY },
}

function parsed(change: Readonly<Record<string, unknown>>) {
  return parseConfig(
    { ...env, FALLBACK: { ...env.FALLBACK, dialect: 'problem' }, ...GOOD, ...change },
    vocabulary,
  )
}

function mistakesOf(change: Readonly<Record<string, unknown>>): readonly Mistake[] {
  const read = parsed(change)
  return read.ok ? [] : read.mistakes
}

describe('the bank’s apps', () => {
  it('are judged strictly where the operator says nothing', () => {
    const read = parsed({})
    expect(read.ok && read.config.apps).toEqual({
      headers: {
        keyId: 'app-key-id',
        assertion: 'app-assertion',
        integrityToken: 'play-integrity-token',
        challenge: 'app-challenge',
        time: 'app-time',
      },
      freshness: { accepts: ['challenge', 'time'], maxAgeSeconds: 60, maxFutureSeconds: 10 },
      apple: {
        apps: [APP],
        environments: ['production'],
        categories: [4],
        withoutCategory: 'accepted',
        bundleVersions: undefined,
        root: ROOT_PEM,
      },
      play: [
        {
          packageName: PACKAGE,
          certificateDigests: [DIGEST],
          bindings: ['nonce', 'request_hash'],
          appVerdicts: ['PLAY_RECOGNIZED'],
          deviceVerdicts: ['MEETS_DEVICE_INTEGRITY'],
          licensingVerdicts: undefined,
          minVersionCode: undefined,
          maxAgeSeconds: 120,
          maxFutureSeconds: 10,
          testResponses: 'refused',
        },
      ],
    })
  })

  it('are a policy of the engines, with the root and the keys that stand elsewhere', () => {
    const read = parsed({})
    const made = read.ok ? appPremises(read.config, read.secrets) : read
    if (!made.ok || !('value' in made)) throw new Error(JSON.stringify(made))
    const { apple, google: play } = made.value?.policy ?? {}
    expect(apple?.anchors).toHaveLength(1)
    expect(play?.[0]?.decryptionKey).toEqual(DECRYPTION_KEY)
    expect(play?.[0]?.verificationKey).toEqual(verificationKeyOf(google))
  })

  it('are none where nothing is set', () => {
    const read = parsed({
      APPS: undefined,
      APPLE_APP_ATTEST_ROOT: undefined,
      PLAY_KEYS: undefined,
      ROUTES: [route],
    })
    expect(read.ok && [read.config.apps, read.config.routes[0]?.app]).toEqual([undefined, 'ignored'])
  })

  it('may arrive as JSON text, and name certificates as tools print them', () => {
    const APPS = { play: [{ package: PACKAGE, certificates: [`${HEX}AB`, 'ab'.repeat(32)] }] }
    const read = parsed({ APPS: JSON.stringify(APPS), APPLE_APP_ATTEST_ROOT: '' })
    const digest = 'q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s'
    expect(read.ok && read.config.apps?.play[0]?.certificateDigests).toEqual([digest, digest])
  })
})

describe('mistakes about apps', () => {
  const apple = { apps: [APP] }
  const play = { package: PACKAGE, certificates: [DIGEST] }
  const BAD: readonly (readonly [what: string, change: Record<string, unknown>, binding: string])[] = [
    [
      'a route that asks for what nobody can verify',
      { APPS: {}, APPLE_APP_ATTEST_ROOT: '', PLAY_KEYS: '' },
      'ROUTES (a)',
    ],
    [
      'a route that streams what was signed',
      { ROUTES: [{ ...route, app: 'optional', streamed: true }] },
      'ROUTES (a)',
    ],
    ['another word for it', { ROUTES: [{ ...route, app: 'yes' }] }, 'ROUTES'],
    ['an app on iOS without Apple’s root', { APPLE_APP_ATTEST_ROOT: '' }, 'APPLE_APP_ATTEST_ROOT'],
    ['a root without an app', { APPS: { play: [play] } }, 'APPLE_APP_ATTEST_ROOT'],
    ['a root that is none', { APPLE_APP_ATTEST_ROOT: 'https://www.apple.com' }, 'APPLE_APP_ATTEST_ROOT'],
    ['an app without its team', { APPS: { apple: { apps: ['com.example.bank'] }, play: [play] } }, 'APPS'],
    ['an app twice', { APPS: { apple: { apps: [APP, APP] }, play: [play] } }, 'APPS'],
    ['no app in a list of some', { APPS: { apple: { apps: [] }, play: [play] } }, 'APPS'],
    ['a misspelt member', { APPS: { apple: { ...apple, environment: 'production' }, play: [play] } }, 'APPS'],
    [
      'an environment that is none',
      { APPS: { apple: { ...apple, environments: ['test'] }, play: [play] } },
      'APPS',
    ],
    ['a package that is none', { APPS: { apple, play: [{ ...play, package: 'bank' }] } }, 'APPS'],
    ['a package without certificates', { APPS: { apple, play: [{ package: PACKAGE }] } }, 'APPS'],
    [
      'a certificate of another length',
      { APPS: { apple, play: [{ ...play, certificates: ['abcd'] }] } },
      'APPS',
    ],
    ['a device that need meet nothing', { APPS: { apple, play: [{ ...play, deviceVerdicts: [] }] } }, 'APPS'],
    ['a package twice', { APPS: { apple, play: [play, play] } }, 'APPS'],
    ['evidence of a day ago', { APPS: { ...GOOD.APPS, maxAgeSeconds: 86_400 } }, 'APPS'],
    ['one header for two things', { APPS: { ...GOOD.APPS, headers: { time: 'app-key-id' } } }, 'APPS'],
    ['a header of HTTP’s own', { APPS: { ...GOOD.APPS, headers: { time: 'content-type' } } }, 'APPS'],
    ['a header of the gate’s own', { APPS: { ...GOOD.APPS, headers: { time: 'portcullis-time' } } }, 'APPS'],
    ['no keys of a package', { PLAY_KEYS: '' }, 'PLAY_KEYS'],
    ['keys of another package', { PLAY_KEYS: `${KEYS},com.example.other:${AES}:${SPKI}` }, 'PLAY_KEYS'],
    ['keys of one package twice', { PLAY_KEYS: `${KEYS},${KEYS}` }, 'PLAY_KEYS'],
    [
      'an AES key of 16 bytes',
      { PLAY_KEYS: `${PACKAGE}:${toBase64(new Uint8Array(16))}:${SPKI}` },
      'PLAY_KEYS',
    ],
    [
      'a key of another curve',
      { PLAY_KEYS: `${PACKAGE}:${AES}:${toBase64(new Uint8Array(91))}` },
      'PLAY_KEYS',
    ],
    ['no memory of keys', { ATTESTATION: undefined }, 'ATTESTATION'],
  ]

  it.each(BAD)('%s', (_what, change, binding) => {
    const mistakes = mistakesOf(change)
    expect(mistakes.map((mistake) => mistake.binding)).toContain(binding)
    for (const { found, allowed } of mistakes) expect([found, allowed]).not.toContain('')
  })

  it('are told all at once', () => {
    const mistakes = mistakesOf({
      APPS: { apple, play: [play, play] },
      ...{ APPLE_APP_ATTEST_ROOT: 'x', PLAY_KEYS: 'x', ATTESTATION: null, LEDGER: null },
      ROUTES: [{ ...route, app: 'required', streamed: true }],
    })
    expect(new Set(mistakes.map(({ binding }) => binding))).toEqual(
      new Set(['APPS', 'APPLE_APP_ATTEST_ROOT', 'PLAY_KEYS', 'ATTESTATION', 'LEDGER', 'ROUTES (a)']),
    )
  })

  it('never show a key, wherever it was put', () => {
    const secret = 'MIGHAgEAMBMGByqGSM49AgEG'
    const text = JSON.stringify(
      mistakesOf({ PLAY_KEYS: secret, APPLE_APP_ATTEST_ROOT: `-----BEGIN PRIVATE KEY-----${secret}` }),
    )
    expect(text).toContain('APPLE_APP_ATTEST_ROOT')
    expect(text).not.toContain(secret)
  })

  it('a root that is certificate in form alone is found when it is read', () => {
    const read = parsed({ APPLE_APP_ATTEST_ROOT: ROOT_PEM.replace(/\n.{40}/, `\n${'A'.repeat(40)}`) })
    expect(read.ok && appPremises(read.config, read.secrets)).toMatchObject({
      ok: false,
      mistakes: [{ binding: 'APPLE_APP_ATTEST_ROOT' }],
    })
  })
})
