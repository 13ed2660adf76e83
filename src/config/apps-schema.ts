/** The shape of what is set about the bank's mobile apps (docs/mobile-apps.md). */
import * as v from 'valibot'
import { toBase64url } from '../lib/base64.ts'

const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max))
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(64))
const some = <T extends v.GenericSchema>(max: number, item: T) =>
  v.pipe(v.array(item), v.minLength(1), v.maxLength(max))

const APPLE_ID = /^[A-Z0-9]{10}\.[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/
const appleId = v.pipe(
  v.string(),
  v.maxLength(166),
  v.regex(APPLE_ID, 'team and bundle identifier: TEAM123456.com.example.bank'),
)
const packageName = v.pipe(
  v.string(),
  v.maxLength(150),
  v.regex(/^[A-Za-z]\w*(?:\.[A-Za-z]\w*)+$/, 'a package name: com.example.bank'),
)

const HEX = /^(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}$/i
const BASE64URL = /^[\w-]{42}[AEIMQUYcgkosw048]$/

/** As the Play Console and keytool print it (hexadecimal), or as Google's verdicts have it (base64url). */
const digest = v.pipe(
  v.string(),
  v.check(
    (written) => HEX.test(written) || BASE64URL.test(written),
    'SHA-256 of a signing certificate, in hexadecimal or base64url',
  ),
  v.transform((written) => (BASE64URL.test(written) ? written : toBase64url(octetsOf(written)))),
)

function octetsOf(hex: string): Uint8Array {
  const pairs = hex.replaceAll(':', '').match(/../g) ?? []
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16))
}

/** Apple adds some: one may be set before we know it. */
const category = whole(0, 255)
const APP_STORE = 4

const apple = v.strictObject({
  apps: some(16, appleId),
  environments: v.optional(some(2, v.picklist(['production', 'development'])), ['production']),
  categories: v.optional(some(16, category), [APP_STORE]),
  withoutCategory: v.optional(v.picklist(['accepted', 'refused']), 'accepted'),
  bundleVersions: v.optional(some(64, text)),
})

/** Clocks disagree. */
const FUTURE = v.optional(whole(0, 300), 10)
/** What was made longer ago says little of now. */
const MAX_AGE = 600

const play = v.strictObject({
  package: packageName,
  certificates: some(8, digest),
  bindings: v.optional(some(2, v.picklist(['nonce', 'request_hash'])), ['nonce', 'request_hash']),
  appVerdicts: v.optional(some(8, text), ['PLAY_RECOGNIZED']),
  deviceVerdicts: v.optional(some(8, text), ['MEETS_DEVICE_INTEGRITY']),
  licensingVerdicts: v.optional(some(8, text)),
  minVersionCode: v.optional(whole(0, Number.MAX_SAFE_INTEGER)),
  maxAgeSeconds: v.optional(whole(1, MAX_AGE), 120),
  maxFutureSeconds: FUTURE,
  testResponses: v.optional(v.picklist(['accepted', 'refused']), 'refused'),
})

/** With a hyphen and not of HTTP's own or the edge's: these come off before the bank sees the request. */
const HEADER =
  /^(?!portcullis-|cf-|x-forwarded|content-|accept|sec-|if-|user-agent$)[a-z0-9]+(?:-[a-z0-9]+)+$/
const header = (name: string) =>
  v.optional(
    v.pipe(v.string(), v.maxLength(64), v.regex(HEADER, 'a header of the app’s own, in lower case')),
    name,
  )

const headers = v.strictObject({
  keyId: header('app-key-id'),
  assertion: header('app-assertion'),
  integrityToken: header('play-integrity-token'),
  challenge: header('app-challenge'),
  time: header('app-time'),
})

export const apps = v.strictObject({
  apple: v.optional(apple),
  play: v.optional(v.pipe(v.array(play), v.maxLength(16)), []),
  headers: v.optional(headers, {}),
  accepts: v.optional(some(2, v.picklist(['challenge', 'time'])), ['challenge', 'time']),
  maxAgeSeconds: v.optional(whole(1, MAX_AGE), 60),
  maxFutureSeconds: FUTURE,
})

/** As long as some certificates; what is in it is told in `check-apps.ts`, without repeating it. */
export const appleRoot = v.pipe(v.string(), v.maxLength(65_536))
