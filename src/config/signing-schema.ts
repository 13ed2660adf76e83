/** The shape of what is set about signed requests, tokens and agents. */
import * as v from 'valibot'

const MAX_ENTRIES = 2_000
const text = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max))
const list = <T extends v.GenericSchema<string>>(max: number, item: T) =>
  v.pipe(v.array(item), v.maxLength(max))
const texts = (max: number) => list(max, text(512))
const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max))

/** https, and nothing that two readers could understand differently. */
const httpsUrl = v.pipe(
  v.string(),
  v.maxLength(2_048),
  v.check((url) => {
    const read = /^https:\/\/[\x21-\x7e]+$/.test(url) ? URL.parse(url) : null
    return read !== null && read.username === '' && read.password === '' && read.hash === ''
  }, 'an https URL without user name and fragment'),
)
const hostName = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/, 'a host name in lower case'),
  v.maxLength(253),
)
const algorithm = v.picklist([
  ...['PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'],
  ...['ES256', 'ES384', 'ES512', 'Ed25519'],
] as const)
const algorithms = v.pipe(v.array(algorithm), v.minLength(1), v.maxLength(10))

/** A header field, or a component of RFC 9421. */
const component = v.pipe(
  v.string(),
  v.regex(
    /^(?:@?[a-z0-9!#$%&'*+.^_`|~-]{1,64}|\([a-z-]{1,32}\))$/,
    'a header field or component in lower case',
  ),
)
/** A week: `verify/http-signatures/policy.ts` has the same bound, and a memory has to last as long. */
const MAX_AGE_SECONDS = 604_800

export const signingOverride = v.strictObject({
  profile: v.optional(text(64)),
  covered: v.optional(v.pipe(list(32, component), v.minLength(1))),
  coveredIfPresent: v.optional(list(32, component)),
  algorithms: v.optional(algorithms),
  maxAgeSeconds: v.optional(whole(1, MAX_AGE_SECONDS)),
  maxFutureSeconds: v.optional(whole(0, 3_600)),
  trailingNewline: v.optional(v.boolean()),
  clock: v.optional(v.picklist(['date', 'created', 'date_or_created', 'none'])),
  directories: v.optional(v.pipe(texts(8), v.minLength(1))),
  label: v.optional(v.pipe(v.string(), v.regex(/^[a-z*][a-z0-9_.*-]{0,63}$/, 'a label of RFC 9421'))),
  tag: v.optional(text(128)),
  methods: v.optional(
    v.pipe(v.array(v.pipe(v.string(), v.regex(/^[A-Z]{3,10}$/, 'an upper-case method'))), v.maxLength(16)),
  ),
  everything: v.optional(v.boolean()),
  memorySeconds: v.optional(whole(60, MAX_AGE_SECONDS)),
  idempotency: v.optional(v.boolean()),
})

export const signers = v.pipe(
  v.array(
    v.strictObject({
      organisation: text(128),
      keys: v.optional(httpsUrl),
      issuers: v.optional(texts(16), []),
      hosts: v.optional(list(16, hostName), []),
      clients: v.optional(texts(16), []),
    }),
  ),
  v.maxLength(MAX_ENTRIES),
)

export const keyDirectory = v.pipe(v.string(), v.maxLength(2_048))

export const tokenIssuers = v.pipe(
  v.array(
    v.strictObject({
      issuer: text(512),
      keys: httpsUrl,
      audiences: v.pipe(texts(16), v.minLength(1)),
      algorithms: v.optional(algorithms, ['PS256', 'ES256', 'Ed25519']),
      type: v.optional(v.picklist(['at+jwt', 'any']), 'at+jwt'),
      claims: v.optional(texts(16)),
      bound: v.optional(v.picklist(['required', 'optional']), 'optional'),
    }),
  ),
  v.maxLength(16),
)

export const introspection = v.strictObject({
  url: httpsUrl,
  bound: v.optional(v.picklist(['required', 'optional']), 'optional'),
  activeSeconds: v.optional(whole(1, 300), 30),
})

export const agents = v.pipe(v.array(v.strictObject({ host: hostName, name: text(64) })), v.maxLength(256))
