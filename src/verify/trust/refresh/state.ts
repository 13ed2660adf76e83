/** What the refresh did and when: its own cursor, and what an operator reads to see how it is. */
export interface RefreshState {
  readonly lotl: Attempt | undefined
  readonly lists: Readonly<Record<string, Attempt>>
}

interface Attempt {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** `verified`, or the reason why the last good list stays. */
  readonly outcome: string
}

export const STATE_KEY = 'anchors-refresh-state'

/** It is only a cursor: one that cannot be read begins anew. */
export function readState(text: string | null): RefreshState {
  const empty = { lotl: undefined, lists: {} }
  if (text === null || text.length > 65_536) return empty
  try {
    const parsed: unknown = JSON.parse(text)
    const lists =
      typeof parsed === 'object' && parsed !== null && 'lists' in parsed ? parsed.lists : undefined
    if (typeof lists !== 'object' || lists === null) return empty
    const known = Object.entries(lists).flatMap(([territory, attempt]) =>
      /^[A-Z]{2}$/.test(territory) && isEntry(attempt) ? [[territory, attempt] as const] : [],
    )
    return { lotl: undefined, lists: Object.fromEntries(known) }
  } catch {
    return empty
  }
}

function isEntry(value: unknown): value is Attempt {
  return (
    typeof value === 'object' &&
    value !== null &&
    'at' in value &&
    'outcome' in value &&
    typeof value.at === 'number' &&
    typeof value.outcome === 'string'
  )
}

export function writeState(state: RefreshState): string {
  return JSON.stringify(state, null, 1)
}
