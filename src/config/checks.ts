/** What one binding's shape cannot say alone: names that live in other rooms, and bindings that need each other. */
import type { Mistake, Vocabulary } from '../config.ts'
import { checkApps } from './check-apps.ts'
import { checkCertificates } from './check-certificates.ts'
import { checkNames } from './check-names.ts'
import { checkRoutes } from './check-routes.ts'
import { checkSigning } from './check-signing.ts'
import { type Vars, varsSchema } from './schema.ts'

export function checkAll(
  vars: Vars,
  env: Readonly<Record<string, unknown>>,
  vocabulary: Vocabulary,
  mistakes: Mistake[],
): void {
  checkRoutes(vars, vocabulary, mistakes)
  checkPolicy(vars, vocabulary, mistakes)
  checkOrigin(vars, env, mistakes)
  checkCertificates(vars, env, mistakes)
  checkSigning(vars, env, vocabulary, mistakes)
  checkApps(vars, env, mistakes)
}

const REQUIRED = {
  LEDGER: 'a Durable Object namespace of class Ledger',
  ESTATE: 'a Durable Object namespace of class Estate',
  JOURNAL: 'a Durable Object namespace of class Journal',
  REVOCATION: 'a Durable Object namespace of class Revocation',
  REPLAY: 'a Durable Object namespace of class Replay',
  ATTESTATION: 'a Durable Object namespace of class Attestation',
  INVENTORY: 'a Durable Object namespace of class Inventory',
  FINDINGS: 'a Durable Object namespace of class Findings',
  LISTS: 'a KV namespace',
  KEYS: 'a KV namespace',
  ANALYTICS: 'an Analytics Engine dataset',
} as const

const NAMES: readonly string[] = [
  ...Object.keys(varsSchema.entries),
  ...Object.keys(REQUIRED),
  ...['BANK', 'ORIGIN_MTLS', 'GATE_KEYS', 'OPERATOR_TOKEN', 'GATE_SIGNATURE_KEY', 'PROXY_SECRET'],
  ...['INTROSPECTION_CREDENTIALS', 'PLAY_KEYS', 'NOTIFY_SECRETS'],
]

export function checkBindings(env: Readonly<Record<string, unknown>>, mistakes: Mistake[]): void {
  for (const [binding, allowed] of Object.entries(REQUIRED)) {
    if (!isBinding(env[binding])) mistakes.push({ binding, found: 'nothing', allowed })
  }
  checkNames(env, NAMES, mistakes)
}

function isBinding(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function checkPolicy(vars: Vars, vocabulary: Vocabulary, mistakes: Mistake[]): void {
  for (const [rule, setting] of Object.entries(vars.POLICY.rules ?? {})) {
    const mistake = mistakeIn(rule, setting, vocabulary)
    if (mistake !== undefined) mistakes.push({ binding: 'POLICY', ...mistake })
  }
  const standing = vocabulary.policy.thresholds
  const set = vars.POLICY.thresholds
  const flag = set?.flag ?? standing.flag
  const challenge = set?.challenge ?? standing.challenge
  const throttle = set?.throttle ?? standing.throttle
  const deny = set?.deny ?? standing.deny
  const certain = set?.certain ?? Math.max(standing.certain, deny)
  if (flag > challenge || challenge > deny || flag > throttle || throttle > deny || deny > certain) {
    mistakes.push({
      binding: 'POLICY',
      found: `thresholds flag ${flag}, challenge ${challenge}, throttle ${throttle}, deny ${deny}, certain ${certain}`,
      allowed: 'flag <= challenge, throttle <= deny <= certain',
    })
  }
}

type Setting = NonNullable<Vars['POLICY']['rules']>[string]

function mistakeIn(
  rule: string,
  setting: Setting,
  { rules, fixed, limited }: Vocabulary,
): Omit<Mistake, 'binding'> | undefined {
  if (!rules.includes(rule)) {
    return { found: `rule "${shorten(rule)}"`, allowed: `one of ${rules.join(', ')}` }
  }
  if (fixed.includes(rule) && Object.keys(setting).length > 0) {
    return { found: `settings for ${rule}`, allowed: 'none: this rule always holds' }
  }
  if (setting.limit !== undefined && !limited.includes(rule)) {
    return { found: `a limit for ${rule}`, allowed: `a limit for ${limited.join(', ')}` }
  }
  return undefined
}

function checkOrigin(vars: Vars, env: Readonly<Record<string, unknown>>, mistakes: Mistake[]): void {
  const { ORIGIN_URL: url, ORIGIN_PROOF: proof } = vars
  if (url !== '' && !isOrigin(url)) {
    mistakes.push({
      binding: 'ORIGIN_URL',
      found: shorten(withoutCredentials(url)),
      allowed:
        'an https origin without path, such as https://origin.bank.example (http only for a loopback address)',
    })
  }
  if (url === '' && !isBinding(env.BANK)) {
    mistakes.push({ binding: 'BANK', found: 'nothing', allowed: 'a service binding, or ORIGIN_URL' })
  }
  if (proof === 'service_binding' && url !== '') {
    mistakes.push({
      binding: 'ORIGIN_PROOF',
      found: 'service_binding with ORIGIN_URL',
      allowed: 'mtls or signature: anyone who finds a public origin walks round the gate',
    })
  }
  if (proof === 'mtls' && (url === '' || !isBinding(env.ORIGIN_MTLS))) {
    mistakes.push({
      binding: 'ORIGIN_MTLS',
      found: 'nothing',
      allowed: 'an mTLS certificate binding, with ORIGIN_URL',
    })
  }
  if (proof === 'signature' && (env.GATE_SIGNATURE_KEY ?? '') === '') {
    mistakes.push({
      binding: 'GATE_SIGNATURE_KEY',
      found: 'nothing',
      allowed: 'a key, because ORIGIN_PROOF is signature',
    })
  }
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && loopback)
  return (
    secure &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '' &&
    url.username === '' &&
    url.password === ''
  )
}

/** A mistake goes into the log, and a password in a URL is a secret all the same. */
function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:)?[/\\]*.*@/i, '$1//')
}

/** A binding may be long: a mistake quotes its beginning. */
export function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
