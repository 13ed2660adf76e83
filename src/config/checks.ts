/** What one binding's shape cannot say alone: names that live in other rooms, and bindings that need each other. */
import type { Mistake, Vocabulary } from '../config.ts'
import type { Vars } from './schema.ts'

export function checkAll(
  vars: Vars,
  env: Readonly<Record<string, unknown>>,
  vocabulary: Vocabulary,
  mistakes: Mistake[],
): void {
  checkRoutes(vars, vocabulary, mistakes)
  checkPolicy(vars, vocabulary, mistakes)
  checkOrigin(vars, env, mistakes)
}

export function checkBindings(env: Readonly<Record<string, unknown>>, mistakes: Mistake[]): void {
  const required = {
    LEDGER: 'a Durable Object namespace of class Ledger',
    JOURNAL: 'a Durable Object namespace of class Journal',
    LISTS: 'a KV namespace',
    ANALYTICS: 'an Analytics Engine dataset',
  }
  for (const [binding, allowed] of Object.entries(required)) {
    if (typeof env[binding] !== 'object' || env[binding] === null)
      mistakes.push({ binding, found: 'nothing', allowed })
  }
}

function checkRoutes(vars: Vars, vocabulary: Vocabulary, mistakes: Mistake[]): void {
  const ids = new Set<string>()
  const routes = [...vars.ROUTES, vars.FALLBACK]
  for (const [at, route] of routes.entries()) {
    const binding = at < vars.ROUTES.length ? `ROUTES (${route.id})` : 'FALLBACK'
    if (ids.has(route.id))
      mistakes.push({ binding, found: `id "${route.id}" twice`, allowed: 'ids that are unique' })
    ids.add(route.id)
    if (!vocabulary.dialects.includes(route.dialect)) {
      mistakes.push({
        binding,
        found: `dialect "${route.dialect}"`,
        allowed: `one of ${vocabulary.dialects.join(', ')}`,
      })
    }
    if (route.streamed && route.user.length + route.password.length + route.card.length > 0) {
      mistakes.push({
        binding,
        found: 'streamed with user, password or card',
        allowed: 'streamed only where nothing in the body is inspected',
      })
    }
  }
}

function checkPolicy(vars: Vars, vocabulary: Vocabulary, mistakes: Mistake[]): void {
  for (const rule of Object.keys(vars.POLICY.rules ?? {})) {
    if (vocabulary.rules.includes(rule)) continue
    mistakes.push({
      binding: 'POLICY',
      found: `rule "${shorten(rule)}"`,
      allowed: `one of ${vocabulary.rules.join(', ')}`,
    })
  }
  const standing = vocabulary.policy.thresholds
  const set = vars.POLICY.thresholds
  const flag = set?.flag ?? standing.flag
  const challenge = set?.challenge ?? standing.challenge
  const throttle = set?.throttle ?? standing.throttle
  const deny = set?.deny ?? standing.deny
  if (flag > challenge || challenge > deny || flag > throttle || throttle > deny) {
    mistakes.push({
      binding: 'POLICY',
      found: `thresholds flag ${flag}, challenge ${challenge}, throttle ${throttle}, deny ${deny}`,
      allowed: 'flag <= challenge, throttle <= deny',
    })
  }
}

function checkOrigin(vars: Vars, env: Readonly<Record<string, unknown>>, mistakes: Mistake[]): void {
  const { ORIGIN_URL: url, ORIGIN_PROOF: proof } = vars
  if (url !== '' && !isOrigin(url)) {
    mistakes.push({
      binding: 'ORIGIN_URL',
      found: shorten(url),
      allowed:
        'an https origin without path, such as https://origin.bank.example (http only for a loopback address)',
    })
  }
  if (url === '' && typeof env.BANK !== 'object') {
    mistakes.push({ binding: 'BANK', found: 'nothing', allowed: 'a service binding, or ORIGIN_URL' })
  }
  if (proof === 'service_binding' && url !== '') {
    mistakes.push({
      binding: 'ORIGIN_PROOF',
      found: 'service_binding with ORIGIN_URL',
      allowed: 'mtls or signature: anyone who finds a public origin walks round the gate',
    })
  }
  if (proof === 'mtls' && (url === '' || typeof env.ORIGIN_MTLS !== 'object')) {
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
  const loopback = url.hostname === 'localhost' || url.hostname.startsWith('127.') || url.hostname === '[::1]'
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && loopback)
  return secure && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === ''
}

/** A binding may be long: a mistake quotes its beginning. */
export function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
