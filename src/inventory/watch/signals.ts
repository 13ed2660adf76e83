/**
 * What the inventory knows of an operation, and of who asks for it, before the bank is asked: for features and rules.
 * Nothing of the request waits for it, and nothing in it is a value of the request.
 */
import type { Match } from '../../evidence.ts'
import type { ExchangeFacts, Inventory, InventorySignals } from '../learn/types.ts'
import { strengthSeen } from '../risk/access.ts'
import { exposureOf } from '../risk/exposure.ts'
import type { AccessRequirement, Exposure, Strength } from '../risk/types.ts'
import type { Operation } from '../types.ts'

export interface OperationSignals extends Omit<InventorySignals, 'carries'> {
  /** What its specification says that it carries, at its worst and without credentials. */
  readonly exposure: Exposure
  /** How strongly this caller shows who it is. */
  readonly shown: Strength
  /** What is asked of callers on its channel for such data (`RISK.access`). */
  readonly asked: Strength
}

export function operationSignals(
  facts: ExchangeFacts,
  { route }: Match,
  inventory: Pick<Inventory, 'signals'>,
  access: AccessRequirement,
): OperationSignals {
  const { carries: _promised, ...signals } = inventory.signals(facts)
  const exposure = facts.match.kind === 'operation' ? carriedBy(facts.match.operation) : 'plain'
  return {
    ...signals,
    exposure,
    shown: strengthSeen(facts.authentication.join('+')),
    asked: (route.channel === 'tpp' ? access.tpp : access.own)[exposure],
  }
}

const exposures = new WeakMap<Operation, Exposure>()

function carriedBy(operation: Operation): Exposure {
  const known = exposures.get(operation)
  if (known !== undefined) return known
  const { guards } = exposureOf(operation, undefined)
  exposures.set(operation, guards)
  return guards
}
