import type { Refusal } from './types.ts'

/** A name from a message goes into answers and records: long enough for any that a standard knows. */
const MAX_NAME = 64

export function refuse<Reason extends string>(reason: Reason, member?: string): Refusal<Reason> {
  return member === undefined
    ? { state: 'invalid', reason }
    : { state: 'invalid', reason, member: member.slice(0, MAX_NAME) }
}
