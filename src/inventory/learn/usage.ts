/** A tally as it is stored and shown, and back. */

import { storedValues, valuesFrom } from './behind.ts'
import { estimate, sketchFrom, sketchText } from './sketch.ts'
import { dataName, newTally, type Tally, TOPS, topOf } from './tally.ts'
import { addAll, listOf } from './top.ts'
import type { Counted, Usage } from './types.ts'

/** A usage as JSON with every list full and every name at its longest; an ordinary one has 2 kB. Held by a test. */
export const MAX_USAGE_BYTES = 81_920

export function usageOf(tally: Tally): Usage {
  const { tops, data, sketch, values, hours, days, ...numbers } = tally
  const list = (name: (typeof TOPS)[number]): readonly Counted[] => {
    const top = tops[name]
    return top === undefined ? [] : listOf(top)
  }
  return {
    ...numbers,
    codes: list('codes'),
    channels: list('channels'),
    organisations: list('organisations'),
    networks: list('networks'),
    hosts: list('hosts'),
    mediaTypes: list('mediaTypes'),
    requestMediaTypes: list('requestMediaTypes'),
    tls: list('tls'),
    authentication: list('authentication'),
    authenticationAccepted: list('authenticationAccepted'),
    weaknesses: list('weaknesses'),
    departures: list('departures'),
    data: Array.from(data.values()),
    sessions: estimate(sketch),
    sketch: sketchText(sketch),
    ...(values === undefined ? {} : { values: storedValues(values) }),
    hours: Array.from(hours).sort(([a], [b]) => a - b),
    days: Array.from(days).sort(([a], [b]) => a - b),
  }
}

export function tallyFrom(usage: Usage): Tally {
  const tally: Tally = {
    ...newTally(usage.firstSeenAt),
    lastSeenAt: usage.lastSeenAt,
    lastServedAt: usage.lastServedAt,
    requests: usage.requests,
    refused: usage.refused,
    statuses: [...usage.statuses],
    latencyMs: [...usage.latencyMs],
    requestBytes: [...usage.requestBytes],
    responseBytes: [...usage.responseBytes],
    objects: [...usage.objects],
    data: new Map(usage.data.map((seen) => [dataName(seen), seen])),
    sketch: sketchFrom(usage.sketch),
    values: usage.values === undefined ? undefined : valuesFrom(usage.values),
    hours: new Map(usage.hours),
    days: new Map(usage.days),
  }
  for (const name of TOPS) {
    if (usage[name].length > 0) addAll(topOf(tally, name), usage[name])
  }
  return tally
}
