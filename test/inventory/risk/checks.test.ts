import { describe, expect, it } from 'vitest'
import type { InventoryEntry } from '../../../src/inventory/learn/types.ts'
import { baselineOf } from '../../../src/inventory/risk/anomaly.ts'
import { CHECKS } from '../../../src/inventory/risk/checks.ts'
import {
  API_KEY,
  AT,
  cells,
  DAY,
  data,
  document,
  entry,
  KEY,
  names,
  operation,
  type Scene,
  shadow,
  signal,
  told,
  usage,
} from './landscape.ts'

const hidden = (
  place: InventoryEntry['hidden'][number]['place'],
  name: string,
  accepted = 5,
): InventoryEntry['hidden'] => [{ place, name, foundAt: AT - DAY, lastAt: AT - 1_000, accepted }]

const SIGNED = {
  name: 'x-jws-signature',
  in: 'header',
  required: true,
  deprecated: false,
  allowEmpty: false,
  serialisation: {
    style: 'simple',
    explode: false,
    delimiter: ',',
    shape: 'primitive',
    types: ['string'],
    members: {},
  },
  validator: undefined,
  hint: undefined,
} as const

const overflow = {
  misses: 0,
  unsettled: 0,
  turnedAway: 9,
  ignored: 0,
  dropped: 0,
  suspects: 0,
  pressure: 0,
}

/** Of each check: a landscape in which it fires, what it says, and one beside it in which it is silent. */
const CASES: Readonly<Record<string, readonly [fires: Scene, says: readonly string[], silent: Scene]>> = {
  shadow_operation: [
    { entries: [entry(), shadow()] },
    [''],
    // 404 is how an origin says that there is nothing; the inventory does not even keep such a path.
    { entries: [entry()] },
  ],
  zombie_operation: [
    { operations: [operation({ deprecated: true })] },
    [''],
    {
      operations: [operation({ deprecated: true })],
      entries: [entry({ statuses: [0, 0, 0, 0, 10_000, 0] })],
    },
  ],
  orphan_operation: [{ entries: [] }, [''], { entries: [], landscape: { since: AT - DAY } }],
  dormant_operation: [
    { entries: [entry({ lastSeenAt: AT - 61 * DAY })] },
    [''],
    { entries: [entry({ lastSeenAt: AT - 5 * DAY })] },
  ],
  non_production_reachable: [
    { entries: [entry({ hosts: names({ 'api.bank.example': 9_000, 'api-uat.bank.example': 12 }) })] },
    ['host api-uat.bank.example'],
    { entries: [entry({ hosts: names({ 'api.latest-bank.example': 9_000 }) })] },
  ],
  host_undeclared: [
    { documents: [document({ hosts: ['api.other.example'] })] },
    ['api.bank.example'],
    { documents: [document({ hosts: ['{region}.bank.example'] })] },
  ],
  method_undeclared: [
    { entries: [entry(), shadow({}, { method: 'DELETE', methodUndeclared: true })] },
    [''],
    { entries: [entry(), shadow({}, { method: 'OPTIONS', methodUndeclared: true })] },
  ],
  inventory_pressure: [
    { landscape: { overflow: { ...overflow, pressure: 2 } } },
    [''],
    { landscape: { overflow } },
  ],
  credential_missing: [
    { entries: [entry({ authenticationAccepted: names({ none: 3, 'bearer+client_certificate': 9_897 }) })] },
    [''],
    { entries: [entry({ authentication: names({ none: 3, 'bearer+client_certificate': 9_997 }) })] },
  ],
  sensitive_without_credential: [
    {
      operations: [operation({ security: [] })],
      entries: [entry({ authenticationAccepted: names({ none: 3 }) })],
    },
    [''],
    {
      operations: [operation({ security: [], carries: [] })],
      entries: [entry({ authenticationAccepted: names({ none: 3 }) })],
    },
  ],
  authentication_weak: [
    {
      entries: [entry({ authenticationAccepted: names({ bearer: 12, 'bearer+client_certificate': 9_888 }) })],
    },
    ['bearer'],
    {
      // The bank's own customers have sessions, and no certificates.
      entries: [
        entry({ channels: names({ browser: 9_900 }), authenticationAccepted: names({ cookie: 9_900 }) }),
      ],
    },
  ],
  authentication_declared_weak: [
    { operations: [operation({ security: [[API_KEY]] })], entries: [] },
    [''],
    // The document forgets what the gate asks for.
    { operations: [operation({ security: [[API_KEY]] })] },
  ],
  basic_authentication: [
    {
      operations: [operation({ carries: [] })],
      entries: [entry({ authenticationAccepted: names({ basic: 4, bearer: 9_896 }) })],
    },
    [''],
    { operations: [operation({ carries: [] })], entries: [entry({ authentication: names({ basic: 4 }) })] },
  ],
  api_key_in_query: [
    { operations: [operation({ security: [[{ ...API_KEY, in: 'query', parameter: 'key' }]] })] },
    ['key'],
    { operations: [operation({ security: [[API_KEY]] })] },
  ],
  role_mismatch: [
    { landscape: { signals: [signal('role_missing')] } },
    ['role_missing'],
    { landscape: { signals: [signal('role_missing', { requests: 3, accepted: 0 })] } },
  ],
  credential_unbound: [
    { landscape: { signals: [signal('token_of_another', { requests: 20, accepted: 0 })] } },
    ['token_of_another'],
    { landscape: { signals: [signal('certificate_expired', { requests: 19, accepted: 0 })] } },
  ],
  signature_missing: [
    { operations: [operation({ parameters: [SIGNED] })] },
    ['signature_missing'],
    {
      operations: [operation({ parameters: [SIGNED] })],
      entries: [
        entry({ authenticationAccepted: names({ 'bearer+client_certificate+message_signature': 9_900 }) }),
      ],
    },
  ],
  token_weak: [
    { landscape: { signals: [signal('token_without_expiry')] } },
    ['token_without_expiry'],
    { landscape: { signals: [signal('token_without_expiry', { requests: 1, accepted: 0 })] } },
  ],
  secret_in_url: [
    {
      entries: [
        entry(
          { data: [data({ place: 'query', pointer: 'account' })] },
          { hidden: hidden('query', 'apiKey') },
        ),
      ],
    },
    ['pan query account', 'query apiKey'],
    {
      entries: [entry({ data: [data({ class: 'iban', place: 'path', pointer: '', standing: 'expected' })] })],
    },
  ],
  sensitive_data_unexpected: [
    { entries: [entry({ data: [data(), data({ standing: 'unpermitted', values: 1, exchanges: 1 })] })] },
    ['pan response_body /Data/Account/*/Card'],
    {
      entries: [
        entry({
          data: [
            data({ standing: 'expected' }),
            // Numbers of which one in ten passes the check digit: chance.
            data({ pointer: '/Data/Reference', values: 10, near: 90 }),
            data({ pointer: '/Data/Bank', class: 'bic' }),
          ],
        }),
      ],
    },
  ],
  sensitive_data_plaintext: [
    { entries: [entry({ data: [data({ class: 'iban', standing: 'expected', plaintext: true })] })] },
    ['iban response_body /Data/Account/*/Card'],
    { entries: [entry({ data: [data({ class: 'iban', standing: 'expected' })] })] },
  ],
  object_enumeration: [
    { entries: [entry({ objects: cells(16, { 1: 20, 2: 40, 3: 30, 12: 2 }) })] },
    [''],
    // Few callers: there is no usual one. And of many, all of one size: nobody stands out.
    { entries: [entry({ objects: cells(16, { 1: 1, 12: 2 }) }), shadow({ objects: cells(16, { 12: 50 }) })] },
  ],
  object_pollution: [
    { landscape: { signals: [signal('object_elsewhere')] } },
    [''],
    { landscape: { signals: [] } },
  ],
  object_of_another: [
    { landscape: { signals: [signal('object_never_issued')] } },
    [''],
    { landscape: { signals: [] } },
  ],
  request_property_undeclared: [
    { entries: [entry({}, { hidden: hidden('request_property', '/Data/IsAdmin') })] },
    ['/Data/IsAdmin'],
    { entries: [entry({ departures: names({ 'request property_undeclared body /Data/IsAdmin': 4 }) })] },
  ],
  response_property_undeclared: [
    {
      entries: [
        entry(
          {
            departures: names({
              'response additional_properties body /Data/Account/*/RiskScore': 40,
              'response property_undeclared body *': 400,
            }),
          },
          { hidden: hidden('response_property', '/Data/Account/*/RiskScore') },
        ),
      ],
    },
    ['/Data/Account/*/RiskScore'],
    { entries: [entry({ departures: names({ 'request property_undeclared body /Data/Note': 40 }) })] },
  ],
  response_undeclared: [
    { entries: [entry({ departures: names({ 'response status_undeclared status 418': 3 }) })] },
    ['status_undeclared 418'],
    { entries: [entry()] },
  ],
  response_nonconforming: [
    { entries: [entry({ departures: names({ 'response required body /Data': 3 }) })] },
    ['required /Data'],
    { entries: [entry({ departures: names({ 'request required body /Data': 3 }) })] },
  ],
  error_detail_leaked: [
    { entries: [entry({ weaknesses: names({ server_version: 9_900 }) })] },
    ['server_version'],
    { entries: [entry()] },
  ],
  hidden_input: [
    { entries: [entry({}, { hidden: hidden('query', 'debug') })] },
    ['query debug'],
    { entries: [entry({}, { hidden: hidden('query', 'debug', 0) })] },
  ],
  request_nonconforming: [
    { entries: [entry({ departures: names({ 'request pattern body /Data/Amount': 150 }) })] },
    [''],
    { entries: [entry({ departures: names({ 'request pattern body /Data/Amount': 19 }) })] },
  ],
  request_excessive: [
    { entries: [entry({ departures: names({ 'request body_too_large body ': 150 }) })] },
    [''],
    { entries: [entry({ departures: names({ 'request body_too_large body ': 19 }) })] },
  ],
  specification_without_limit: [
    { landscape: { openness: new Map([[KEY, { arrays: 1, strings: 0 }]]) } },
    [''],
    { landscape: { openness: new Map([[KEY, { arrays: 0, strings: 0 }]]) } },
  ],
  rate_above_quota: [
    { landscape: { signals: [signal('consent_quota_exceeded', { requests: 20, accepted: 0 })] } },
    ['consent_quota_exceeded'],
    { landscape: { signals: [signal('rate_exceeded', { requests: 5, accepted: 0 })] } },
  ],
  flow_out_of_order: [
    { landscape: { signals: [signal('flow_out_of_order')] } },
    [''],
    { landscape: { signals: [] } },
  ],
  url_target: [
    { landscape: { signals: [signal('url_target_refused', { accepted: 0 })] } },
    [''],
    { landscape: { signals: [] } },
  ],
  caller_listed: [
    { landscape: { signals: [signal('caller_listed')] } },
    [''],
    { landscape: { signals: [signal('caller_listed', { requests: 3, accepted: 0 })] } },
  ],
  operation_anomaly: [
    {
      entries: [
        entry({
          statuses: [0, 0, 9_000, 0, 95, 905],
          latencyMs: cells(16, { 5: 8_000, 6: 1_900, 12: 1_000 }),
          requests: 10_900,
        }),
      ],
      landscape: { baselines: new Map([[KEY, baselineOf(usage(), AT - DAY)]]) },
    },
    ['errors', 'latency'],
    {
      entries: [entry({ requests: 20_000, statuses: [0, 0, 19_800, 0, 190, 10] })],
      landscape: { baselines: new Map([[KEY, baselineOf(usage(), AT - DAY)]]) },
    },
  ],
  third_party_answer: [
    { landscape: { signals: [signal('third_party_redirected')] } },
    ['third_party_redirected'],
    { landscape: { signals: [] } },
  ],
  transport_weak: [
    {
      entries: [
        entry({ tls: names({ 'TLSv1.1 ECDHE-RSA-AES128-SHA': 3, '': 2, 'TLSv1.2 ECDHE-RSA-RC4-SHA': 1 }) }),
      ],
    },
    ['TLSv1.1 ECDHE-RSA-AES128-SHA', 'plaintext', 'TLSv1.2 ECDHE-RSA-RC4-SHA'],
    { entries: [entry({ tls: names({ 'TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256': 3 }) })] },
  ],
  hsts_missing: [
    { entries: [entry({ weaknesses: names({ hsts_missing: 5 }) })] },
    ['hsts_missing'],
    {
      operations: [operation({ carries: [] })],
      entries: [entry({ weaknesses: names({ hsts_missing: 5 }) })],
    },
  ],
  cors_open: [
    {
      operations: [operation({ carries: [] })],
      entries: [entry({ weaknesses: names({ cors_any_origin_with_credentials: 5, cors_any_origin: 5 }) })],
    },
    ['cors_any_origin_with_credentials'],
    // A public list may be read by anybody's page.
    {
      operations: [operation({ carries: [] })],
      entries: [entry({ weaknesses: names({ cors_any_origin: 5 }) })],
    },
  ],
  personal_data_cacheable: [
    { entries: [entry({ weaknesses: names({ cacheable: 5 }) })] },
    ['cacheable'],
    { operations: [operation({ carries: [] })], entries: [entry({ weaknesses: names({ cacheable: 5 }) })] },
  ],
}

describe('on traffic that conforms to a sound specification', () => {
  it('nothing is found', () => {
    expect(told()).toEqual([])
  })
})

describe('every check', () => {
  it('has a case here', () => {
    expect(Object.keys(CASES).toSorted()).toEqual(CHECKS.map(({ id }) => id).toSorted())
  })

  it.each(Object.entries(CASES))('%s fires where it should, once for each place', (check, [fires, says]) => {
    const mine = told(fires).filter((one) => one.split(' ')[0] === check)
    expect(mine.toSorted()).toEqual(says.map((pointer) => `${check} ${pointer}`.trim()).toSorted())
  })

  it.each(Object.entries(CASES))('%s is silent where it should be', (check, [, , silent]) => {
    expect(told(silent).filter((one) => one.split(' ')[0] === check)).toEqual([])
  })

  it.each(CHECKS.map((check) => [check.id, check] as const))(
    '%s says what to do, in a sentence, and names its risk',
    (id, { title, remediation, owasp, sources }) => {
      expect(id).toMatch(/^[a-z]+(?:_[a-z]+)*$/)
      expect(title).toMatch(/^[A-Z].*[^.]$/)
      expect(remediation).toMatch(/^[A-Z].*\.$/)
      expect(owasp.length).toBeGreaterThan(0)
      expect(sources.length).toBeGreaterThan(0)
    },
  )
})

describe('finer points of checks', () => {
  it('an operation that answers 401 exists, and nobody has got anything from it yet', () => {
    const scene = { entries: [entry(), shadow({ statuses: [0, 0, 0, 0, 40, 0], requests: 40 })] }
    expect(told(scene)).toEqual(['shadow_operation'])
  })

  it('a hidden property that one caller alone is shown has no name yet, and is told when it is no accident', () => {
    const scene = (count: number) => ({
      entries: [entry({ departures: names({ 'response property_undeclared body *': count }) })],
    })
    expect(told(scene(99))).toEqual([])
    expect(told(scene(100))).toEqual(['response_property_undeclared *'])
  })

  it('an operation past its Sunset is a zombie though its document is current', () => {
    expect(told({ operations: [operation({ sunset: '2026-11-01' })] })).toEqual(['zombie_operation'])
    expect(told({ operations: [operation({ sunset: '2027-01-01' })] })).toEqual([])
  })

  it('one operation of the older of two versions, still served, is a zombie', () => {
    expect(told({ operations: [operation({ standing: 'older' })] })).toEqual(['zombie_operation'])
  })

  it('a name that Space-Saving may have made up is not seen', () => {
    const authenticationAccepted = [{ name: 'none', count: 7, over: 7 }]
    expect(told({ entries: [entry({ authenticationAccepted })] })).toEqual([])
  })

  it('a path without documents is told of a card number, and not of a telephone number', () => {
    const scene = (seen: 'pan' | 'phone') => ({
      entries: [entry(), shadow({ data: [data({ class: seen, standing: 'unknown' })] })],
    })
    expect(told(scene('pan'))).toContain('sensitive_data_unexpected pan response_body /Data/Account/*/Card')
    expect(told(scene('phone'))).not.toContain(
      'sensitive_data_unexpected phone response_body /Data/Account/*/Card',
    )
  })
})
