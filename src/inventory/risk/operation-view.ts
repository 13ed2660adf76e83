/** An operation as own checks see it: plain names and numbers, of which `docs/risk.md` is the manual. */
import { DAY_MS } from '../../lib/durations.ts'
import type { Usage } from '../learn/types.ts'
import { seen, served } from './checks/kit.ts'
import type { Subject } from './types.ts'

/** Elements of each list that an expression is shown, most frequent first. */
export const LISTED = 32

export type OperationView = ReturnType<typeof viewOf>

export function viewOf({ key, method, path, api, operation, entry, signals, exposure }: Subject, at: number) {
  const { usage } = entry ?? {}
  return {
    key,
    method,
    path,
    api,
    exposure,
    version: operation?.version ?? '',
    owner: operation?.owner ?? '',
    published: operation !== undefined,
    deprecated: operation?.deprecated === true,
    older: operation?.standing === 'older',
    tags: (operation?.tags ?? []).slice(0, LISTED),
    carries: (operation?.carries ?? []).slice(0, LISTED),
    ...listsOf(usage),
    hidden: (entry?.hidden ?? []).slice(0, LISTED).map(({ place, name }) => `${place} ${name}`),
    signals: Object.fromEntries(
      Object.values(signals).map(({ signal, requests }) => [signal, BigInt(requests)]),
    ),
    ...numbersOf(usage, at),
  }
}

function listsOf(usage: Usage | undefined) {
  const names = (list: Usage['codes'] | undefined) =>
    seen(list)
      .slice(0, LISTED)
      .map(({ what }) => what)
  return {
    hosts: names(usage?.hosts),
    channels: names(usage?.channels),
    organisations: names(usage?.organisations),
    authentication: names(usage?.authentication),
    accepted: names(usage?.authenticationAccepted),
    tls: names(usage?.tls),
    weaknesses: names(usage?.weaknesses),
    codes: names(usage?.codes),
    departures: names(usage?.departures),
    data: (usage?.data ?? [])
      .filter(({ values }) => values > 0)
      .slice(0, LISTED)
      .map((one) => `${one.class} ${one.place} ${one.standing} ${one.pointer}`.trim()),
  }
}

/** CEL's integers are BigInts. */
function numbersOf(usage: Usage | undefined, at: number) {
  const days = (since: number | undefined) =>
    BigInt(since === undefined ? -1 : Math.max(0, Math.floor((at - since) / DAY_MS)))
  return {
    requests: BigInt(usage?.requests ?? 0),
    refused: BigInt(usage?.refused ?? 0),
    served: BigInt(usage === undefined ? 0 : served(usage)),
    client_errors: BigInt(usage?.statuses[4] ?? 0),
    server_errors: BigInt(usage?.statuses[5] ?? 0),
    sessions: BigInt(usage?.sessions ?? 0),
    first_seen_days: days(usage?.firstSeenAt),
    last_seen_days: days(usage?.lastSeenAt),
  }
}
