/** Who takes part in what all do that look alike, and when programs of one make are guessing. */
import type { Cohort, Evidence, Tally } from '../../evidence.ts'
import { known } from '../../lib/fact.ts'
import type { Finding } from '../rule.ts'
import { behaviourOf, mostlyFails } from '../subject.ts'

/** Of the attempts of all who look alike. */
export const COHORT_FAILS = 0.9
/** People fail on fewer than 20 attempts of 100; so does the office behind one proxy. */
export const IN_VAIN = 0.8
/** Of programs fewer say as much: hardly anybody signs in with one. */
const PROGRAM_FAILURES = 3

/** All telephones of one make look alike: who mistypes their own password twice is no part of what the others do. */
const OWN_ACCOUNTS = 3

export function takesPart({ attempts, accounts }: Tally, { client }: Evidence): boolean {
  return accounts >= OWN_ACCOUNTS || (client.hosting && attempts >= 2)
}

/** Many a bank's application names the library that it is written with, and nobody else's guesses are its owner's: it has to have done as they do, or to come from where somebody did. */
export function joinsIn(evidence: Evidence): boolean {
  const tally = behaviourOf(evidence, 'client')?.hour
  return (tally !== undefined && takesPart(tally, evidence)) || guessedHere(evidence)
}

/** Where somebody really failed, no fewer times than others got in: what we refuse is in vain, too, and would go on of itself. */
function guessedHere(evidence: Evidence): boolean {
  return (['address', 'prefix'] as const).some((kind) => {
    const tally = behaviourOf(evidence, kind)?.hour
    return tally !== undefined && tally.failures >= tally.successes && mostlyFails(tally, IN_VAIN, 1)
  })
}

/** Of a list one password in fifty opens; of an application that customers have, most. */
const IN_USE = 0.03

/** Customers come in with what looks like this, so that nobody else's guesses are held against them. */
export function isInUse({ conduct }: Evidence): boolean {
  const day = known<Cohort>(conduct.cohort)?.behaviour.day
  return day !== undefined && day.successes > 0 && day.successes >= IN_USE * day.attempts
}

/**
 * Programs of one make that sign in to account after account in vain. A customer's own tries one, its
 * owner's, and is not meant.
 */
export function programsGuess(evidence: Evidence, limit: number): false | Finding {
  const tally = known<Cohort>(evidence.conduct.cohort)?.behaviour.day
  if (tally === undefined || tally.accounts < limit || !mostlyFails(tally, COHORT_FAILS, PROGRAM_FAILURES))
    return false
  return {
    unless: `under ${limit} accounts tried in a day by all programs that look like this one (there were ${tally.accounts})`,
  }
}
