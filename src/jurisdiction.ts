import type { Config } from './config.ts'

/** Object ids depend on the jurisdiction; local workerd knows none and is configured so. */
export function inJurisdiction<T extends Rpc.DurableObjectBranded | undefined>(
  namespace: DurableObjectNamespace<T>,
  { ledger: { jurisdiction } }: Pick<Config, 'ledger'>,
): DurableObjectNamespace<T> {
  return jurisdiction === 'none' ? namespace : namespace.jurisdiction(jurisdiction)
}
