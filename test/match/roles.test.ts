/** Which role an operation needs: by the route where it says so, otherwise by the words of its standard's paths. */
import { describe, expect, it } from 'vitest'
import { DIALECTS } from '../../src/dialects/table.ts'
import type { TppRole } from '../../src/evidence.ts'
import { compileRoutes } from '../../src/match/compile.ts'
import { match } from '../../src/match/match.ts'
import { exchangeOf, LOGIN } from '../fixtures/facts.ts'
import { requireReal } from '../real.ts'

const FALLBACK = { ...LOGIN, id: 'fallback', methods: [], pattern: '/*', dialect: 'problem' }

function rolesOf(path: string, dialect: string, roles?: readonly TppRole[], method = 'GET') {
  const route = { ...LOGIN, methods: [method], pattern: '/*', dialect, roles }
  const matcher = compileRoutes([route], FALLBACK, DIALECTS)
  const target = { ...exchangeOf().target, raw: path, path }
  return match(matcher, exchangeOf({ method, target })).roles
}

const AI = [['PSP_AI']]
const PI = [['PSP_PI']]
const IC = [['PSP_IC']]

describe('the role that an operation needs', () => {
  it.each([
    ['/open-banking/v4.0/aisp/accounts', 'obie-4.0', AI],
    ['/open-banking/v3.1/aisp/account-access-consents/c1', 'obie-3.1', AI],
    ['/open-banking/v4.0/pisp/domestic-payments', 'obie-4.0', PI],
    ['/open-banking/v4.0/pisp/domestic-payment-consents/c1/funds-confirmation', 'obie-4.0', PI],
    ['/open-banking/v4.0/pisp/domestic-vrp-consents/c1/funds-confirmation', 'obie-4.0', PI],
    ['/open-banking/v4.0/cbpii/funds-confirmations', 'obie-4.0', IC],
    ['/bank/domestic-scheduled-payments/p1', 'obie-4.0', PI],
    ['/bank/event-notifications', 'obie-4.0', []],
    ['/psd2/v1/accounts/a1/transactions', 'berlin-group-1.3', AI],
    ['/psd2/v1/consents/c1/authorisations', 'berlin-group-1.3', AI],
    ['/psd2/v1/bulk-payments/sepa-credit-transfers/p1/status', 'berlin-group-1.3', PI],
    ['/psd2/v1/funds-confirmations', 'berlin-group-1.3', IC],
    ['/psd2/v1/signing-baskets/b1', 'berlin-group-1.3', [['PSP_AI', 'PSP_PI']]],
    ['/psd2/v1/accounts', 'problem', []],
    ['/psd2/v1/accounts', 'page', []],
  ] as const)('%s in %s', (path, dialect, roles) => {
    expect(rolesOf(path, dialect)).toEqual(roles)
  })

  it('does not change with the case of a segment, because many origins do not care', () => {
    expect(rolesOf('/psd2/v1/PAYMENTS/sepa-credit-transfers', 'berlin-group-1.3')).toEqual(PI)
  })

  it('is a role for each operation that a path may be read as', () => {
    expect(rolesOf('/psd2/v1/accounts/payments', 'berlin-group-1.3')).toEqual([...AI, ...PI])
    expect(rolesOf('/accounts/v4.0/pisp/domestic-payments', 'obie-4.0')).toEqual([...AI, ...PI])
  })

  it('is what the route says, whatever its path: any of these, or none', () => {
    expect(rolesOf('/psd2/v1/payments/x', 'berlin-group-1.3', ['PSP_IC', 'PSP_AI'])).toEqual([
      ['PSP_IC', 'PSP_AI'],
    ])
    expect(rolesOf('/psd2/v1/payments/x', 'berlin-group-1.3', [])).toEqual([])
  })

  it('is none where no route matched: what a bank does not serve needs no licence', () => {
    const matcher = compileRoutes([], FALLBACK, DIALECTS)
    expect(match(matcher, exchangeOf({ method: 'GET' })).roles).toEqual([])
  })
})

const SPECS = import.meta.glob<string>('../../../shared/specs/*', { query: '?raw', import: 'default' })
const found = Object.keys(SPECS).length > 0

/** Every operation of the published descriptions, by file. */
const FILES = [
  ['obie-4.0.0-account-info.json', 'obie-4.0', AI],
  ['obie-4.0.0-payment-initiation.json', 'obie-4.0', PI],
  ['obie-4.0.0-vrp.json', 'obie-4.0', PI],
  ['obie-4.0.0-confirmation-funds.json', 'obie-4.0', IC],
] as const

describe.runIf(requireReal('../shared/specs', found))('the published descriptions', () => {
  async function text(name: string): Promise<string> {
    const [, load] = Object.entries(SPECS).find(([path]) => path.endsWith(`/${name}`)) ?? []
    return (await load?.()) ?? ''
  }

  it.each(FILES)('%s: every operation needs its own role and no other', async (name, dialect, roles) => {
    const { paths }: { readonly paths: Readonly<Record<string, unknown>> } = JSON.parse(await text(name))
    const others = Object.keys(paths).filter(
      (path) => JSON.stringify(rolesOf(path.replaceAll(/\{\w+\}/g, 'x1'), dialect)) !== JSON.stringify(roles),
    )
    expect(others).toEqual([])
    expect(Object.keys(paths).length).toBeGreaterThan(2)
  })

  it('Berlin Group 1.3.11: no operation is without a role', async () => {
    const paths = [...(await text('berlin-group-1.3.11.yaml')).matchAll(/^ {2}(\/v1\/\S+):/gm)].map(
      ([, path = '']) => path.replace('{payment-service}', 'payments').replaceAll(/\{[\w-]+\}/g, 'x1'),
    )
    expect(paths.length).toBeGreaterThan(25)
    expect(paths.filter((path) => rolesOf(path, 'berlin-group-1.3').length !== 1)).toEqual([])
  })
})
