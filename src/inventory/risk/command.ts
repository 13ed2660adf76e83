/** What an operator may do with a finding, and what is asked of whoever does it: a name, a reason, an end. */
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import { accept, fix, GATE, reopenBy, type Stepped } from './finding.ts'
import type { Command, CommandRefusal, Finding } from './finding-types.ts'
import type { FindingState } from './types.ts'

const MAX_NAME = 128
const MAX_WHY = 1_000
/** A risk is accepted for a time. One that is accepted for ever is forgotten. */
export const MAX_ACCEPTANCE_MS = 366 * 86_400_000

const FROM: Readonly<Record<Command['kind'], readonly FindingState[]>> = {
  // Again: with another end, or for another reason.
  accept: ['open', 'accepted'],
  fix: ['open', 'accepted'],
  reopen: ['accepted', 'fixed'],
}

export function obey(finding: Finding, command: Command, at: number): Outcome<Stepped, CommandRefusal> {
  const by = command.by.trim()
  const why = command.why.trim()
  if (by === '' || by === GATE || by.length > MAX_NAME) return fail('name_unsuitable')
  if (why === '') return fail('reason_missing')
  if (why.length > MAX_WHY) return fail('reason_too_long')
  if (!FROM[command.kind].includes(finding.state)) return fail('state_unsuitable')
  if (command.kind === 'fix') return pass(fix(finding, by, why, at))
  if (command.kind === 'reopen') return pass(reopenBy(finding, by, why))
  // Also refuses what is no number.
  if (!(command.until > at)) return fail('expiry_past')
  if (command.until - at > MAX_ACCEPTANCE_MS) return fail('expiry_too_far')
  return pass(accept(finding, { by, why, at, until: command.until }))
}
