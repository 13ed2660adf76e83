/**
 * Answers that wait until they were looked at, on routes that withhold: one that departs is no answer, and the caller is
 * told that the bank's was none. Larger ones than are held, and slower ones, go out unseen, and are said to be unchecked.
 */
import { unavailable, valid } from '../../lib/fact.ts'
import type { Upstream } from '../../ports.ts'
import { exposureOfClass, outranks } from '../risk/exposure.ts'
import type { DataFinding } from '../sensitive/types.ts'
import { keepBeforePassing } from '../specs/keep.ts'
import type { WithholdCause } from '../types.ts'
import { type AnswerBody, lookAtAnswer, type Scene } from './bodies.ts'

/** An answer that was held, and what was found in it. */
export interface Held extends AnswerBody {
  readonly status: number
  readonly headers: Headers
  readonly cause: WithholdCause | undefined
}

/** @param held told of every answer before it goes on its way */
export function withholding(upstream: Upstream, scene: Scene, held: (answer: Held) => void): Upstream {
  const { responses, limits } = scene.settings
  return {
    async forward(request, sending) {
      const reply = await upstream.forward(request, sending)
      if (reply.state !== 'valid') return reply
      const { status, headers } = reply.value
      const { response, kept } = await keepBeforePassing(reply.value, limits.maxBodyBytes)
      const body = lookAtAnswer(scene, { status, headers, kept })
      const cause = responses.withhold.find((one) => HOLDS[one](body))
      held({ ...body, status, headers, cause })
      if (cause === undefined) return valid(response)
      // Nobody reads it any more: the platform need not keep it.
      response.body?.cancel().catch(() => {})
      return unavailable('answer_withheld')
    },
  }
}

const HOLDS: Readonly<Record<WithholdCause, (body: AnswerBody) => boolean>> = {
  refused: ({ report }) => report.findings.some(({ strength }) => strength === 'refused'),
  undeclared: ({ report }) => report.findings.some(({ strength }) => strength === 'undeclared'),
  sensitive: ({ data }) => data.some(isOutOfPlace),
}

/** Of random digits one in ten passes a check digit: a place that holds many that fail holds something else. */
const NEAR_RATIO = 4

function isOutOfPlace({ standing, class: found, count, near }: DataFinding): boolean {
  if (standing !== 'unexpected' && standing !== 'unpermitted') return false
  return count > 0 && near <= count * NEAR_RATIO && outranks(exposureOfClass(found), 'plain')
}
