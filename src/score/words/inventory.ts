/** Words for the operation that a request is for. */
import type { INVENTORY_FEATURES } from '../features/inventory.ts'
import type { Description } from './description.ts'

export const INVENTORY_WORDS = {
  operationUndocumented: ['flag', 'an operation that was never published'],
  operationMethodUndeclared: ['flag', 'a method that the path does not have'],
  requestDepartures: ['count', 'departures from the specification'],
  requestStrangers: ['count', 'parameters and fields that nobody published'],
  operationObjects: ['count', 'different objects of this operation asked for by this caller'],
  operationObjectsOverUsual: ['number', 'doublings over what other callers of the operation ask for'],
  operationExposure: ['number', 'exposure of the data (0 plain, 1 personal, 2 financial, 3 secret)'],
  operationCredentialGap: ['number', 'steps of credentials less than such data asks for'],
} as const satisfies Record<keyof typeof INVENTORY_FEATURES, Description>
