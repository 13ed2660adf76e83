/** The shape of the binding RISK (how risk is judged, and who is told): every member may be left out. */
import * as v from 'valibot'
import { HOUR_MS } from '../lib/durations.ts'

const MAX_OWN = 32
const MAX_TARGETS = 16

const id = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/, 'snake_case'), v.maxLength(64))
const text = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max))
const severity = v.picklist(['low', 'medium', 'high', 'critical'])
const likelihood = v.picklist(['possible', 'likely', 'certain'])
const strength = v.picklist(['none', 'shared_secret', 'token', 'bound', 'signed'])
const owasp = v.picklist([
  ...(['API1', 'API2', 'API3', 'API4', 'API5'] as const),
  ...(['API6', 'API7', 'API8', 'API9', 'API10'] as const),
])
const words = (max: number) => v.pipe(v.array(text(128)), v.maxLength(max))

const byExposure = <T extends v.GenericSchema>(value: T) =>
  v.optional(
    v.strictObject({
      plain: v.optional(value),
      personal: v.optional(value),
      financial: v.optional(value),
      secret: v.optional(value),
    }),
  )

const check = v.strictObject({
  off: v.optional(v.boolean()),
  severity: v.optional(severity),
  thresholds: v.optional(v.record(v.string(), v.pipe(v.number(), v.minValue(0)))),
  policies: v.optional(words(16)),
})

const own = v.strictObject({
  id,
  title: text(200),
  owasp: v.pipe(v.array(owasp), v.minLength(1), v.maxLength(4)),
  remediation: text(1_000),
  likelihood: v.optional(likelihood, 'likely'),
  severity: v.optional(severity),
  when: text(1_000),
})

const rule = v.strictObject({
  atLeast: v.optional(severity),
  checks: v.optional(words(64)),
  apis: v.optional(words(64)),
  owners: v.optional(words(64)),
  tags: v.optional(words(64)),
  kinds: v.optional(v.array(v.picklist(['raised', 'worsened', 'accepted', 'reopened', 'fixed']))),
  about: v.optional(v.picklist(['document', 'traffic'])),
})

const target = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and hyphens')),
  host: v.pipe(
    v.string(),
    v.regex(/^(?=.{4,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/, 'a lower-case host name without a port'),
  ),
  format: v.optional(v.picklist(['json', 'slack']), 'json'),
  /** Left out: everything that is at least of middling severity. */
  rules: v.optional(v.pipe(v.array(rule), v.maxLength(32)), [{ atLeast: 'medium' }]),
  digestHours: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(744))),
})

const urlHost = v.pipe(
  v.string(),
  v.regex(
    /^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+$/,
    'a lower-case host name, with *. in front for all below it',
  ),
)

const hours = (max: number, standard: number) =>
  v.optional(
    v.pipe(
      v.number(),
      v.minValue(1),
      v.maxValue(max),
      v.transform((value) => value * HOUR_MS),
    ),
    standard,
  )

export const riskSchema = v.strictObject({
  checks: v.optional(v.record(id, check), {}),
  own: v.optional(v.pipe(v.array(own), v.maxLength(MAX_OWN)), []),
  severities: v.optional(
    v.strictObject({
      possible: byExposure(severity),
      likely: byExposure(severity),
      certain: byExposure(severity),
    }),
    {},
  ),
  access: v.optional(
    v.strictObject({ tpp: byExposure(strength), own: byExposure(strength), declared: byExposure(strength) }),
    {},
  ),
  weakestTls: v.optional(v.picklist(['TLSv1.2', 'TLSv1.3'])),
  refusedCiphers: v.optional(words(32)),
  nonProduction: v.optional(words(64)),
  requests: v.optional(
    v.strictObject({
      pageSize: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
      rangeDays: v.optional(v.pipe(v.number(), v.minValue(1))),
      urlHosts: v.optional(v.pipe(v.array(urlHost), v.maxLength(256))),
    }),
    {},
  ),
  /** A condition has to be gone for so long. */
  goneHours: hours(720, 2),
  /** Nothing more was counted for so long. */
  silenceHours: hours(8_784, 336),
  silenceRequests: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  targets: v.optional(v.pipe(v.array(target), v.maxLength(MAX_TARGETS)), []),
})

export type RiskVars = v.InferOutput<typeof riskSchema>
