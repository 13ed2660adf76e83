// Features of the operation: they move with what an attack does to it, stand still for who uses it, and are missing where nobody watched.
import { describe, expect, it } from 'vitest'
import type { Conformity, Evidence } from '../../src/evidence.ts'
import type { OperationSignals } from '../../src/inventory/watch/signals.ts'
import { INVENTORY_FEATURES } from '../../src/score/features/inventory.ts'
import { person } from '../fixtures/scene.ts'

type Name = keyof typeof INVENTORY_FEATURES

const SIGNALS: OperationSignals = {
  ...{ undocumented: false, methodUndeclared: false, objects: 1, usualObjects: 3 },
  ...{ exposure: 'financial', shown: 'token', asked: 'token' },
}
const findings = (strength: 'refused' | 'undeclared', count: number): Conformity => ({
  findings: Array.from({ length: count }, (_, at) => ({
    ...{ rule: 'type', place: 'body', pointer: `/${at}`, field: `/${at}`, strength, operation: undefined },
  })),
  refused: undefined,
})

function watched(change: Partial<OperationSignals> = {}, conformance = findings('refused', 0)): Evidence {
  return person({ operation: { ...SIGNALS, ...change }, conformance })
}

const measured = (name: Name, evidence: Evidence) => INVENTORY_FEATURES[name](evidence)
const USER = watched()

describe('features of an operation', () => {
  it.each<[Name, Evidence]>([
    ['operationUndocumented', watched({ undocumented: true })],
    ['operationMethodUndeclared', watched({ methodUndeclared: true })],
    ['requestDepartures', watched({}, findings('refused', 3))],
    ['requestStrangers', watched({}, findings('undeclared', 3))],
    ['operationObjects', watched({ objects: 200 })],
    ['operationObjectsOverUsual', watched({ objects: 200 })],
    ['operationExposure', watched({ exposure: 'secret' })],
    ['operationCredentialGap', watched({ shown: 'none' })],
  ])('%s rises with an attack', (name, attack) => {
    expect(measured(name, attack)).toBeGreaterThan(measured(name, USER))
  })

  it('are missing, and not nought, where nobody watched', () => {
    for (const feature of Object.values(INVENTORY_FEATURES)) expect(feature(person())).toBeNaN()
  })

  it('tell nothing of what is usual before anybody knows it', () => {
    expect(measured('operationObjectsOverUsual', watched({ usualObjects: undefined }))).toBeNaN()
  })

  it('are finite for every watched request', () => {
    for (const feature of Object.values(INVENTORY_FEATURES)) expect(Number.isFinite(feature(USER))).toBe(true)
  })
})
