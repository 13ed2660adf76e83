/**
 * What the account that is tried knows of the caller. Against one try from each of a million addresses there is nothing
 * better: the password may be right, and everything around it is new. All of it is missing where the bank has never let
 * anybody in to the account: that nobody was seen there yet is no guilt, and on a gate's first day it is so of everybody.
 */
import type { Evidence } from '../../evidence.ts'
import { known } from '../../lib/fact.ts'
import type { AccountHistory, Trait } from '../../observe/history/types.ts'
import { type Feature, flag, logSeconds } from '../measures.ts'

function of(measure: (history: AccountHistory) => number): Feature {
  return ({ conduct }: Evidence) => {
    const history = known(conduct.history)
    return history === undefined ? Number.NaN : measure(history)
  }
}

/** Share of the account's days on which it was used: 0 is new to it. NaN where the caller shows no such thing. */
function shareOfDays(trait: Trait): Feature {
  return of(({ traits, days }) => {
    const familiarity = traits[trait]
    return familiarity === undefined ? Number.NaN : Math.min(1, familiarity.days / Math.max(1, days))
  })
}

const TRAITS: readonly Trait[] = ['device', 'software', 'prefix', 'network', 'country']

/** Share of what the caller shows that the account has never seen. */
function strangeShare({ traits }: AccountHistory): number {
  const shown = TRAITS.flatMap((trait) => traits[trait] ?? [])
  return shown.length === 0 ? Number.NaN : shown.filter(({ days }) => days === 0).length / shown.length
}

export const HISTORY_FEATURES = {
  /** How much the rest can be trusted: an account of one day knows nothing yet. */
  accountDays: of(({ days }) => Math.log1p(days)),
  /** The owner's own telephone, or the browser of this morning. */
  accountKnowsDevice: shareOfDays('device'),
  /** People change their browser seldom; a tool has its own. */
  accountKnowsSoftware: shareOfDays('software'),
  /** Home and work. */
  accountKnowsPrefix: shareOfDays('prefix'),
  /** A telephone's prefix changes all day, its operator does not. */
  accountKnowsNetwork: shareOfDays('network'),
  /** Residential proxies are where they are cheap. */
  accountKnowsCountry: shareOfDays('country'),
  /** One thing new is a holiday or a new telephone; everything new at once is somebody else. */
  accountStrangeness: of(strangeShare),
  /** Known for a day by device, or by software and place: what a thief of passwords has not. */
  accountFamiliar: of(({ familiar }) => flag(familiar)),
  /** Who signs in every morning and was here an hour ago is on holiday nowhere. */
  accountSinceSuccess: of(({ sinceSuccess }) => logSeconds(sinceSuccess)),
  /** Others have been guessing: whoever comes now and is new may be the one who guessed right. */
  accountStrangerFailures: of(({ strangerFailures }) => Math.log1p(strangerFailures)),
  /** Guessing from everywhere, one try each. */
  accountStrangers: of(({ strangers }) => Math.log1p(strangers)),
  /** How long ago somebody got in after many had failed; missing where nobody did. */
  accountSinceTakeover: of(({ sinceTakeover }) =>
    sinceTakeover === undefined ? Number.NaN : logSeconds(sinceTakeover),
  ),
} as const satisfies Record<string, Feature>
