/** RFC 9457 problem details: what a program gets where no banking standard says otherwise. */
import type { Dialect, RefusalBody } from './dialect.ts'
import { RFC_9421 } from './signing/message.ts'
import { authenticate, PHRASE, STATUS, sentenceFor } from './wording.ts'

export const problem: Dialect = {
  name: 'problem',
  readBy: 'programs',
  forPrograms: undefined,
  operations: new Map(),
  signing: [RFC_9421],
  playedBack: [],
  refuse(refusal, reference, _now, members = {}, detail = {}): RefusalBody {
    const { place, rule } = detail
    const status = STATUS[refusal]
    const body = {
      // Section 4.2.1: "about:blank" has the status phrase for its title.
      type: 'about:blank',
      title: PHRASE[refusal],
      status,
      detail: sentenceFor(refusal, detail),
      reference,
      // Section 3: a problem type may say where; this is how its own example does.
      ...(refusal === 'nonconforming' && place !== undefined
        ? { errors: [{ pointer: place, ...(rule === undefined ? {} : { rule }) }] }
        : {}),
      ...members,
    }
    return {
      status,
      mediaType: 'application/problem+json',
      body: JSON.stringify(body),
      headers: authenticate(refusal),
    }
  },
}
