/** What an operator's decision does to what was learnt before it. */
import type { Parts } from './book.ts'
import { covers } from './decisions.ts'
import { type Entry, newEntry } from './entries.ts'
import { mergeTally } from './tally.ts'
import type { Decision } from './types.ts'

/** False where there is no room for another. */
export function decide(parts: Parts, decision: Decision): boolean {
  if (!parts.decisions.put(decision)) return false
  if (decision.kind === 'split') split(parts, decision)
  else if (decision.kind === 'ignore') ignore(parts, decision)
  else settle(parts, decision)
  parts.refresh()
  return true
}

/** Forgets the word. What a merge held together is learnt anew, one by one; what was pinned stays, as if learnt. */
export function withdraw(parts: Parts, id: string): boolean {
  const decision = parts.decisions.remove(id)
  if (decision === undefined) return false
  for (const entry of affected(parts, decision)) {
    if (entry.path !== decision.path) continue
    if (entry.origin === 'merged') parts.shelf.remove(entry.key)
    if (entry.origin === 'pinned') entry.origin = 'learnt'
    parts.shelf.changed(entry.key)
  }
  parts.refresh()
  return true
}

/** Found operations that a decision covers. */
function affected({ shelf }: Parts, decision: Decision): readonly Entry[] {
  return Array.from(shelf.found()).filter(({ method, host = '*', path }) =>
    covers(decision, method, host, path),
  )
}

/** The generalised template goes, and does not come back; what fits it is told apart again. */
function split(parts: Parts, decision: Decision): void {
  for (const { origin, path, key } of affected(parts, decision)) {
    if (origin === 'generalised' && path === decision.path) parts.shelf.remove(key)
  }
}

function ignore(parts: Parts, decision: Decision): void {
  for (const { key } of affected(parts, decision)) parts.shelf.remove(key)
}

/** Everything that was learnt of what the template covers becomes one entry of each host and method. */
function settle(parts: Parts, decision: Decision): void {
  const { shelf } = parts
  const origin = decision.kind === 'merge' ? 'merged' : 'pinned'
  const covered = affected(parts, decision).filter((entry) => isTheirs(parts, entry, decision))
  for (const entry of covered) {
    const { host, method, methodUndeclared, foundAt } = entry
    const key = `${method} ${host}${decision.path}`
    let into = shelf.get(key)
    if (into === undefined) {
      into = newEntry({ key, origin, host, method, path: decision.path, methodUndeclared }, foundAt)
      shelf.add(into, Number.MAX_VALUE, foundAt)
    }
    into.origin = origin
    if (into !== entry) {
      mergeTally(into.tally, entry.tally)
      for (const [name, hidden] of entry.hidden) if (!into.hidden.has(name)) into.hidden.set(name, hidden)
      shelf.remove(entry.key)
    }
    shelf.changed(key)
  }
}

/** Not where a stronger or a closer decision speaks for the entry. */
function isTheirs({ decisions }: Parts, { method, host = '*', path }: Entry, { id }: Decision): boolean {
  return decisions.find(method, host, path.slice(1).split('/'))?.id === id
}
