/** The demo bank's specification as it is deployed: compiled at build time, run by a Worker, which has no eval. */
import { describe, expect, it } from 'vitest'
import {
  conformanceOf,
  DEFAULT_SETTINGS,
  isSampled,
  refusedBy,
} from '../../../src/inventory/specs/conformance.ts'
import { embeddedSpecification } from '../../../src/inventory/specs/embedded.ts'
import type { ConformanceSettings } from '../../../src/inventory/types.ts'

const conformance = conformanceOf(embeddedSpecification())
const CONSENTS = '/open-banking/v4.0/aisp/account-access-consents'

function report(body: unknown, settings: Partial<ConformanceSettings> = {}) {
  const match = conformance.match('POST', CONSENTS)
  const headers = new Headers({ 'content-type': 'application/json; charset=utf-8' })
  const bytes = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
  const whole = { ...DEFAULT_SETTINGS, ...settings }
  const found = conformance.request(match, { method: 'POST', query: 'debug=1', headers, body: bytes }, whole)
  return { found, refused: refusedBy(found, whole)?.rule }
}

describe('the specification that is deployed', () => {
  it('knows the demo bank', () => {
    expect(conformance.specification.documents[0]).toMatchObject({ title: 'Demo Bank', openapi: '3.0' })
    expect(conformance.specification.operations.length).toBeGreaterThan(50)
    expect(conformance.match('GET', '/mobile/v1/accounts').kind).toBe('operation')
  })

  const GOOD = { Data: { Permissions: ['ReadBalances'] }, Risk: {} }

  it('lets through what conforms, and says what it does not mention', () => {
    const { found } = report(GOOD)
    expect(found.findings.map(({ rule, strength }) => `${rule} ${strength}`)).toEqual([
      'query_undeclared undeclared',
    ])
  })

  it('refuses under enforce alone, and what is not mentioned where the route says so', () => {
    const bad = { Data: { Permissions: ['ReadBalances'], Permission: 1 }, Risk: {} }
    expect(report(bad).refused).toBeUndefined()
    expect(report(bad, { mode: 'enforce' }).refused).toBe('additional_properties')
    expect(report(GOOD, { mode: 'enforce' }).refused).toBeUndefined()
    expect(report(GOOD, { mode: 'enforce', refuseUndeclared: ['query'] }).refused).toBe('query_undeclared')
    const elsewhere = conformance.match('GET', '/nowhere')
    const view = { method: 'GET', query: '', headers: new Headers(), body: undefined }
    const enforce = { ...DEFAULT_SETTINGS, mode: 'enforce' as const }
    expect(refusedBy(conformance.request(elsewhere, view, enforce), enforce)).toBeUndefined()
    const strict = { ...enforce, refuseUndeclared: ['path' as const] }
    expect(refusedBy(conformance.request(elsewhere, view, strict), strict)?.rule).toBe('path_undeclared')
  })

  it('names the place and never a value or the schema', () => {
    const { found } = report({ Data: { Permissions: ['4539148803436467'] }, Risk: {} })
    expect(found.findings[0]).toEqual({
      rule: 'enum',
      strength: 'refused',
      place: 'body',
      pointer: '/Data/Permissions/0',
      field: '/Data/Permissions/*',
      operation: `POST ${CONSENTS}`,
    })
    expect(JSON.stringify(found.findings)).not.toMatch(/4539|ReadBalances/)
  })

  it('finds no more than it is told to, what is refused first', () => {
    const members = Object.fromEntries(Array.from({ length: 50 }, (_one, at) => [`x${at}`, at]))
    const limits = { ...DEFAULT_SETTINGS.limits, maxFindings: 3 }
    const { found } = report({ ...GOOD, ...members }, { limits })
    expect(found.findings.length).toBeLessThanOrEqual(3)
    expect(found.findings[0]?.rule).toBe('additional_properties')
  })

  it('samples by the request’s own id, evenly', () => {
    const ids = Array.from({ length: 2_000 }, (_one, at) => `request-${at}`)
    const responses = { ...DEFAULT_SETTINGS.responses, sample: 0.25 }
    const share = ids.filter((id) => isSampled(id, { ...DEFAULT_SETTINGS, responses })).length / ids.length
    expect(share).toBeGreaterThan(0.2)
    expect(share).toBeLessThan(0.3)
    expect(
      ids.some((id) => isSampled(id, { ...DEFAULT_SETTINGS, responses: { ...responses, sample: 0 } })),
    ).toBe(false)
    expect(
      ids.every((id) => isSampled(id, { ...DEFAULT_SETTINGS, responses: { ...responses, sample: 1 } })),
    ).toBe(true)
    expect(
      ids.every((id) =>
        isSampled(id, { ...DEFAULT_SETTINGS, responses: { ...responses, sample: 0, withhold: ['refused'] } }),
      ),
    ).toBe(true)
  })
})
