/** Joins what is published with what was seen: one subject for each operation. */
import type { InventoryEntry } from '../learn/types.ts'
import type { Operation, SpecificationDocument } from '../types.ts'
import { exposureOf } from './exposure.ts'
import type { GateSignal, Landscape, SignalCount, Subject } from './types.ts'

/** Findings about no operation, but about the inventory itself, are said of this one. */
export const WHOLE = ''
/** API of what no document has. */
const UNDOCUMENTED = 'undocumented'

export function subjectsOf(landscape: Landscape): ReadonlyMap<string, Subject> {
  const entries = new Map(landscape.entries.map((entry) => [entry.key, entry]))
  const signals = groupSignals(landscape.signals)
  const operations = landscape.specification?.operations ?? []
  const subjects = new Map<string, Subject>()
  for (const operation of operations) {
    const document = landscape.specification?.documents[operation.document]
    subjects.set(operation.id, subjectOf(operation.id, { operation, document, landscape, entries, signals }))
  }
  for (const key of entries.keys()) {
    if (!subjects.has(key)) {
      const [operation, document] = [undefined, undefined]
      subjects.set(key, subjectOf(key, { operation, document, landscape, entries, signals }))
    }
  }
  return subjects
}

type Signals = Partial<Record<GateSignal, SignalCount>>

interface Known {
  readonly operation: Operation | undefined
  readonly document: SpecificationDocument | undefined
  readonly landscape: Landscape
  readonly entries: ReadonlyMap<string, InventoryEntry>
  readonly signals: ReadonlyMap<string, Signals>
}

function subjectOf(key: string, { operation, document, landscape, entries, signals }: Known): Subject {
  const entry = entries.get(key)
  return {
    key,
    method: operation?.method ?? entry?.method ?? '',
    path: operation?.path ?? entry?.path ?? '',
    api: document?.api ?? UNDOCUMENTED,
    operation,
    document,
    entry,
    signals: signals.get(key) ?? {},
    baseline: landscape.baselines.get(key),
    openness: landscape.openness?.get(key),
    ...exposureOf(operation, entry),
  }
}

function groupSignals(counts: readonly SignalCount[]): ReadonlyMap<string, Signals> {
  const groups = new Map<string, Signals>()
  for (const count of counts) {
    const group = groups.get(count.operation) ?? {}
    group[count.signal] = count
    groups.set(count.operation, group)
  }
  return groups
}

/** What is about no operation: the inventory itself, and third parties that the gate asks. */
export function wholeOf({ signals }: Pick<Landscape, 'signals'>): Subject {
  return {
    key: WHOLE,
    method: '',
    path: '',
    api: UNDOCUMENTED,
    operation: undefined,
    document: undefined,
    entry: undefined,
    signals: groupSignals(signals).get(WHOLE) ?? {},
    baseline: undefined,
    openness: undefined,
    exposure: 'plain',
    guards: 'plain',
  }
}

/** Where in its document an operation stands: the file and a JSON pointer (RFC 6901, RFC 3986 section 3.5). */
export function placeOf({ operation, document }: Subject, part: string): string | undefined {
  if (operation === undefined || document === undefined) return undefined
  const base = document.bases.find((one) => one !== '' && operation.path.startsWith(`${one}/`)) ?? ''
  const path = operation.path.slice(base.length).replaceAll('~', '~0').replaceAll('/', '~1')
  return `${document.file}#/paths/${path}/${operation.method.toLowerCase()}${part}`
}
