import { describe, expect, it } from 'vitest'
import { findingsIn, findingsInValues, queryValues } from '../../../src/inventory/sensitive/findings.ts'
import type { Context } from '../../../src/inventory/sensitive/judge.ts'
import { UK_PERMISSIONS } from '../../../src/inventory/sensitive/permissions.ts'
import type { DataHint, Parameter, Shape } from '../../../src/inventory/types.ts'
import { operation } from '../learn/scene.ts'

/** Data > Account > [] > Identification, promised as an account number; Reference, promised as nothing. */
function shapes(hint: DataHint): readonly Shape[] {
  const shape = (changes: Partial<Shape>): Shape => ({
    ...{ members: {}, items: undefined, others: 'refused', hint: undefined },
    ...changes,
  })
  return [
    shape({ members: { Data: 1 } }),
    shape({ members: { Account: 2 } }),
    shape({ items: 3 }),
    shape({ members: { Identification: 4, Reference: 5 } }),
    shape({ hint }),
    shape({}),
  ]
}

function context(changes: Partial<Context> = {}): Context {
  return {
    operation: operation('GET /v1/accounts'),
    shapes: shapes('account_number'),
    shape: 0,
    granted: undefined,
    permissions: UK_PERMISSIONS,
    ...changes,
  }
}

const IBAN_IN = (field: string) => ({
  found: [{ class: 'iban', tokens: ['Data', 'Account', '*', field], count: 2, near: 0 } as const],
})

describe('data that was found', () => {
  const CASES: readonly (readonly [string, Partial<Context>, string, string])[] = [
    ['where the specification promises it', {}, 'Identification', 'expected'],
    ['where the specification promises something else', {}, 'Reference', 'unexpected'],
    ['where the specification has no such member', {}, 'Secret', 'unexpected'],
    ['in an operation of no specification', { operation: undefined }, 'Identification', 'unknown'],
    ['under a consent that covers it', { granted: ['ReadAccountsDetail'] }, 'Identification', 'expected'],
    ['under a consent that does not', { granted: ['ReadAccountsBasic'] }, 'Identification', 'unpermitted'],
    [
      'under any consent, where none is needed',
      { granted: [], permissions: {} },
      'Identification',
      'expected',
    ],
    ['promised by another name', { shapes: shapes('iban') }, 'Identification', 'expected'],
    ['promised as another kind', { shapes: shapes('email') }, 'Identification', 'unexpected'],
  ]
  it.each(CASES)('%s is judged so', (_where, changes, field, standing) => {
    const [finding] = findingsIn(IBAN_IN(field), 'response_body', false, context(changes))
    expect(finding).toEqual({
      class: 'iban',
      place: 'response_body',
      pointer: `/Data/Account/*/${field}`,
      standing,
      plaintext: false,
      count: 2,
      near: 0,
    })
  })

  it('in a target is named by its parameter and never by its value', () => {
    const query = 'cardNumber=4111111111111111&mail=alice%40bank.example&jwt=&to=%2B447900900123'
    const findings = findingsInValues(queryValues(query), true, context())
    expect(
      findings.map(({ class: kind, pointer, standing, plaintext }) => [kind, pointer, standing, plaintext]),
    ).toEqual([
      ['pan', 'cardNumber', 'unexpected', true],
      ['email', 'mail', 'unexpected', true],
      ['phone', 'to', 'unexpected', true],
    ])
    expect(JSON.stringify(findings)).not.toMatch(/4111|alice|7900/)
  })

  it('in a path is expected where the parameter promises it', () => {
    const parameter: Parameter = {
      ...{ name: 'Iban', in: 'path', required: true, deprecated: false, allowEmpty: false },
      serialisation: {
        style: 'simple',
        explode: false,
        delimiter: ',',
        shape: 'primitive',
        types: ['string'],
        members: {},
      },
      ...{ validator: undefined, hint: 'iban' },
    }
    const known = context({ operation: operation('GET /v1/ibans/{Iban}', { parameters: [parameter] }) })
    const values = [{ place: 'path', name: 'Iban', value: 'GB82WEST12345698765432' } as const]
    expect(findingsInValues(values, false, known).map(({ standing }) => standing)).toEqual(['expected'])
    expect(findingsInValues(values, false, context()).map(({ standing }) => standing)).toEqual(['unexpected'])
  })

  it('has no pointer made of what a caller typed as a name', () => {
    const findings = findingsInValues(
      queryValues('4111111111111111=GB82WEST12345698765432'),
      false,
      context(),
    )
    expect(findings.map(({ pointer }) => pointer)).toEqual([''])
  })
})
