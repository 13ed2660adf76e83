/**
 * The isolate's side: what it has to tell the estate of each third party, and what it was told. Only proven third parties
 * come here, of whom a bank meets some hundreds: nobody can flood it.
 */
import type { OutcomeKind } from '../../evidence.ts'
import { ABSENT, type Fact, valid } from '../../lib/fact.ts'
import { type ActorDelta, type ActorVisit, newActorDelta, noteActor, settleActor } from './delta.ts'
import { driftOf } from './drift.ts'
import { type ActorPicture, isPicture } from './picture.ts'
import type { ActorDrift } from './types.ts'

/** What goes to the estate; counts once, with the parcel that it travels in. */
export interface ActorReport {
  readonly organisation: string
  readonly delta: ActorDelta
}

export interface ActorBook {
  /** Counts the request, and judges it by what was known before and with it. Absent of whom the estate has told nothing yet. */
  observe(visit: ActorVisit): Fact<ActorDrift>
  settle(visit: ActorVisit, outcome: OutcomeKind): void
  /** What was gathered of these, to be sent: gathered anew from here on. */
  take(belongs: (organisation: string) => boolean): readonly ActorReport[]
  /** The estate has acknowledged a report. `picture` crossed a version boundary. */
  hear(report: ActorReport, picture: unknown): void
  readonly size: number
}

interface Page {
  picture: ActorPicture | undefined
  gathered: ActorDelta | undefined
  /** Sent, and not acknowledged: still part of what has come since the picture. */
  readonly sent: ActorDelta[]
}

/** Of whom an isolate hears in its life. Beyond it the one that was heard of longest ago is forgotten. */
const MAX_ACTORS = 512
/** What was sent before these is in the picture by now, or lost. */
const MAX_SENT = 8

export function newActorBook(maxActors = MAX_ACTORS): ActorBook {
  const pages = new Map<string, Page>()

  function pageOf(organisation: string): Page {
    const page = pages.get(organisation) ?? { picture: undefined, gathered: undefined, sent: [] }
    pages.delete(organisation)
    pages.set(organisation, page)
    const [oldest] = pages.keys()
    if (pages.size > maxActors && oldest !== undefined) pages.delete(oldest)
    return page
  }

  function gather(page: Page, at: number): ActorDelta {
    page.gathered ??= newActorDelta(at)
    return page.gathered
  }

  return {
    observe(visit) {
      const page = pageOf(visit.organisation)
      const delta = gather(page, visit.at)
      noteActor(delta, visit)
      if (page.picture === undefined) return ABSENT
      const staleness = Math.max(0, visit.at - page.picture.at)
      return valid(driftOf(page.picture, [...page.sent, delta], visit, staleness))
    },
    settle(visit, outcome) {
      const page = pages.get(visit.organisation)
      if (page !== undefined) settleActor(gather(page, visit.at), visit, outcome)
    },
    take(belongs) {
      const reports: ActorReport[] = []
      for (const [organisation, page] of pages) {
        if (page.gathered === undefined || !belongs(organisation)) continue
        reports.push({ organisation, delta: page.gathered })
        page.sent.push(page.gathered)
        if (page.sent.length > MAX_SENT) page.sent.shift()
        page.gathered = undefined
      }
      return reports
    },
    hear({ organisation, delta }, picture) {
      const page = pages.get(organisation)
      if (page === undefined) return
      const at = page.sent.indexOf(delta)
      if (at >= 0) page.sent.splice(at, 1)
      if (isPicture(picture) && picture.at >= (page.picture?.at ?? 0)) page.picture = picture
    },
    get size() {
      return pages.size
    },
  }
}
