import { describe, expect, it } from 'vitest'
import { fromBase64url, toBase64url } from '../../../src/lib/base64.ts'
import { openToken } from '../../../src/verify/attestation/play-token.ts'
import { judgeVerdicts } from '../../../src/verify/attestation/play-verdict.ts'
import type { PlayApp } from '../../../src/verify/attestation/types.ts'
import { text } from './apple.ts'
import {
  DIGEST,
  encrypt,
  PACKAGE,
  type Payload,
  payload,
  playApp,
  seal,
  stranger,
  verificationKeyOf,
} from './play.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const HASH = toBase64url(new Uint8Array(32).fill(7))

describe('a token', () => {
  it('opens with the keys of its app, whichever of the apps that is', async () => {
    const other = playApp({ decryptionKey: new Uint8Array(32) })
    const opened = await openToken(await seal(payload(HASH, NOW)), [other, playApp()], NOW)
    expect(opened.state === 'valid' && opened.value.app.packageName).toBe(PACKAGE)
  })

  it('that is sealed otherwise than documented is refused before any key is tried', async () => {
    const token = await seal(payload(HASH, NOW))
    const [header = '', key = '', nonce = '', content = '', tag = ''] = token.split('.')
    const with5 = (...parts: readonly string[]) => parts.join('.')
    const named = (members: object) => toBase64url(text(JSON.stringify(members)))
    const cases: readonly (readonly [token: string, reason: string])[] = [
      ['', 'integrity_token_malformed'],
      [with5(header, key, nonce, content), 'integrity_token_malformed'],
      [with5(header, key, nonce, content, tag, ''), 'integrity_token_malformed'],
      [with5(header, key, nonce, '', tag), 'integrity_token_malformed'],
      [with5(header, `${key}=`, nonce, content, tag), 'integrity_token_malformed'],
      [with5(header, key, `${nonce}AAAA`, content, tag), 'integrity_token_malformed'],
      [with5(header, key, nonce, content, tag.slice(0, -2)), 'integrity_token_malformed'],
      [with5('{}', key, nonce, content, tag), 'integrity_token_malformed'],
      [
        with5(named({ alg: 'dir', enc: 'A256GCM' }), key, nonce, content, tag),
        'integrity_token_algorithm_refused',
      ],
      [
        with5(named({ alg: 'A256KW', enc: 'A256CBC-HS512' }), key, nonce, content, tag),
        'integrity_token_algorithm_refused',
      ],
      [
        with5(named({ alg: 'A256KW', enc: 'A256GCM', zip: 'DEF' }), key, nonce, content, tag),
        'integrity_token_algorithm_refused',
      ],
      ['A'.repeat(8_193), 'integrity_token_too_large'],
    ]
    for (const [wrong, reason] of cases) {
      expect(await openToken(wrong, [playApp()], NOW)).toEqual({ state: 'invalid', reason })
    }
  })

  it.each([
    ['under another key', { key: new Uint8Array(32) }, 'integrity_token_undecryptable'],
    ['signed by somebody else', { signer: stranger }, 'integrity_token_signature_wrong'],
    [
      'with an extension inside',
      { jws: { alg: 'ES256', jku: 'https://keys.example' } },
      'integrity_token_malformed',
    ],
  ] as const)('%s is refused', async (_what, wish, reason) => {
    const token = await seal(payload(HASH, NOW), wish)
    expect(await openToken(token, [playApp()], NOW)).toEqual({ state: 'invalid', reason })
  })

  it('that holds something unsigned is refused', async () => {
    const none = `${toBase64url(text('{"alg":"none"}'))}.${toBase64url(text('{}'))}.`
    for (const content of [none, JSON.stringify(payload(HASH, NOW)), '\u00fc']) {
      const opened = await openToken(await encrypt(content), [playApp()], NOW)
      expect(opened).toEqual({ state: 'invalid', reason: 'integrity_token_malformed' })
    }
  })

  it('for one app counts nothing under the verification key of another', async () => {
    const app = playApp({ verificationKey: verificationKeyOf(stranger) })
    const opened = await openToken(await seal(payload(HASH, NOW)), [app], NOW)
    expect(opened).toEqual({ state: 'invalid', reason: 'integrity_token_signature_wrong' })
  })

  it('opens nowhere when a single character of it was changed', async () => {
    const token = await seal(payload(HASH, NOW))
    const changed = Array.from({ length: 40 }, (_, at) => Math.floor((at * token.length) / 40))
    for (const at of changed) {
      const character = token[at] === 'A' ? 'B' : 'A'
      const opened = await openToken(token.slice(0, at) + character + token.slice(at + 1), [playApp()], NOW)
      expect(opened.state).toBe('invalid')
    }
  })
})

function judge(content: Payload, changes: Partial<PlayApp> = {}, now = NOW) {
  const bytes = text(JSON.stringify(content))
  return judgeVerdicts({ payload: bytes, app: playApp(changes), requestHash: HASH, now })
}

const details = (changes: Payload): Payload => ({
  requestDetails: { requestPackageName: PACKAGE, nonce: HASH, timestampMillis: String(NOW), ...changes },
})
const integrity = (changes: Payload): Payload => ({
  appIntegrity: {
    appRecognitionVerdict: 'PLAY_RECOGNIZED',
    packageName: PACKAGE,
    certificateSha256Digest: [DIGEST],
    versionCode: '42',
    ...changes,
  },
})
const device = (...labels: readonly string[]): Payload => ({
  deviceIntegrity: { deviceRecognitionVerdict: labels },
})

describe('a verdict', () => {
  it('counts for this request, this app and a device that is good enough', () => {
    expect(judge(payload(HASH, NOW))).toEqual({
      state: 'valid',
      value: {
        binding: 'nonce',
        issuedAt: NOW,
        until: NOW + 120_000,
        verdicts: {
          app: 'PLAY_RECOGNIZED',
          device: ['MEETS_BASIC_INTEGRITY', 'MEETS_DEVICE_INTEGRITY'],
          licensing: 'LICENSED',
          versionCode: 42,
        },
      },
    })
  })

  it('of a standard request carries a hash, and of either kind Google gives back the padding that it was given', () => {
    const standard = judge(payload(HASH, NOW, details({ nonce: undefined, requestHash: HASH })))
    expect(standard).toMatchObject({ value: { binding: 'request_hash' } })
    expect(judge(payload(`${HASH}=`, NOW)).state).toBe('valid')
  })

  it('names every label of a device, and any certificate of the app', () => {
    const labels = device('MEETS_BASIC_INTEGRITY', 'MEETS_STRONG_INTEGRITY', 'MEETS_DEVICE_INTEGRITY')
    expect(judge(payload(HASH, NOW, labels)).state).toBe('valid')
    const rotated = integrity({ certificateSha256Digest: ['another', `${DIGEST}=`] })
    expect(judge(payload(HASH, NOW, rotated)).state).toBe('valid')
  })

  it('that a tester made up counts where the policy says so', () => {
    const content = payload(HASH, NOW, { testingDetails: { isTestingResponse: true } })
    expect(judge(content)).toEqual({ state: 'invalid', reason: 'integrity_test_response' })
    expect(judge(content, { testResponses: 'accepted' }).state).toBe('valid')
  })

  const REFUSED: readonly (readonly [
    what: string,
    changes: Payload,
    policy: Partial<PlayApp>,
    reason: string,
  ])[] = [
    [
      'about another request',
      details({ nonce: toBase64url(new Uint8Array(32)) }),
      {},
      'integrity_request_mismatch',
    ],
    ['about no request', details({ nonce: undefined }), {}, 'integrity_request_mismatch'],
    ['about two requests', details({ requestHash: HASH }), {}, 'integrity_request_mismatch'],
    [
      'of a kind that the policy does not take',
      {},
      { bindings: ['request_hash'] },
      'integrity_request_mismatch',
    ],
    ['for another package', details({ requestPackageName: 'com.example.other' }), {}, 'app_refused'],
    ['about another package', integrity({ packageName: 'com.example.other' }), {}, 'app_refused'],
    [
      'that is two minutes old',
      details({ timestampMillis: String(NOW - 120_001) }),
      {},
      'integrity_token_stale',
    ],
    [
      'from the future',
      details({ timestampMillis: String(NOW + 10_001) }),
      {},
      'integrity_token_from_future',
    ],
    ['without a time', details({ timestampMillis: undefined }), {}, 'integrity_verdict_malformed'],
    ['whose time is no integer', details({ timestampMillis: '1e12' }), {}, 'integrity_verdict_malformed'],
    ['without request details', { requestDetails: undefined }, {}, 'integrity_verdict_malformed'],
    [
      'of a version that Play does not know',
      integrity({ appRecognitionVerdict: 'UNRECOGNIZED_VERSION' }),
      {},
      'app_unrecognised',
    ],
    [
      'that Play did not evaluate',
      integrity({ appRecognitionVerdict: 'UNEVALUATED' }),
      {},
      'app_unrecognised',
    ],
    ['without a word about the app', { appIntegrity: undefined }, {}, 'app_unrecognised'],
    [
      'of an app signed by somebody else',
      integrity({ certificateSha256Digest: ['another'] }),
      {},
      'app_certificate_refused',
    ],
    [
      'of an app signed by nobody',
      integrity({ certificateSha256Digest: undefined }),
      {},
      'app_certificate_refused',
    ],
    ['of a version that is too old', {}, { minVersionCode: 43 }, 'app_version_refused'],
    [
      'without a version where one is asked for',
      integrity({ versionCode: undefined }),
      { minVersionCode: 1 },
      'app_version_refused',
    ],
    [
      'of an app that was not bought',
      { accountDetails: { appLicensingVerdict: 'UNLICENSED' } },
      {},
      'app_unlicensed',
    ],
    ['without a word about the licence', { accountDetails: undefined }, {}, 'app_unlicensed'],
    ['of a device with no label', device(), {}, 'device_refused'],
    ['of a device that was rooted', device('MEETS_BASIC_INTEGRITY'), {}, 'device_refused'],
    ['of an emulator', device('MEETS_VIRTUAL_INTEGRITY'), {}, 'device_refused'],
    [
      'of a device that is good and not strong',
      {},
      { deviceVerdicts: ['MEETS_STRONG_INTEGRITY'] },
      'device_refused',
    ],
    ['without a word about the device', { deviceIntegrity: undefined }, {}, 'device_refused'],
    [
      'whose label is a text and no list',
      { deviceIntegrity: { deviceRecognitionVerdict: 'MEETS_DEVICE_INTEGRITY' } },
      {},
      'device_refused',
    ],
  ]
  it.each(REFUSED)('%s is refused', (_what, changes, policy, reason) => {
    expect(judge(payload(HASH, NOW, changes), policy)).toEqual({ state: 'invalid', reason })
  })

  it('asks nothing about licences where the policy asks nothing', () => {
    const content = payload(HASH, NOW, { accountDetails: undefined })
    expect(judge(content, { licensingVerdicts: undefined }).state).toBe('valid')
  })

  it('that says one thing twice, or is no object, says nothing', () => {
    const once = JSON.stringify(payload(HASH, NOW))
    const twice = `{"deviceIntegrity":{},${once.slice(1)}`
    for (const content of [twice, '[]', 'null', '', `${once} x`, `{"a":${'['.repeat(9)}${']'.repeat(9)}}`]) {
      const question = { payload: text(content), app: playApp(), requestHash: HASH, now: NOW }
      expect(judgeVerdicts(question)).toEqual({ state: 'invalid', reason: 'integrity_verdict_malformed' })
    }
    const bytes = fromBase64url('_w') ?? new Uint8Array()
    const question = { payload: bytes, app: playApp(), requestHash: HASH, now: NOW }
    expect(judgeVerdicts(question)).toEqual({ state: 'invalid', reason: 'integrity_verdict_malformed' })
  })
})
