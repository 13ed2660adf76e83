// What an operator may set about conformance and risk: what holds where nothing is said, and what is refused.
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/parse.ts'
import type { Vocabulary } from '../../src/config.ts'
import { DEFAULT_POLICY } from '../../src/decide/policy.ts'
import { visibilityPremises } from '../../src/visibility.ts'

const vocabulary: Vocabulary = {
  dialects: ['problem'],
  ...{ signing: {}, rules: [], fixed: [], limited: [], policy: DEFAULT_POLICY },
}
/** Of nobody. */
const KEY = `whsec_${btoa('0'.repeat(32))}`
const route = { id: 'a', methods: ['POST'], pattern: '/a', dialect: 'problem', channel: 'mobile' }

function parsed(change: Readonly<Record<string, unknown>> = {}) {
  const given = { ...env, FALLBACK: { ...env.FALLBACK, dialect: 'problem' }, ROUTES: [route], ...change }
  return parseConfig(given, vocabulary)
}

function configOf(change: Readonly<Record<string, unknown>> = {}) {
  const read = parsed(change)
  if (!read.ok) throw new Error(JSON.stringify(read.mistakes))
  return read.config
}

describe('conformance', () => {
  it('is nobody’s business where nothing is said', () => {
    expect(configOf().routes[0]).not.toHaveProperty('conformance')
    expect(configOf().visibility).toEqual({ risk: {}, sample: 0.1 })
  })

  it('is set by the route, with what is refused though no document mentions it', () => {
    const enforced = { ...route, conformance: 'enforce', refuseUndeclared: ['path', 'query'] }
    expect(configOf({ ROUTES: [enforced] }).routes[0]).toMatchObject({
      conformance: 'enforce',
      refuseUndeclared: ['path', 'query'],
    })
  })

  it('may have answers withheld, where they are looked at', () => {
    const withhold = ['refused', 'sensitive']
    expect(configOf({ ROUTES: [{ ...route, conformance: 'observe', withhold }] }).routes[0]).toMatchObject({
      withhold,
    })
    expect(configOf().routes[0]).not.toHaveProperty('withhold')
    const read = parsed({ ROUTES: [{ ...route, withhold }] })
    expect(read.ok ? [] : read.mistakes).toMatchObject([{ found: 'withhold where conformance is off' }])
  })

  it.each([
    ['a mode that is none', { ROUTES: [{ ...route, conformance: 'on' }] }, 'ROUTES'],
    ['a place that is never refused', { ROUTES: [{ ...route, refuseUndeclared: ['header'] }] }, 'ROUTES'],
    ['a cause that is none', { ROUTES: [{ ...route, conformance: 'observe', withhold: ['all'] }] }, 'ROUTES'],
    ['more than all answers', { CONFORMANCE_SAMPLE: 1.5 }, 'CONFORMANCE_SAMPLE'],
    ['a share that is no number', { CONFORMANCE_SAMPLE: 'half' }, 'CONFORMANCE_SAMPLE'],
    ['no inventory', { INVENTORY: undefined }, 'INVENTORY'],
    ['nowhere to keep findings', { FINDINGS: undefined }, 'FINDINGS'],
    ['secrets under a name that nobody reads', { NOTIFY_SECRET: 'x' }, 'NOTIFY_SECRET'],
  ])('is refused: %s', (_what, change, binding) => {
    const read = parsed(change)
    expect(read.ok ? [] : read.mistakes.map((one) => one.binding)).toEqual([binding])
  })

  it.each([0.25, '0.25'])('takes a share as %o', (share) => {
    expect(configOf({ CONFORMANCE_SAMPLE: share }).visibility.sample).toBe(0.25)
  })
})

describe('risk', () => {
  it('is judged as the binding says, which may come as text', () => {
    const config = configOf({ RISK: JSON.stringify({ targets: [{ name: 'team', host: 'hooks.example' }] }) })
    const secrets = JSON.stringify({ team: { url: 'https://hooks.example/in', keys: [KEY] } })
    const made = visibilityPremises(config, 'isolate', secrets)
    expect(made.ok && made.value.targets).toMatchObject([{ name: 'team', host: 'hooks.example' }])
  })

  it('is refused where the binding names a check that there is not', () => {
    const made = visibilityPremises(
      configOf({ RISK: { checks: { shadow_operations: {} } } }),
      'isolate',
      undefined,
    )
    expect(made.ok ? [] : made.mistakes).toMatchObject([
      { binding: 'RISK', found: 'check shadow_operations' },
    ])
  })

  it.each([
    ['nothing', undefined],
    ['nothing of this target', { others: { url: 'https://hooks.example/in', keys: [KEY] } }],
    ['no key', { team: { url: 'https://hooks.example/in', keys: [] } }],
    ['a key that is none', { team: { url: 'https://hooks.example/in', keys: ['whsec_short'] } }],
    ['another host', { team: { url: 'https://elsewhere.example/in', keys: [KEY] } }],
    ['no TLS', { team: { url: 'http://hooks.example/in', keys: [KEY] } }],
  ])('tells nobody in silence: of a target the secret has %s', (_what, secret) => {
    const config = configOf({ RISK: { targets: [{ name: 'team', host: 'hooks.example' }] } })
    const made = visibilityPremises(config, 'isolate', secret && JSON.stringify(secret))
    expect(made.ok ? [] : made.mistakes).toMatchObject([{ binding: 'NOTIFY_SECRETS' }])
    expect(JSON.stringify(made)).not.toContain('elsewhere')
  })
})
