/** The shape of every text and structured binding, with its bounds and its default. */
import * as v from 'valibot'
import { appleRoot, apps } from './apps-schema.ts'
import { accessesPerDay, consents, quotas } from './consents-schema.ts'
import {
  agents,
  introspection,
  keyDirectory,
  signers,
  signingOverride,
  tokenIssuers,
} from './signing-schema.ts'

/** Bindings are small. A larger document is a mistake, not a configuration. */
const MAX_ROUTES = 2_000
const MAX_BODY_BYTES = 1_048_576

const name = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and hyphens'),
)
const strings = v.optional(
  v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(256))), v.maxLength(16)),
  [],
)
const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max))
/** Text bindings carry numbers as text. */
const count = (min: number, max: number) =>
  v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number))]),
    whole(min, max),
  )
/** Numbers that were `count`s. More than a few changes in half a year are a mistake. */
const counts = (max: number) => v.pipe(v.array(count(1, max)), v.maxLength(8))
const probability = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
/** As a number, or as text. */
const share = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^(?:0(?:\.\d{1,6})?|1)$/), v.transform(Number))]),
  v.minValue(0),
  v.maxValue(1),
)
const posture = v.picklist(['observe', 'enforce'])

const place = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(256),
  v.regex(/^(?:(?:\/(?:[^~/]|~[01])*)+|[^/].*)$/, 'a JSON pointer (RFC 6901) or the name of a form field'),
)
const places = v.optional(v.pipe(v.array(place), v.maxLength(8)), [])

const role = v.picklist(['PSP_AS', 'PSP_PI', 'PSP_AI', 'PSP_IC'])

/** SHA-256 in hexadecimal, as tools print it: in either case, with colons or without. */
const thumbprints = v.pipe(
  v.string(),
  v.maxLength(1_024),
  v.transform((text) => (text.trim() === '' ? [] : text.split(',').map(plainHex))),
  v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'SHA-256 thumbprints, separated by commas'))),
)

function plainHex(text: string): string {
  return text.replace(/[:\s]/g, '').toLowerCase()
}

/** Empty: every public host that a trusted issuer names. */
const hosts = v.pipe(
  v.string(),
  v.maxLength(2_048),
  v.transform((text) =>
    text.trim() === ''
      ? []
      : text
          .toLowerCase()
          .split(',')
          .map((host) => host.trim()),
  ),
  v.array(v.pipe(v.string(), v.regex(/^[a-z0-9.-]{1,253}$/, 'host names, separated by commas'))),
)

/** RFC 8037 section 2: an Ed25519 public key has 32 bytes. */
const anchorKeys = v.pipe(
  v.array(
    v.strictObject({
      kid: v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/)),
      x: v.pipe(v.string(), v.regex(/^[\w-]{43}$/, 'an Ed25519 public key in base64url')),
      signs: v.picklist(['all', 'qualified']),
    }),
  ),
  v.maxLength(8),
)

/** Some dozens of certificates. The EU's lists are hundreds of times larger, and come by the anchor set. */
const MAX_PEM = 131_072

const routeEntries = {
  id: name,
  dialect: v.string(),
  channel: v.picklist(['tpp', 'mobile', 'browser', 'direct']),
  sensitivity: v.optional(v.picklist(['login', 'payment', 'account', 'other']), 'other'),
  posture: v.optional(posture, 'enforce'),
  user: places,
  password: places,
  card: places,
  failureStatuses: v.optional(v.pipe(v.array(whole(200, 599)), v.maxLength(16)), [401]),
  failureLocations: strings,
  mediaTypes: strings,
  maxBodyBytes: v.optional(whole(0, MAX_BODY_BYTES), 65_536),
  streamed: v.optional(v.boolean(), false),
  certificate: v.optional(v.picklist(['required', 'optional']), 'optional'),
  token: v.optional(v.picklist(['required', 'optional']), 'optional'),
  roles: v.optional(v.pipe(v.array(role), v.maxLength(4))),
  signature: v.optional(v.picklist(['required', 'optional', 'ignored']), 'ignored'),
  signing: v.optional(signingOverride, {}),
  app: v.optional(v.picklist(['required', 'optional', 'ignored']), 'ignored'),
  conformance: v.optional(v.picklist(['off', 'observe', 'enforce']), 'off'),
  unattendedPerDay: v.optional(accessesPerDay),
  refuseUndeclared: v.optional(
    v.pipe(v.array(v.picklist(['path', 'query', 'property'])), v.maxLength(3)),
    [],
  ),
  withhold: v.optional(
    v.pipe(v.array(v.picklist(['refused', 'undeclared', 'sensitive'])), v.maxLength(3)),
    [],
  ),
}

const routeSchema = v.strictObject({
  ...routeEntries,
  methods: v.pipe(
    v.array(v.pipe(v.string(), v.regex(/^[A-Z]{3,10}$/, 'an upper-case method'))),
    v.minLength(1),
    v.maxLength(16),
  ),
  pattern: v.pipe(
    v.string(),
    v.maxLength(512),
    v.regex(
      /^\/(?:(?:[A-Za-z0-9._~!$&'()+,=:@-]+|\{[^{}/]{1,64}\})(?:\/(?:[A-Za-z0-9._~!$&'()+,=:@-]+|\{[^{}/]{1,64}\}))*(?:\/\*)?|\*)?$/,
      'a path such as /accounts/{AccountId} whose last segment may be *',
    ),
  ),
})
const fallbackSchema = v.strictObject(routeEntries)

const policySchema = v.strictObject({
  rules: v.optional(
    v.record(
      v.string(),
      v.strictObject({
        posture: v.optional(v.picklist(['observe', 'enforce', 'off'])),
        action: v.optional(v.picklist(['allow', 'flag', 'throttle', 'challenge', 'deny'])),
        limit: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1_000_000))),
      }),
    ),
    {},
  ),
  thresholds: v.optional(
    v.strictObject({
      flag: v.optional(probability),
      challenge: v.optional(probability),
      throttle: v.optional(probability),
      deny: v.optional(probability),
      certain: v.optional(probability),
    }),
    {},
  ),
  retryAfterSeconds: v.optional(whole(1, 86_400)),
})

export const varsSchema = v.object({
  ROUTES: v.pipe(v.array(routeSchema), v.maxLength(MAX_ROUTES)),
  FALLBACK: fallbackSchema,
  POLICY: v.optional(policySchema, {}),
  ORIGIN_URL: v.optional(v.pipe(v.string(), v.maxLength(512)), ''),
  ORIGIN_PROOF: v.optional(v.picklist(['service_binding', 'mtls', 'signature']), 'service_binding'),
  ORIGIN_TIMEOUT_MS: v.optional(count(50, 120_000), 30_000),
  CERTIFICATE_SOURCE: v.optional(v.picklist(['cloudflare', 'proxy']), 'cloudflare'),
  PROXY_THUMBPRINTS: v.optional(thumbprints, ''),
  ANCHOR_KEYS: v.optional(anchorKeys, []),
  REVOCATION_HOSTS: v.optional(hosts, ''),
  REVOCATION_WAIT_MS: v.optional(count(0, 5_000), 0),
  SIGNERS: v.optional(signers, []),
  KEY_DIRECTORY: v.optional(keyDirectory, ''),
  TOKEN_ISSUERS: v.optional(tokenIssuers, []),
  INTROSPECTION: v.optional(introspection),
  AGENTS: v.optional(agents, []),
  APPS: v.optional(apps, {}),
  APPLE_APP_ATTEST_ROOT: v.optional(appleRoot, ''),
  TRUST_ANCHORS: v.optional(v.pipe(v.string(), v.maxLength(MAX_PEM)), ''),
  JURISDICTION: v.optional(v.picklist(['eu', 'fedramp', 'none']), 'eu'),
  LEDGER_SHARDS: v.optional(count(1, 4_096), 64),
  LEDGER_SHARDS_BEFORE: v.optional(counts(4_096), []),
  REPLAY_SHARDS: v.optional(count(1, 4_096), 64),
  LEDGER_ORGANISATION_SHARDS: v.optional(count(1, 1_024), 4),
  LEDGER_ORGANISATION_SHARDS_BEFORE: v.optional(counts(1_024), []),
  ESTATE_SHARDS: v.optional(count(1, 256), 1),
  ESTATE_LEAVES: v.optional(count(0, 1_024), 0),
  LEDGER_BUDGET_MS: v.optional(count(5, 5_000), 250),
  CONSENTS: v.optional(consents, {}),
  QUOTAS: v.optional(quotas, []),
  RISK: v.optional(v.record(v.string(), v.unknown()), {}),
  CONFORMANCE_SAMPLE: v.optional(share, 0.1),
  JOURNAL_RETENTION_HOURS: v.optional(count(1, 8_760), 168),
  JOURNAL_MAX_ENTRIES: v.optional(count(100, 1_000_000), 20_000),
  JOURNAL_SHARDS: v.optional(count(1, 64), 1),
  JOURNAL_SHARDS_BEFORE: v.optional(counts(64), []),
})
export type Vars = v.InferOutput<typeof varsSchema>
