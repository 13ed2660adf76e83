/**
 * A bank with five faults, among a hundred thousand requests that are as they should be: matched, held against the demo
 * bank's own specification, counted by the inventory and scanned as the gate does it, and then assessed.
 */
import { describe, expect, it } from 'vitest'
import { bodyFactsOf } from '../../../src/inventory/learn/conformance.ts'
import { memoryInventory } from '../../../src/inventory/learn/memory-inventory.ts'
import type { Authentication } from '../../../src/inventory/learn/types.ts'
import { assess } from '../../../src/inventory/risk/assess.ts'
import type { Finding } from '../../../src/inventory/risk/finding-types.ts'
import { landscapeOf } from '../../../src/inventory/risk/landscape.ts'
import { reckon } from '../../../src/inventory/risk/reckoning.ts'
import { DEFAULT_SETTINGS } from '../../../src/inventory/risk/settings.ts'
import { findingsIn } from '../../../src/inventory/sensitive/findings.ts'
import { newBodyScan } from '../../../src/inventory/sensitive/scan.ts'
import { conformanceOf, DEFAULT_SETTINGS as SAMPLING } from '../../../src/inventory/specs/conformance.ts'
import { embeddedSpecification } from '../../../src/inventory/specs/embedded.ts'

const START = Date.UTC(2026, 10, 21, 8)
const specification = embeddedSpecification()

interface Visit {
  readonly method?: string
  readonly path: string
  readonly status?: number
  readonly body?: unknown
  readonly authentication?: readonly Authentication[]
  readonly channel?: 'tpp' | 'mobile' | 'browser'
}

const LINKS = { Links: { Self: 'https://api.bank.example/' }, Meta: { TotalPages: 1 } }
const ACCOUNT = {
  AccountId: '22289',
  Status: 'Enabled',
  Currency: 'GBP',
  AccountCategory: 'Personal',
  AccountTypeCode: 'CACC',
  Account: [
    { SchemeName: 'UK.OBIE.SortCodeAccountNumber', Identification: '08080021325698', Name: 'A Example' },
  ],
}
const TPP: readonly Authentication[] = ['bearer', 'client_certificate']

/** The accounts of one customer, with something more in them, as answered to a third party. */
function accounts(more: object = {}): Visit {
  return {
    path: '/open-banking/v4.0/aisp/accounts',
    body: { Data: { Account: [{ ...ACCOUNT, ...more }] }, ...LINKS },
  }
}

const MOBILE: Visit = {
  path: '/mobile/v1/accounts',
  channel: 'mobile',
  authentication: ['bearer'],
  body: { accounts: [{ accountId: 'a-1', nickname: 'Everyday', currency: 'GBP', balance: '120.00' }] },
}
const SOUND: readonly Visit[] = [
  accounts(),
  MOBILE,
  {
    path: '/psd2/v1/accounts/22289/balances',
    body: {
      account: { iban: 'DE89370400440532013000' },
      balances: [{ balanceAmount: { currency: 'EUR', amount: '12.00' }, balanceType: 'closingBooked' }],
    },
  },
  { path: '/open-banking/v4.0/aisp/accounts/22289', status: 403, body: { Errors: [{ ErrorCode: 'U004' }] } },
  { path: '/login', channel: 'browser', authentication: [] },
  // Somebody looks for doors: the bank says that there are none.
  { path: '/wp-admin/setup.php', status: 404, channel: 'browser', authentication: [] },
]

const V31: Visit = {
  path: '/open-banking/v3.1/aisp/accounts',
  body: {
    Data: {
      Account: [
        { AccountId: '22289', Currency: 'GBP', AccountType: 'Personal', AccountSubType: 'CurrentAccount' },
      ],
    },
    ...LINKS,
  },
}

function bank() {
  const conformance = conformanceOf(specification)
  const inventory = memoryInventory(specification)
  let at = START
  let count = 0

  /** What the gate does after an answer; one in ten bodies is looked at. */
  function serve(visit: Visit, looked: boolean): void {
    const { method = 'GET', path, status = 200, body, authentication = TPP, channel = 'tpp' } = visit
    const organisation = channel === 'tpp' ? `PSDGB-FCA-10000${count % 7}` : undefined
    const prefix = `192.0.${count % 200}.0/24`
    const match = conformance.match(method, path)
    const exchange = {
      at,
      host: 'api.bank.example',
      method,
      path,
      query: '',
      match,
      caller: {
        session: organisation === undefined ? prefix : `tpp:${organisation}`,
        proven: organisation !== undefined,
        organisation,
        channel,
        asn: 64_500 + (count % 7),
        prefix,
      },
      authentication,
      tls: 'TLSv1.3 AEAD-AES128-GCM-SHA256',
      requestBytes: 0,
      requestMediaType: undefined,
    }
    const bytes = body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(body))
    const answer = {
      status,
      refused: false,
      latencyMs: 20,
      responseBytes: bytes?.length,
      mediaType: bytes === undefined ? 'text/html' : 'application/json',
      weaknesses: [],
    }
    inventory.observe(exchange, answer)
    count++
    at += 20
    if (!looked || bytes === undefined) return
    const headers = new Headers({ 'content-type': 'application/json; charset=utf-8' })
    const response = conformance.response(match, { method, status, headers, body: bytes }, SAMPLING)
    const scan = newBodyScan({ mediaType: 'application/json' })
    scan.write(bytes)
    const operation = match.kind === 'operation' ? match.operation : undefined
    const declared = operation?.responses.find((one) => one.status === String(status))?.content[0]
    const context = {
      operation,
      shapes: specification.shapes,
      shape: declared?.shape,
      granted: undefined,
      permissions: {},
    }
    const data = findingsIn(scan.end(), 'response_body', false, context)
    inventory.remark(exchange, answer, bodyFactsOf(undefined, response, data))
  }

  return {
    sound(requests: number): void {
      for (let request = 0; request < requests; request++) {
        const visit = SOUND[request % SOUND.length]
        if (visit !== undefined) serve(visit, request % 10 === 0 || request < 60)
      }
    },
    planted(times: number): void {
      for (let time = 0; time < times; time++) {
        serve({ path: '/internal-export/all', body: { rows: [] } }, true)
        serve(V31, true)
        serve(accounts({ RiskScore: 7 }), true)
        serve({ ...MOBILE, status: 418, body: undefined }, false)
        serve(accounts({ Nickname: '4111 1111 1111 1111' }), true)
        serve({ ...MOBILE, status: 418, body: { error: 'teapot' } }, true)
      }
    },
    assess(known: ReadonlyMap<string, Finding> = new Map()) {
      const snapshots = inventory.snapshots(at)
      const landscape = landscapeOf({ snapshots, specification, signals: [], baselines: [] }, at)
      const assessment = assess(landscape, DEFAULT_SETTINGS)
      expect(assessment.problems).toEqual([])
      return reckon(known, assessment, DEFAULT_SETTINGS.endings)
    },
  }
}

const describeFindings = (findings: readonly Finding[]) =>
  findings
    .filter(({ about }) => about === 'traffic')
    .map(({ check, operation, pointer }) => `${check}: ${operation} ${pointer}`.trim())
    .toSorted()

const FIVE = [
  'response_property_undeclared: GET /open-banking/v4.0/aisp/accounts /Data/Account/*/RiskScore',
  'response_undeclared: GET /mobile/v1/accounts status_undeclared 418',
  'sensitive_data_unexpected: GET /open-banking/v4.0/aisp/accounts pan response_body /Data/Account/*/Nickname',
  'shadow_operation: GET api.bank.example/internal-export/all',
  'zombie_operation: GET /open-banking/v3.1/aisp/accounts',
]

describe('the demo bank', () => {
  it('has no findings in a hundred thousand requests that conform', () => {
    const sound = bank()
    sound.sound(100_000)
    expect(describeFindings(sound.assess().findings)).toEqual([])
  })

  it('has exactly the five faults that were planted in it, each once', () => {
    const faulty = bank()
    faulty.sound(20_000)
    faulty.planted(30)
    const first = faulty.assess()
    expect(describeFindings(first.findings)).toEqual(FIVE)
    faulty.sound(20_000)
    faulty.planted(300)
    const known = new Map(first.findings.map((one) => [one.id, one]))
    const second = faulty.assess(known)
    expect(describeFindings(second.findings)).toEqual(FIVE)
    expect(second.changed.flatMap(({ steps }) => steps)).toEqual([])
  })

  it('has a document without faults', () => {
    const { findings } = bank().assess()
    expect(findings.map(({ check, operation }) => `${check} ${operation}`)).toEqual([])
  })
})
