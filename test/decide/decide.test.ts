import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decide/decide.ts'
import { DEFAULT_POLICY, type Policy, type RuleSetting } from '../../src/decide/policy.ts'
import { REASONS, refusalFor } from '../../src/decide/reasons.ts'
import { RULE_IDS, RULES } from '../../src/decide/rules.ts'
import type { Cohort, Evidence, Score, Verdict } from '../../src/evidence.ts'
import { ABSENT, invalid, unavailable, valid } from '../../src/lib/fact.ts'
import {
  behaviour,
  client,
  conduct,
  exchange,
  LICENSED,
  MERGED,
  match,
  NOTHING_PROVEN,
  NOW,
  person,
  score,
  usedRoute,
  WITH_PASS,
} from '../fixtures/scene.ts'

const CALM = valid(score(0.02))

function decided(
  evidence: Evidence,
  scored: typeof CALM | ReturnType<typeof unavailable<'model_absent'>> = CALM,
  policy = DEFAULT_POLICY,
): Verdict {
  return decide(evidence, scored, policy)
}

function withRules(rules: Readonly<Record<string, RuleSetting>>): Policy {
  return { ...DEFAULT_POLICY, rules }
}

const abuse = (probability: number, changes: Partial<Score> = {}) => valid(score(probability, changes))

/** A stuffing tool that copied a browser's user agent and nothing else, on its first attempt. */
function tool(changes: Partial<Evidence> = {}): Evidence {
  return person({
    client: client({
      contradictions: [
        'tls_unlike_claim',
        'protocol_unlike_claim',
        'client_hints_missing',
        'fetch_metadata_missing',
      ],
      fingerprint: 'tool',
    }),
    proof: NOTHING_PROVEN,
    conduct: conduct({ client: valid(behaviour()) }),
    ...changes,
  })
}

/** Somebody guesses under this name. */
const GUESSED = valid(
  behaviour({
    hour: { attempts: 3, failures: 3, accounts: 3 },
    day: { attempts: 3, failures: 3, accounts: 3 },
  }),
)

const CAMPAIGN = valid({
  behaviour: behaviour({
    minute: { requests: 400, attempts: 400, failures: 200, successes: 4, accounts: 380, clients: 90 },
  }),
  staleness: 0,
})

describe('a person', () => {
  it('who opened the login page in a browser and signs in is allowed, and nothing is noted', () => {
    expect(decided(person())).toEqual({
      action: 'allow',
      intended: 'allow',
      posture: 'enforce',
      rule: 'default',
      reason: 'unremarkable',
      retryAfterSeconds: undefined,
      counterfactual: undefined,
    })
  })

  const spared: readonly (readonly [who: string, changes: Partial<Evidence>])[] = [
    [
      'inside the /24 of an attack',
      {
        conduct: conduct({
          client: valid(behaviour({ pages: 1 })),
          prefix: valid(behaviour({ minute: { attempts: 900, failures: 890, accounts: 880 } })),
        }),
      },
    ],
    [
      'behind the very address of an attack, whose pass has signed them in before',
      {
        conduct: conduct({
          client: valid(behaviour({ minute: { attempts: 900, failures: 890, accounts: 880 }, pages: 1 })),
          pass: valid(behaviour({ day: { attempts: 2, failures: 1, successes: 1, accounts: 1 } })),
          address: valid(behaviour({ minute: { attempts: 900, failures: 890, accounts: 880 } })),
        }),
      },
    ],
    [
      'whose browser looks exactly like an attacking one',
      { conduct: conduct({ client: valid(behaviour({ pages: 1 })) }, { cohort: CAMPAIGN }) },
    ],
    [
      'whose account is being attacked by many clients',
      {
        conduct: conduct({
          client: valid(behaviour({ pages: 1 })),
          account: valid(behaviour({ minute: { attempts: 40, failures: 40, accounts: 1, clients: 40 } })),
        }),
      },
    ],
    [
      'who mistyped the password four times',
      {
        conduct: conduct({
          client: valid(behaviour({ minute: { attempts: 4, failures: 4, accounts: 1 }, pages: 1 })),
          pass: valid(behaviour({ minute: { attempts: 4, failures: 4, accounts: 1 } })),
        }),
      },
    ],
    [
      'in an office of hundreds with one browser and one address',
      {
        conduct: conduct({
          client: valid(
            behaviour({ minute: { attempts: 40, failures: 4, successes: 36, accounts: 38 }, pages: 60 }),
          ),
          address: valid(behaviour({ hour: { attempts: 400, failures: 40, successes: 355, accounts: 380 } })),
        }),
      },
    ],
    [
      'who kept no cookie, but fetched a page',
      { proof: NOTHING_PROVEN, conduct: conduct({ client: valid(behaviour({ pages: 1 })) }) },
    ],
    [
      'during an outage of the bank, when nothing is answered',
      {
        conduct: conduct(
          {
            client: valid(behaviour({ minute: { attempts: 9, accounts: 9 }, pages: 9 })),
            address: valid(behaviour({ minute: { attempts: 90, accounts: 80 } })),
          },
          {
            cohort: valid({
              behaviour: behaviour({ minute: { attempts: 900, accounts: 800 } }),
              staleness: 0,
            }),
          },
        ),
      },
    ],
  ]
  it.each(spared)('%s is allowed', (_who, changes) => {
    expect(decided(person(changes)).action).toBe('allow')
  })

  it("behind a company's TLS inspection is let in: handshake and protocol are the middlebox's, the pass is theirs", () => {
    const inspected = client({ contradictions: ['tls_unlike_claim', 'protocol_unlike_claim'] })
    const verdict = decided(person({ client: inspected }))
    expect(verdict).toMatchObject({ action: 'flag', rule: 'contradiction_noted' })
    const cohort = conduct({ client: valid(behaviour({ pages: 1 })) })
    expect(decided(person({ client: inspected, proof: NOTHING_PROVEN, conduct: cohort })).action).toBe('flag')
  })

  it('with a ten-year-old browser is not doubted for its age', () => {
    const old = client({ contradictions: ['user_agent_obsolete'] })
    expect(decided(person({ client: old, proof: NOTHING_PROVEN, conduct: conduct() })).action).toBe('allow')
  })

  it('who holds a pass and contradicts nothing is asked and not shut out, while there is doubt', () => {
    const besides = person({ conduct: conduct({ address: GUESSED }) })
    expect(decided(besides, abuse(0.58))).toMatchObject({ action: 'challenge', rule: 'score_challenge' })
  })

  it('is left alone with the same doubt while nobody guesses', () => {
    expect(decided(person(), abuse(0.64))).toMatchObject({ action: 'flag', rule: 'score_flag' })
  })

  it('who has forgotten a password may try it seven times on one account', () => {
    const tried = (attempts: number, accounts = 1) => {
      const tally = { attempts, failures: attempts, accounts, clients: 1 }
      return person({ conduct: conduct({ client: valid(behaviour({ hour: tally, day: tally })) }) })
    }
    expect(decided(tried(7), abuse(0.62)).action).toBe('flag')
    expect(decided(tried(8), abuse(0.62))).toMatchObject({ action: 'challenge', rule: 'score_challenge' })
    expect(decided(tried(3, 2), abuse(0.62))).toMatchObject({ action: 'challenge', rule: 'score_challenge' })
    expect(decided(tried(3, 2), abuse(0.8))).toMatchObject({ action: 'deny', rule: 'score_deny' })
  })

  it('a program that holds a pass is no person', () => {
    const claim = { ...person().client.claim, family: 'none' } as const
    const load = person({ client: client({ claim }), conduct: conduct({ address: GUESSED }) })
    expect(decided(load, abuse(0.58))).toMatchObject({ action: 'deny', rule: 'score_deny' })
  })

  it('is shut out where the score leaves none: a driven browser looks like a person, too', () => {
    expect(decided(person(), abuse(0.999))).toMatchObject({ action: 'deny', rule: 'score_deny' })
  })

  it('is not refused for an outage of our own memory', () => {
    const blind = conduct({ client: unavailable('ledger_timeout'), account: unavailable('ledger_timeout') })
    expect(decided(person({ conduct: blind }))).toMatchObject({
      action: 'flag',
      rule: 'ledger_unavailable_login',
      reason: 'ledger_timeout',
    })
  })
})

describe('other honest callers', () => {
  it.each([
    ['curl', 'tool'],
    ['a headless browser', 'chrome'],
  ] as const)('%s that says so is flagged on its first login and not refused', (_what, family) => {
    const honest = client({
      claim: {
        family,
        major: undefined,
        platform: 'linux',
        mobile: false,
        declaresAutomation: true,
        attackTool: false,
      },
      fingerprint: 'curl',
    })
    const verdict = decided(person({ client: honest, proof: NOTHING_PROVEN, conduct: conduct() }))
    expect(verdict).toMatchObject({ action: 'flag', rule: 'declared_automation' })
  })

  it('refuses what names itself a tool for breaking in, whatever it asks for, and no third party', () => {
    const claim = {
      ...person().client.claim,
      family: 'tool',
      declaresAutomation: true,
      attackTool: true,
    } as const
    const scanner = person({
      client: client({ claim }),
      exchange: exchange({ method: 'GET', target: '/' }),
      claims: {},
    })
    expect(decided(scanner)).toMatchObject({ action: 'deny', rule: 'attack_tool', reason: 'attack_tool' })
  })

  it('a mobile application is not refused because others who look like it are an attack', () => {
    const app = client({
      claim: {
        family: 'app',
        major: undefined,
        platform: 'android',
        mobile: true,
        declaresAutomation: false,
        attackTool: false,
      },
    })
    const mobile = match({ channel: 'mobile', dialect: 'problem' })
    const attacked = conduct({ client: valid(behaviour({ minute: { attempts: 1 } })) }, { cohort: CAMPAIGN })
    const evidence = person({ client: app, match: mobile, proof: NOTHING_PROVEN, conduct: attacked })
    expect(decided(evidence).action).toBe('allow')
  })

  it('a mobile application is not locked out of an account under attack', () => {
    const app = client({
      claim: {
        family: 'app',
        major: undefined,
        platform: 'ios',
        mobile: true,
        declaresAutomation: false,
        attackTool: false,
      },
    })
    const attacked = conduct({
      account: valid(behaviour({ minute: { attempts: 40, failures: 40, clients: 40 } })),
    })
    const evidence = person({
      client: app,
      match: match({ channel: 'mobile' }),
      proof: NOTHING_PROVEN,
      conduct: attacked,
    })
    expect(decided(evidence).action).toBe('allow')
  })

  it('a licensed third party is never stopped by a score, by claimed keys, or by what its network is said to be', () => {
    const evidence = tool({
      proof: LICENSED,
      match: match({ channel: 'tpp', sensitivity: 'login' }),
      client: client({
        contradictions: ['tls_unlike_claim', 'fetch_metadata_missing'],
        listed: [
          { kind: 'asn', entry: 'AS64500', note: '' },
          { kind: 'prefix', entry: '203.0.113.0/24', note: '' },
        ],
      }),
      conduct: conduct(
        {
          client: valid(
            behaviour({
              minute: { requests: 90_000, attempts: 500, failures: 500, misses: 80_000, accounts: 400 },
            }),
          ),
          address: valid(behaviour({ minute: { attempts: 500, failures: 500, accounts: 400 } })),
        },
        { cohort: CAMPAIGN },
      ),
    })
    expect(decided(evidence, abuse(1))).toMatchObject({ action: 'flag', rule: 'listed_network_noted' })
  })

  it('a licensed third party is slowed by its own proven count alone', () => {
    const flood = conduct({ tpp: valid(behaviour({ minute: { requests: 30_000 } })) })
    const evidence = person({
      proof: LICENSED,
      match: match({ channel: 'tpp', sensitivity: 'account' }),
      conduct: flood,
      claims: {},
    })
    expect(decided(evidence)).toMatchObject({ action: 'throttle', rule: 'tpp_flood', retryAfterSeconds: 60 })
  })
})

describe('an attack', () => {
  it('by a tool with a copied user agent is refused on the first attempt', () => {
    expect(decided(tool())).toMatchObject({
      action: 'deny',
      rule: 'forged_browser',
      reason: 'forged_browser',
    })
  })

  it('by a tool is refused without Bot Management too: headers and protocol are enough', () => {
    const blind = client({
      tls: { ...client().tls, ja4: ABSENT },
      contradictions: ['protocol_unlike_claim', 'fetch_metadata_missing'],
    })
    expect(decided(tool({ client: blind })).rule).toBe('forged_browser')
  })

  it("by a tool that sends a current browser's headers is refused for its handshake and protocol", () => {
    const headers = client({ contradictions: ['tls_unlike_claim', 'protocol_unlike_claim'] })
    for (const kind of ['address', 'prefix'] as const) {
      const before = conduct({
        client: valid(behaviour()),
        [kind]: valid(behaviour({ minute: { attempts: 1, accounts: 1 } })),
      })
      expect(decided(tool({ client: headers, conduct: before })).rule).toBe('forged_browser')
    }
  })

  it.each([
    ['on the first attempt of its network', {}],
    ["where the network's people get in", { attempts: 40, failures: 5, successes: 35, accounts: 36 }],
  ])("that a company's TLS inspection explains as well is asked and not refused, %s", (_when, minute) => {
    const inspected = client({ contradictions: ['tls_unlike_claim', 'protocol_unlike_claim'] })
    const network = valid(behaviour({ minute }))
    const keys = conduct({ client: valid(behaviour()), address: network, prefix: network })
    expect(decided(tool({ client: inspected, conduct: keys }))).toMatchObject({
      action: 'challenge',
      rule: 'doubtful_browser',
    })
  })

  it.each([
    ['tls_unlike_claim', 'browser', 'challenge'],
    ['client_hints_missing', 'browser', 'challenge'],
    ['tls_unlike_claim', 'mobile', 'flag'],
    ['tls_unlike_claim', 'direct', 'flag'],
  ] as const)('with %s alone on the %s channel meets %s', (contradiction, channel, action) => {
    const evidence = tool({ client: client({ contradictions: [contradiction] }), match: match({ channel }) })
    expect(decided(evidence)).toMatchObject({ action, rule: 'doubtful_browser' })
  })

  it('by a tool that fetched the page first is challenged: a middlebox leaves headers whole, this left nothing whole', () => {
    const prepared = tool({ proof: WITH_PASS })
    expect(decided(prepared)).toMatchObject({ action: 'challenge', rule: 'scripted_browser' })
  })

  it('is not taken for one while the ledger cannot say whether a page was fetched', () => {
    const blind = tool({ conduct: conduct({ client: unavailable('ledger_failed') }) })
    expect(decided(blind)).toMatchObject({ action: 'challenge', rule: 'doubtful_browser' })
  })

  it('from a million addresses is seen by what its clients have in common', () => {
    const first = tool({
      client: client({ contradictions: [], fingerprint: 'perfect' }),
      conduct: conduct({ client: ABSENT }, { cohort: CAMPAIGN }),
    })
    const verdict = decided(first)
    expect(verdict).toMatchObject({ action: 'deny', rule: 'stuffing_cohort' })
    expect(verdict.counterfactual).toBe(
      'under 20 accounts tried by all who look like this client (there were 380), this would have been allowed',
    )
  })

  it.each([
    ['too few attempts', { attempts: 29, failures: 29, accounts: 29 }],
    ['too few accounts', { attempts: 60, failures: 60, accounts: 19 }],
    ['people who succeed', { attempts: 60, failures: 30, successes: 30, accounts: 55 }],
    ['a bank that answers nobody', { attempts: 60, failures: 2, accounts: 55 }],
  ])('is not seen in a cohort of %s', (_what, minute) => {
    const cohort = valid({ behaviour: behaviour({ minute }), staleness: 0 })
    const evidence = tool({ client: client(), conduct: conduct({ client: ABSENT }, { cohort }) })
    expect(decided(evidence).rule).not.toBe('stuffing_cohort')
  })

  it.each([
    ['its own third account', { attempts: 3, failures: 3, accounts: 3 }, false, 'throttle'],
    ['two attempts from rented machines', { attempts: 2, failures: 2, accounts: 1 }, true, 'throttle'],
    ['a password mistyped four times', { attempts: 4, failures: 4, accounts: 1 }, false, 'allow'],
    ['a success of its own', { attempts: 5, failures: 4, successes: 1, accounts: 4 }, false, 'allow'],
  ] as const)(
    'on the mobile channel, %s %j: an application meets %s, %s',
    (_what, minute, hosting, action) => {
      const family = {
        family: 'app',
        major: 1,
        platform: 'ios',
        mobile: false,
        declaresAutomation: false,
        attackTool: false,
      } as const
      const evidence = person({
        client: client({ claim: family, hosting }),
        match: match({ channel: 'mobile' }),
        proof: NOTHING_PROVEN,
        conduct: conduct({ client: valid(behaviour({ minute })) }, { cohort: CAMPAIGN }),
      })
      expect(decided(evidence).action).toBe(action)
    },
  )

  it('on the mobile channel is slowed once the client itself takes part, and refused when it is a library', () => {
    const failed = conduct(
      { client: valid(behaviour({ minute: { attempts: 3, failures: 3, accounts: 3 } })) },
      { cohort: CAMPAIGN },
    )
    const app = client({
      claim: {
        family: 'app',
        major: undefined,
        platform: 'android',
        mobile: true,
        declaresAutomation: false,
        attackTool: false,
      },
    })
    const evidence = tool({ client: app, match: match({ channel: 'mobile' }), conduct: failed })
    expect(decided(evidence)).toMatchObject({ action: 'throttle', rule: 'stuffing_cohort_app' })
    const library = client({ claim: { ...app.claim, family: 'tool', declaresAutomation: true } })
    expect(decided({ ...evidence, client: library })).toMatchObject({
      action: 'deny',
      rule: 'stuffing_cohort',
    })
  })

  const behaviours: readonly (readonly [
    what: string,
    rule: string,
    action: string,
    keys: Parameters<typeof conduct>[0],
  ])[] = [
    [
      'five accounts in a minute',
      'client_many_accounts',
      'deny',
      { client: valid(behaviour({ minute: { attempts: 5, failures: 5, accounts: 5 }, pages: 1 })) },
    ],
    [
      'fifteen at once, before any answer',
      'client_many_accounts',
      'deny',
      { client: valid(behaviour({ minute: { attempts: 15, accounts: 15 }, pages: 1 })) },
    ],
    [
      'ten in an hour',
      'client_many_accounts_hour',
      'deny',
      {
        client: valid(
          behaviour({ hour: { attempts: 12, failures: 11, successes: 1, accounts: 10 }, pages: 1 }),
        ),
      },
    ],
    [
      'thirty in a day',
      'client_many_accounts_day',
      'deny',
      {
        client: valid(
          behaviour({
            hour: { attempts: 2, failures: 2, accounts: 2 },
            day: { attempts: 33, failures: 33, accounts: 30 },
            pages: 1,
          }),
        ),
      },
    ],
    [
      'one pass on five accounts',
      'pass_many_accounts',
      'deny',
      {
        client: valid(behaviour({ pages: 1 })),
        pass: valid(behaviour({ hour: { attempts: 6, failures: 4, successes: 2, accounts: 5 } })),
      },
    ],
  ]
  it.each(behaviours)('on %s is %s', (_what, rule, action, keys) => {
    const proof = keys?.pass === undefined ? NOTHING_PROVEN : WITH_PASS
    expect(decided(person({ conduct: conduct(keys), proof }))).toMatchObject({ action, rule })
  })

  it.each([
    ['in a minute', { minute: { attempts: 5, failures: 5, accounts: 5 } }],
    ['in an hour', { hour: { attempts: 10, failures: 10, accounts: 10 } }],
    ['in a day', { hour: { attempts: 1, failures: 1 }, day: { attempts: 30, failures: 30, accounts: 30 } }],
  ])(
    'by a neighbour with the same browser, %s, challenges a pass of which nothing is known',
    (_when, windows) => {
      const keys = { client: valid(behaviour(windows)), pass: valid(behaviour()) }
      expect(decided(person({ conduct: conduct(keys) }))).toMatchObject({
        action: 'challenge',
        rule: 'client_many_accounts_pass',
      })
    },
  )

  it('from one address challenges a pass of which nothing is known, and is no matter for one that is known', () => {
    const address = valid(behaviour({ hour: { attempts: 30, failures: 28, accounts: 25 } }))
    const fresh = person({ conduct: conduct({ address, pass: valid(behaviour()) }) })
    expect(decided(fresh)).toMatchObject({ action: 'challenge', rule: 'address_many_accounts_pass' })
    const mobile = { ...fresh, match: match({ channel: 'mobile' }) }
    expect(decided(mobile)).toMatchObject({ action: 'throttle', rule: 'address_many_accounts' })
    const knownPass = valid(behaviour({ day: { attempts: 1, successes: 1 } }))
    expect(decided(person({ conduct: conduct({ address, pass: knownPass }) })).action).toBe('allow')
  })

  it('with twenty valid pairs among two thousand is still mostly failing', () => {
    const lucky = conduct({
      client: valid(behaviour({ minute: { attempts: 100, failures: 99, successes: 1, accounts: 100 } })),
    })
    expect(decided(person({ conduct: lucky, proof: NOTHING_PROVEN })).rule).toBe('client_many_accounts')
  })

  it('from one address with many made-up clients slows the address, until something better is known', () => {
    const address = conduct({
      client: valid(behaviour({ pages: 1 })),
      address: valid(behaviour({ hour: { attempts: 30, failures: 28, accounts: 25 } })),
    })
    expect(decided(person({ proof: NOTHING_PROVEN, conduct: address }))).toMatchObject({
      action: 'throttle',
      rule: 'address_many_accounts',
      retryAfterSeconds: 60,
    })
  })

  it('on one account challenges browsers that we do not know, and slows what cannot be challenged', () => {
    const attacked = conduct({
      client: valid(behaviour({ pages: 1 })),
      account: valid(behaviour({ minute: { attempts: 12, failures: 12, accounts: 1, clients: 12 } })),
    })
    const stranger = person({ proof: NOTHING_PROVEN, conduct: attacked })
    expect(decided(stranger)).toMatchObject({ action: 'challenge', rule: 'account_under_attack' })
    const forger = {
      ...stranger,
      match: match({ channel: 'mobile' }),
      client: client({
        contradictions: ['client_hints_missing'],
        claim: { ...client().claim, family: 'app' },
      }),
    }
    expect(decided(forger)).toMatchObject({ action: 'throttle', rule: 'account_under_attack' })
  })

  it('with an invented pass is challenged', () => {
    const proof = { ...NOTHING_PROVEN, pass: invalid('pass_forged') }
    expect(decided(person({ proof }))).toMatchObject({ action: 'challenge', rule: 'forged_pass' })
  })

  it('that floods is slowed, whatever it asks for', () => {
    const flood = conduct({ client: valid(behaviour({ minute: { requests: 1_200 } })) })
    const reading = person({
      proof: NOTHING_PROVEN,
      claims: {},
      match: match({ sensitivity: 'account' }),
      conduct: flood,
    })
    expect(decided(reading)).toMatchObject({ action: 'throttle', rule: 'client_flood' })
  })

  it('that walks through what does not exist is slowed', () => {
    const walk = conduct({ client: valid(behaviour({ minute: { requests: 70, misses: 66 } })) })
    expect(decided(person({ proof: NOTHING_PROVEN, claims: {}, conduct: walk }))).toMatchObject({
      rule: 'client_many_misses',
    })
  })

  it('does not stop its makers from reading a page: only attempts are judged by attempts', () => {
    const attacker = conduct({
      client: valid(behaviour({ minute: { attempts: 500, failures: 500, accounts: 500 } })),
    })
    const reading = tool({
      exchange: exchange({ method: 'GET' }),
      claims: {},
      conduct: attacker,
      match: match({ sensitivity: 'other' }),
    })
    expect(decided(reading).action).toBe('allow')
  })
})

describe('lists', () => {
  it.each(['address', 'prefix', 'asn'] as const)('refuse a listed %s', (kind) => {
    const listed = client({ listed: [{ kind, entry: 'entry', note: '' }] })
    expect(decided(person({ client: listed }))).toMatchObject({ action: 'deny', rule: `listed_${kind}` })
  })

  it('refuse a licensed third party at a listed address, and never for its network', () => {
    const at = (kind: 'address' | 'asn') => client({ listed: [{ kind, entry: 'entry', note: '' }] })
    expect(decided(person({ proof: LICENSED, client: at('address') })).action).toBe('deny')
    expect(decided(person({ proof: LICENSED, client: at('asn') })).action).toBe('flag')
  })
})

describe('the form of a request', () => {
  const odd = exchange(
    { target: '/login' },
    { target: { ...exchange().target, raw: '//login', differences: ['empty_segment'] } },
  )

  it.each([
    ['tpp', 'account', 'GET', 'deny'],
    ['mobile', 'login', 'POST', 'deny'],
    ['direct', 'other', 'GET', 'deny'],
    ['browser', 'login', 'POST', 'deny'],
    ['browser', 'payment', 'POST', 'deny'],
    ['browser', 'login', 'GET', 'allow'],
    ['browser', 'other', 'POST', 'allow'],
  ] as const)(
    'on the %s channel (%s, %s) an ambiguous target is met with %s',
    (channel, sensitivity, method, action) => {
      const evidence = person({ exchange: { ...odd, method }, match: match({ channel, sensitivity }) })
      expect(decided(evidence).action).toBe(action)
    },
  )

  it.each([
    ['dot_segment', 'deny'],
    ['backslash', 'deny'],
    ['encoded_separator', 'deny'],
    ['control_character', 'deny'],
    ['malformed_encoding', 'deny'],
    ['percent_encoding', 'allow'],
    ['path_parameter', 'allow'],
    ['host_case', 'allow'],
  ] as const)('a browser that reads a page with %s in its target meets %s', (difference, action) => {
    const target = { ...exchange().target, differences: [difference] }
    const evidence = person({
      exchange: exchange({ method: 'GET' }, { target }),
      match: match({ sensitivity: 'other' }),
      claims: {},
    })
    expect(decided(evidence).action).toBe(action)
  })

  it('counts as ambiguous what no Worker can forward as it came, although nothing else is odd about it', () => {
    const braces = exchange({ target: '/accounts/{id}' })
    const evidence = person({
      exchange: braces,
      match: match({ channel: 'tpp', sensitivity: 'account' }),
      claims: {},
    })
    expect(decided(evidence)).toMatchObject({ action: 'deny', reason: 'target_ambiguous' })
  })

  it.each([
    ['body_too_large', 'too_large'],
    ['json_duplicate_member', 'malformed'],
    ['charset_refused', 'media_type'],
    ['content_encoding_refused', 'media_type'],
    ['media_type_refused', 'media_type'],
    ['body_truncated', 'malformed'],
  ] as const)(
    'a body with %s is refused in every posture, because it cannot be forwarded',
    (problem, refusal) => {
      const policy = withRules({ content_refused: { posture: 'off', action: 'allow' } })
      const evidence = person({ content: invalid(problem), match: match({ posture: 'observe' }) })
      const verdict = decided(evidence, CALM, policy)
      expect(verdict).toMatchObject({ action: 'deny', rule: 'content_refused', reason: problem })
      expect(refusalFor(verdict)).toBe(refusal)
    },
  )

  it.each([
    ['a target that is no path', exchange({ method: 'OPTIONS', target: '*' }), ''],
    ['a GET with a body', exchange({ method: 'GET' }), 'x'],
  ])('%s is refused in every posture, with a reason in the record', (_what, sent, text) => {
    const content = valid({ bytes: new TextEncoder().encode(text), streamed: false, credentials: {} })
    const evidence = person({
      exchange: sent,
      content,
      match: match({ posture: 'observe', sensitivity: 'other' }),
    })
    expect(decided(evidence)).toMatchObject({ action: 'deny', reason: 'request_unforwardable' })
  })

  it.each([
    ['PUT', '', 'deny'],
    ['PUT', 'username=a&password=b', 'deny'],
    ['PATCH', 'username=a&password=b', 'deny'],
    ['OPTIONS', 'username=a&password=b', 'deny'],
    ['OPTIONS', '', 'allow'],
  ] as const)(
    '%s with the body "%s", which no route of a login lists, is met with %s',
    (method, text, action) => {
      const policy = withRules({ method_refused: { posture: 'off', action: 'allow' } })
      const content = valid({ bytes: new TextEncoder().encode(text), streamed: false, credentials: {} })
      const matched = { ...match({ posture: 'observe', sensitivity: 'other' }), allowed: ['GET', 'POST'] }
      const evidence = person({ exchange: exchange({ method }), content, match: matched, claims: {} })
      const verdict = decided(evidence, CALM, policy)
      expect(verdict.action).toBe(action)
      if (action === 'deny') expect([verdict.rule, refusalFor(verdict)]).toEqual(['method_refused', 'method'])
    },
  )

  it('a WebSocket is refused with words of its own, and other upgrades are left to the bank', () => {
    const asks = (upgrade: string) => decided(person({ exchange: exchange({ headers: { upgrade } }) }))
    expect(asks('websocket')).toMatchObject({ action: 'deny', reason: 'upgrade_refused' })
    expect(asks('WebSocket, h2c').rule).toBe('upgrade_refused')
    expect(asks('h2c').action).toBe('allow')
  })
})

describe('what a route requires', () => {
  const strict = match({ channel: 'tpp', sensitivity: 'payment', certificate: 'required', token: 'required' })
  const token = valid({ kind: 'opaque', thumbprint: 'x', expiresAt: undefined } as const)

  it.each([
    ['no certificate', { ...NOTHING_PROVEN, token }, 'certificate_missing', 'certificate_missing'],
    [
      'an expired certificate',
      { ...NOTHING_PROVEN, token, certificate: invalid('certificate_expired') },
      'certificate_refused',
      'certificate_expired',
    ],
    [
      'a revoked certificate',
      { ...NOTHING_PROVEN, token, certificate: invalid('certificate_revoked') },
      'certificate_revoked',
      'certificate_revoked',
    ],
    [
      'a certificate of an authority that nobody trusts',
      { ...NOTHING_PROVEN, token, certificate: invalid('certificate_untrusted') },
      'certificate_refused',
      'certificate_invalid',
    ],
    [
      'a certificate that we cannot check',
      { ...NOTHING_PROVEN, token, certificate: unavailable('verifier_failed') },
      'certificate_unavailable_payment',
      'unavailable',
    ],
    ['no token', { ...LICENSED }, 'token_missing', 'token_missing'],
    ['an expired token', { ...LICENSED, token: invalid('token_expired') }, 'token_refused', 'token_invalid'],
    [
      'a token that we cannot check',
      { ...LICENSED, token: unavailable('key_source_unavailable') },
      'token_unavailable_payment',
      'unavailable',
    ],
  ] as const)('refuses %s', (_what, proof, rule, refusal) => {
    const verdict = decided(person({ match: strict, proof, claims: {} }))
    expect(verdict).toMatchObject({ action: 'deny', rule })
    expect(refusalFor(verdict)).toBe(refusal)
  })

  it('is content with what it asked for', () => {
    expect(decided(person({ match: strict, proof: { ...LICENSED, token }, claims: {} })).action).toBe('allow')
  })

  it('notes a bad certificate where none is asked for, and says nothing of a bad token there', () => {
    const loose = match({ channel: 'tpp', sensitivity: 'other' })
    const bad = {
      ...NOTHING_PROVEN,
      certificate: invalid('certificate_untrusted'),
      token: invalid('token_expired'),
    } as const
    expect(decided(person({ match: loose, proof: bad }))).toMatchObject({
      action: 'flag',
      rule: 'certificate_noted',
    })
    expect(decided(person({ match: loose, proof: { ...bad, certificate: ABSENT } })).action).toBe('allow')
  })
})

describe('the score', () => {
  const unknown = person({ proof: NOTHING_PROVEN })

  it.each([
    ['browser', 'login', 0.55, 'deny', 'score_deny'],
    ['browser', 'payment', 0.97, 'deny', 'score_deny'],
    ['browser', 'account', 0.54, 'flag', 'score_flag'],
    ['browser', 'account', 0.55, 'challenge', 'score_challenge'],
    ['browser', 'account', 0.8, 'throttle', 'score_certain'],
    ['mobile', 'account', 0.999, 'throttle', 'score_certain'],
    ['mobile', 'login', 0.55, 'deny', 'score_deny'],
    ['mobile', 'login', 0.54, 'flag', 'score_flag'],
    ['mobile', 'account', 0.56, 'throttle', 'score_throttle'],
    ['tpp', 'account', 0.53, 'flag', 'score_flag'],
    ['tpp', 'account', 0.4, 'allow', 'default'],
  ] as const)(
    'on the %s channel, a %s route, at %d means %s while somebody guesses',
    (channel, sensitivity, probability, action, rule) => {
      // Somebody of whom more is known than a first look.
      const seen = conduct({ client: valid(behaviour({ hour: { requests: 40 } })), address: GUESSED })
      const evidence = { ...unknown, match: match({ channel, sensitivity }), conduct: seen }
      expect(decided(evidence, abuse(probability))).toMatchObject({ action, rule })
    },
  )

  it.each([
    ['browser', 'login', 0.74, 'flag', 'score_flag'],
    ['browser', 'login', 0.75, 'deny', 'score_deny'],
    ['browser', 'account', 0.64, 'flag', 'score_flag'],
    ['browser', 'account', 0.65, 'challenge', 'score_challenge'],
    ['browser', 'account', 0.8, 'throttle', 'score_certain'],
    ['mobile', 'login', 0.54, 'flag', 'score_flag'],
    ['mobile', 'login', 0.55, 'deny', 'score_deny'],
    ['mobile', 'account', 0.6, 'throttle', 'score_throttle'],
  ] as const)(
    'on the %s channel, a %s route, at %d means %s while nobody does',
    (channel, sensitivity, probability, action, rule) => {
      const seen = conduct({ client: valid(behaviour({ hour: { requests: 40 } })) })
      const evidence = { ...unknown, match: match({ channel, sensitivity }), conduct: seen }
      expect(decided(evidence, abuse(probability))).toMatchObject({ action, rule })
    },
  )

  it('says what would have been enough', () => {
    expect(decided(unknown, abuse(0.99)).counterfactual).toBe(
      'with an abuse probability under 0.75 (it was 0.990), this would have been allowed with a flag',
    )
  })

  it('asks for more of a browser with our pass, whoever else guesses', () => {
    const evidence = person({ conduct: conduct({ address: GUESSED }) })
    expect(decided(evidence, abuse(0.54)).action).toBe('flag')
    expect(decided(evidence, abuse(0.55))).toMatchObject({ action: 'challenge', rule: 'score_challenge' })
    expect(decided(evidence, abuse(0.8))).toMatchObject({ action: 'deny', rule: 'score_deny' })
  })

  it('does not challenge again who has met one, but still slows', () => {
    const cleared = person({
      proof: { ...WITH_PASS, pass: valid({ id: '1.abcdefgh', issuedAt: 0, cleared: true }) },
      conduct: conduct({ address: GUESSED }),
    })
    const policy = { ...DEFAULT_POLICY, thresholds: { ...DEFAULT_POLICY.thresholds, certain: 0.9 } }
    const account = { ...cleared, match: match({ sensitivity: 'account' }) }
    expect(decided(cleared, abuse(0.89), policy)).toMatchObject({ action: 'flag', rule: 'score_challenge' })
    expect(decided(cleared, abuse(0.9), policy)).toMatchObject({ action: 'deny', rule: 'score_deny' })
    expect(decided(account, abuse(0.89), policy)).toMatchObject({ action: 'flag', rule: 'score_challenge' })
    expect(decided(account, abuse(0.9), policy)).toMatchObject({ action: 'throttle', rule: 'score_certain' })
  })

  it.each(['browser', 'mobile'] as const)(
    'that was made without the ledger flags at most, on the %s channel',
    // A journey found every login refused while the ledger was down: to the model, nobody had ever been seen before.
    (channel) => {
      const blind = conduct({ client: unavailable('ledger_failed') })
      const evidence = { ...unknown, match: match({ channel }), conduct: blind }
      expect(decided(evidence, abuse(0.999))).toMatchObject({
        action: 'flag',
        rule: 'ledger_unavailable_login',
      })
    },
  )

  it("asks for more where what is open to everybody is asked for at one visitor's rate", () => {
    const page = (probability: number, requests: number, misses: number, changes = {}) => {
      const client = behaviour({ minute: { requests }, hour: { requests, misses } })
      const evidence = person({
        exchange: exchange({ method: 'GET', target: '/assets/app.css' }),
        match: match({ channel: 'direct', sensitivity: 'other' }),
        proof: NOTHING_PROVEN,
        claims: {},
        conduct: conduct({ client: valid(client) }),
      })
      return decided({ ...evidence, ...changes }, abuse(probability))
    }
    expect(page(0.89, 100, 2)).toMatchObject({ action: 'flag', rule: 'score_flag' })
    expect(page(0.91, 100, 2)).toMatchObject({ action: 'throttle', rule: 'score_certain' })
    expect(page(0.89, 120, 2)).toMatchObject({ action: 'throttle', rule: 'score_certain' })
    expect(page(0.89, 60, 20)).toMatchObject({ action: 'throttle', rule: 'score_certain' })
    expect(page(0.998, 1, 0)).toMatchObject({ action: 'flag', rule: 'score_flag' })
    expect(page(0.999, 1, 0)).toMatchObject({ action: 'throttle', rule: 'score_certain' })
    expect(page(0.998, 2, 0)).toMatchObject({ action: 'throttle', rule: 'score_certain' })
    const { client } = person()
    const tool = { ...client, claim: { ...client.claim, family: 'tool' as const } }
    expect(page(0.69, 25, 2, { client: tool })).toMatchObject({ action: 'flag' })
    expect(page(0.7, 25, 2, { client: tool })).toMatchObject({ action: 'throttle' })
    expect(page(0.998, 1, 0, { client: tool })).toMatchObject({ action: 'flag' })
    expect(page(0.69, 30, 2, { client: tool })).toMatchObject({ action: 'throttle' })
    expect(page(0.69, 25, 10, { client: tool })).toMatchObject({ action: 'throttle' })
    const inspected = { ...client, contradictions: ['tls_unlike_claim'] as const }
    expect(page(0.89, 25, 2, { client: inspected })).toMatchObject({ action: 'flag' })
  })

  it('asks for more on a route that hardly anybody has used', () => {
    const route = valid({ behaviour: usedRoute({ day: { attempts: 29 } }), staleness: 0 })
    const young = person({ conduct: { ...conduct(), route } })
    expect(decided(young, abuse(0.94))).toMatchObject({ action: 'flag', rule: 'score_flag' })
    expect(decided(young, abuse(0.96))).toMatchObject({ action: 'challenge', rule: 'score_challenge' })
    expect(decided(young, abuse(0.985))).toMatchObject({ action: 'challenge', rule: 'score_challenge' })
    expect(decided(young, abuse(0.991))).toMatchObject({ action: 'deny', rule: 'score_deny' })
  })

  it('asks for more in the first week of a route, of whoever is no suspect', () => {
    const since = (days: number, picture: Partial<Cohort> = { merged: MERGED }) => {
      const firstSeenAt = NOW - days * 24 * 3_600_000
      return conduct(
        {},
        { route: valid({ behaviour: usedRoute({ firstSeenAt }), staleness: 0, ...picture }) },
      )
    }
    const among = (days: number, probability: number) =>
      decided({ ...unknown, conduct: since(days) }, abuse(probability)).action
    expect(among(6.9, 0.94)).toBe('flag')
    expect(among(6.9, 0.96)).toBe('deny')
    expect(among(7.1, 0.94)).toBe('deny')
    const few = usedRoute({ day: { attempts: 90, successes: 29 }, firstSeenAt: NOW - 3_600_000 })
    const route = valid({ behaviour: few, staleness: 0, merged: MERGED })
    const amongFew = (probability: number) =>
      decided({ ...unknown, conduct: conduct({}, { route }) }, abuse(probability)).action
    expect(amongFew(0.96)).toBe('flag')
    expect(amongFew(0.97)).toBe('deny')
    const none = valid({
      behaviour: usedRoute({ day: { attempts: 90, successes: 0 }, firstSeenAt: NOW - 3_600_000 }),
      staleness: 0,
      merged: MERGED,
    })
    const amongNone = (probability: number) =>
      decided({ ...unknown, conduct: conduct({}, { route: none }) }, abuse(probability)).action
    expect(amongNone(0.98)).toBe('flag')
    expect(amongNone(0.99)).toBe('deny')
    const kind = { attempts: 60, failures: 40, successes: 20, accounts: 40, clients: 40 }
    const failing = valid({ behaviour: behaviour({ day: kind }), staleness: 0 })
    const ofKind = (days: number, probability: number) =>
      decided({ ...unknown, conduct: { ...since(days), cohort: failing } }, abuse(probability)).action
    expect(ofKind(6.9, 0.84)).toBe('flag')
    expect(ofKind(6.9, 0.85)).toBe('deny')
    expect(ofKind(7.1, 0.6)).toBe('deny')
    expect(decided({ ...unknown, conduct: since(6.9, {}) }, abuse(0.94)).action).toBe('deny')
    const nobody = { ...unknown, claims: {}, match: match({ channel: 'mobile', sensitivity: 'login' }) }
    expect(decided({ ...nobody, conduct: since(6.9) }, abuse(0.94)).action).toBe('deny')
    const false_ = client({ contradictions: ['client_hints_disagree'] })
    const liar = { ...unknown, client: false_, conduct: since(6.9) }
    expect(decided(liar, abuse(0.94)).action).toBe('deny')
  })

  const reading = (
    probability: number,
    requests: number,
    intent: 'scraping' | 'enumeration',
    channel: 'mobile' | 'tpp' = 'mobile',
  ) => {
    const seen = conduct({ client: valid(behaviour({ hour: { requests } })) })
    const on = match({ channel, sensitivity: 'account' })
    const evidence = { ...unknown, match: on, claims: {}, conduct: seen }
    return decided(evidence, abuse(probability, { intent })).action
  }

  it('of reading too much stops who has read as much, and hardly anybody before', () => {
    expect(reading(0.74, 11, 'scraping')).toBe('flag')
    expect(reading(0.75, 11, 'scraping')).toBe('throttle')
    expect(reading(0.56, 12, 'scraping')).toBe('throttle')
  })

  it('asks for less of who asks behind a token for what is not theirs, the first time or the twelfth', () => {
    for (const requests of [1, 12]) {
      expect(reading(0.29, requests, 'enumeration')).toBe('allow')
      expect(reading(0.3, requests, 'enumeration')).toBe('throttle')
      expect(reading(0.64, requests, 'enumeration', 'tpp')).toBe('flag')
      expect(reading(0.66, requests, 'enumeration', 'tpp')).toBe('throttle')
    }
  })

  it('that is not there stops nobody', () => {
    expect(decided(person(), unavailable('model_absent'))).toMatchObject({
      action: 'flag',
      rule: 'score_unavailable',
      reason: 'model_absent',
    })
  })
})

describe('what an operator may change', () => {
  it('a route that observes enforces nothing, and says what it would have done', () => {
    const verdict = decided(tool({ match: match({ posture: 'observe' }) }))
    expect(verdict).toMatchObject({
      action: 'flag',
      intended: 'deny',
      posture: 'observe',
      rule: 'forged_browser',
    })
  })

  it('a rule that observes does not shield a request from the rules after it', () => {
    const policy = withRules({ forged_browser: { posture: 'observe' } })
    expect(decided(tool(), CALM, policy)).toMatchObject({
      action: 'challenge',
      rule: 'doubtful_browser',
      posture: 'enforce',
    })
  })

  it('a rule that is off is not asked', () => {
    const policy = withRules({
      forged_browser: { posture: 'off' },
      doubtful_browser: { posture: 'off' },
      scripted_browser: { posture: 'off' },
    })
    expect(decided(tool(), CALM, policy)).toMatchObject({ action: 'flag', rule: 'contradiction_noted' })
  })

  it('a rule may have another action, and another limit', () => {
    const many = person({
      proof: NOTHING_PROVEN,
      conduct: conduct({
        client: valid(behaviour({ minute: { attempts: 6, failures: 6, accounts: 6 }, pages: 1 })),
      }),
    })
    expect(decided(many, CALM, withRules({ client_many_accounts: { action: 'throttle' } }))).toMatchObject({
      action: 'throttle',
      retryAfterSeconds: 60,
    })
    expect(decided(many, CALM, withRules({ client_many_accounts: { limit: 7 } })).action).toBe('allow')
  })

  it('a rule that allows what it finds opens no way round the rules after it', () => {
    const policy = withRules({ forged_browser: { action: 'allow' } })
    expect(decided(tool(), CALM, policy).rule).toBe('doubtful_browser')
  })

  it('names the rules after it in a counterfactual only where they enforce', () => {
    const many = tool({
      conduct: conduct({ client: valid(behaviour({ minute: { attempts: 6, failures: 6, accounts: 6 } })) }),
    })
    expect(decided(many).counterfactual).toBe(
      'under 5 accounts in the last minute (there were 6), this would have been denied (forged_browser)',
    )
    const policy = withRules({
      forged_browser: { posture: 'observe' },
      doubtful_browser: { posture: 'off' },
      scripted_browser: { posture: 'off' },
    })
    expect(decided(many, CALM, policy).counterfactual).toBe(
      'under 5 accounts in the last minute (there were 6), this would have been allowed with a flag',
    )
  })
})

describe('the table of rules', () => {
  it('gives each rule an id of its own, in the form that a binding can name', () => {
    expect(new Set(RULE_IDS).size).toBe(RULE_IDS.length)
    expect(RULE_IDS.filter((id) => !/^[a-z][a-z_]*$/.test(id))).toEqual([])
    expect(Object.keys(REASONS).filter((reason) => !/^[a-z][a-z0-9_]*$/.test(reason))).toEqual([])
  })

  it('spares the proven from everything that rests on claims: the score and the claimed keys', () => {
    const claims = RULES.filter(
      ({ id, action }) =>
        /^(client|pass|address|account|stuffing|forged|doubtful|scripted|score)_/.test(id) &&
        action !== 'flag',
    )
    expect(claims.filter(({ sparesProven }) => sparesProven !== true).map(({ id }) => id)).toEqual([])
  })

  it('holds nothing but form against every posture', () => {
    expect(RULES.filter(({ always }) => always).map(({ id }) => id)).toEqual([
      'upgrade_refused',
      'method_refused',
      'content_refused',
      'request_unforwardable',
    ])
  })

  it('tells a caller whose reason nobody knows no more than that it is refused', () => {
    expect(refusalFor({ action: 'deny', reason: 'toString' })).toBe('forbidden')
  })
})
