import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/parse.ts'
import { DEFAULT_POLICY } from '../../src/decide/policy.ts'
import { FIXED_RULE_IDS, LIMITED_RULE_IDS, RULE_IDS } from '../../src/decide/rules.ts'
import { DIALECTS } from '../../src/dialects/table.ts'
import { signingKinds } from '../../src/signing.ts'

const VOCABULARY = {
  dialects: Object.keys(DIALECTS),
  signing: signingKinds(DIALECTS),
  ...{ rules: RULE_IDS, fixed: FIXED_RULE_IDS, limited: LIMITED_RULE_IDS, policy: DEFAULT_POLICY },
}

function read(bindings: Readonly<Record<string, unknown>>) {
  return parseConfig({ ...env, ...bindings }, VOCABULARY)
}

describe('what is set about consents and quotas', () => {
  it('is four a day, until midnight in UTC, where nothing is set', () => {
    const parsed = read({})
    expect(parsed).toMatchObject({
      ok: true,
      config: {
        quotas: [],
        consents: {
          ...{ perDay: 4, period: 'day', timeZone: 'UTC', accepted: 'up_to_limit' },
          ...{ implausiblePresence: 'attended', pagesPerAccess: 200, tokenClaim: 'openbanking_intent_id' },
        },
      },
    })
  })

  it('is read as text, too, and parameters without their case', () => {
    const CONSENTS = JSON.stringify({ perDay: 10, timeZone: 'Europe/Berlin', pageParameters: ['Seite'] })
    const QUOTAS = JSON.stringify([{ organisation: '*', requests: 5, seconds: 60 }])
    expect(read({ CONSENTS, QUOTAS })).toMatchObject({
      config: {
        consents: { perDay: 10, timeZone: 'Europe/Berlin', pageParameters: ['seite'] },
        quotas: [{ organisation: '*', requests: 5, seconds: 60 }],
      },
    })
  })

  const WRONG: readonly (readonly [binding: string, value: unknown, found: string])[] = [
    ['CONSENTS', { perDay: -1 }, '-1 at perDay'],
    ['CONSENTS', { perDay: 2.5 }, '2.5 at perDay'],
    ['CONSENTS', { timeZone: 'Europe/Atlantis' }, 'at timeZone'],
    ['CONSENTS', { period: 'week' }, 'at period'],
    ['CONSENTS', { perday: 4 }, 'perday'],
    ['QUOTAS', [{ organisation: '', requests: 1, seconds: 1 }], 'at 0.organisation'],
    ['QUOTAS', [{ organisation: '*', requests: 0, seconds: 1 }], '0 at 0.requests'],
    ['QUOTAS', [{ organisation: '*', requests: 1 }], 'at 0.seconds'],
  ]
  it.each(WRONG)('is refused where it is wrong: %s %j', (binding, value, found) => {
    const parsed = read({ [binding]: value })
    const mistakes = parsed.ok ? [] : parsed.mistakes
    expect(mistakes.map((one) => one.binding)).toContain(binding)
    expect(mistakes.map((one) => one.found).join()).toContain(found)
  })
})
