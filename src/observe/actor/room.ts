/** The estate's side: what all isolates have told of each third party, merged. */
import type { ActorReport } from './book.ts'
import { type ActorDelta, isActorDelta } from './delta.ts'
import { type ActorPicture, actorPicture } from './picture.ts'
import { type ActorState, mergeActor, newActorState } from './state.ts'

export interface ActorRoom {
  /** Takes reports in. The caller has seen to it that a parcel counts once. */
  absorb(reports: readonly ActorReport[]): void
  /** In the order of the names; undefined of whom nothing is known. */
  pictures(organisations: readonly string[], at: number): readonly (ActorPicture | undefined)[]
  restore(organisation: string, state: ActorState): void
  entries(): Iterable<readonly [organisation: string, state: ActorState]>
  forgetBefore(at: number): void
  readonly size: number
}

/** Proven third parties alone: all that there are in a country. 20 kB each. */
const MAX_ACTORS = 2_048
/** Longer than anything of a third party is remembered. */
export const ACTOR_RETENTION_MS = 90 * 86_400_000
const MAX_NAME = 160

export function newActorRoom(maxActors = MAX_ACTORS): ActorRoom {
  const states = new Map<string, ActorState>()

  function stateOf(organisation: string, { from }: ActorDelta): ActorState {
    const name = organisation.slice(0, MAX_NAME)
    const state = states.get(name) ?? newActorState(from)
    // In the order of their last report.
    states.delete(name)
    states.set(name, state)
    const [oldest] = states.keys()
    if (states.size > maxActors && oldest !== undefined) states.delete(oldest)
    return state
  }

  return {
    absorb(reports) {
      for (const { organisation, delta } of reports) {
        if (isActorDelta(delta)) mergeActor(stateOf(organisation, delta), delta)
      }
    },
    pictures: (organisations, at) =>
      organisations.map((organisation) => {
        const state = states.get(organisation.slice(0, MAX_NAME))
        return state === undefined ? undefined : actorPicture(state, at)
      }),
    restore(organisation, state) {
      if (!states.has(organisation)) states.set(organisation, state)
    },
    entries: () => states.entries(),
    forgetBefore(at) {
      for (const [organisation, { lastAt }] of states) if (lastAt < at) states.delete(organisation)
    },
    get size() {
      return states.size
    },
  }
}
