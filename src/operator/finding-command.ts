/** What an operator's form or program says is to be done with a finding. */
import type { Command } from '../inventory/risk/finding-types.ts'

/** Undefined where it is no command. Whether it may be obeyed is the findings' own to say. */
export function readCommand(value: unknown): Command | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  // Whatever it is, its members may be looked at.
  const { kind, by, why, until } = value as Readonly<Record<'kind' | 'by' | 'why' | 'until', unknown>>
  if (typeof by !== 'string' || typeof why !== 'string') return undefined
  if (kind === 'reopen' || kind === 'fix') return { kind, by, why }
  return kind === 'accept' ? { kind, by, why, until: timeOf(until) } : undefined
}

/** Milliseconds, or a day: the end of that day in UTC. What is neither is not in the future. */
function timeOf(until: unknown): number {
  if (typeof until === 'number') return until
  if (typeof until !== 'string') return Number.NaN
  return Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(until) ? `${until}T23:59:59Z` : until)
}
