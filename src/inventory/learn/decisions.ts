/** An operator's decisions, ready to be asked of every path. They win over whatever was learnt. */
import { fits, newPatterns, type Patterns, patternOf } from './patterns.ts'
import { segmentsOf } from './template.ts'
import type { Decision } from './types.ts'

/** An operator who decides this often has another problem. */
export const MAX_DECISIONS = 512

export interface Decisions {
  list(): readonly Decision[]
  /** False where there is no room. One with the same id is replaced. */
  put(decision: Decision): boolean
  remove(id: string): Decision | undefined
  /** `ignore` before `pin` before `merge`. */
  find(method: string, host: string, segments: readonly string[]): Decision | undefined
  /** A split forbids this very template. */
  forbids(method: string, host: string, template: string): boolean
}

export function newDecisions(given: readonly Decision[] = []): Decisions {
  const decisions = new Map(given.map((decision) => [decision.id, decision]))
  let patterns = compile(decisions)
  return {
    list: () => Array.from(decisions.values()),
    put(decision) {
      if (decisions.size >= MAX_DECISIONS && !decisions.has(decision.id)) return false
      decisions.set(decision.id, decision)
      patterns = compile(decisions)
      return true
    },
    remove(id) {
      const decision = decisions.get(id)
      decisions.delete(id)
      patterns = compile(decisions)
      return decision
    },
    find(method, host, segments) {
      for (const kind of patterns) {
        const found = kind.find(method, host, segments)
        if (found !== undefined) return found
      }
      return undefined
    },
    forbids(method, host, template) {
      for (const decision of decisions.values()) {
        if (
          decision.kind === 'split' &&
          decision.path === template &&
          covers(decision, method, host, template)
        )
          return true
      }
      return false
    },
  }
}

const ORDER = ['ignore', 'pin', 'merge'] as const

function compile(decisions: ReadonlyMap<string, Decision>): readonly Patterns<Decision>[] {
  return ORDER.map((kind) => {
    const some = Array.from(decisions.values()).filter((decision) => decision.kind === kind)
    return newPatterns(some.map((one) => patternOf(one.method, one.host, one.path, one)))
  })
}

/** What a decision is about, held against a template: its parameters fit parameters and words alike. */
export function covers(
  { method, host, path }: Pick<Decision, 'method' | 'host' | 'path'>,
  ofMethod: string,
  ofHost: string,
  template: string,
): boolean {
  return fits({ method, host, segments: segmentsOf(path) }, ofMethod, ofHost, segmentsOf(template))
}
