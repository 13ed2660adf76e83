/**
 * RESPOND: forwards or refuses, as the verdict says, and tells what came of it. Decided once, answered once: nothing here
 * makes a decision of its own. What no Worker can send on has been refused before; if it comes here all the same, it is
 * refused and not thrown.
 */
import type { Config } from '../config.ts'
import type { Dialect, Refusal } from '../dialects/dialect.ts'
import type { Answer, Evidence, Score, ScorerOutage, UpstreamOutage, Verdict } from '../evidence.ts'
import { type Fact, known } from '../lib/fact.ts'
import type { Clock, Keys, Upstream } from '../ports.ts'
import { challenge } from './challenge.ts'
import { forwardable } from './forward.ts'
import { outcomeOf } from './outcome.ts'
import { refuse } from './refuse.ts'
import { relay } from './relay.ts'

export interface RespondInput extends Evidence {
  readonly score: Fact<Score, never, ScorerOutage>
  readonly verdict: Verdict
  /** The request tries a secret: its outcome counts as a success or a failure. */
  readonly attempt: boolean
  /** Where this client's keys are remembered (`Footprint.home`). */
  readonly home: string
}

export interface RespondTools {
  readonly upstream: Upstream
  readonly keys: Keys
  readonly clock: Clock
  readonly config: Pick<Config, 'origin' | 'apps'>
  /** In which this client is answered. */
  readonly dialect: Dialect
  /** What the verdict's reason is called in public. */
  readonly refusal: Refusal
  /** What in the request was at fault, as the request spells it. */
  readonly place?: string | undefined
  /** What the specification rules out there. */
  readonly rule?: string | undefined
  /** A Set-Cookie value with a fresh pass for this client. */
  passCookie(): string
}

export async function respond(input: RespondInput, tools: RespondTools): Promise<Answer> {
  const { verdict } = input
  if (verdict.action === 'allow' || verdict.action === 'flag') return forward(input, tools)
  const response =
    verdict.action === 'challenge'
      ? challenge(input, tools)
      : refuse(tools.refusal, input.exchange, tools.dialect, {
          retryAfterSeconds: verdict.retryAfterSeconds,
          allow: input.match.allowed,
          place: tools.place,
          rule: tools.rule,
        })
  return refused(response)
}

const OUTAGES = {
  origin_unreachable: 'origin_down',
  origin_timeout: 'origin_slow',
  origin_not_configured: 'unavailable',
  answer_withheld: 'origin_down',
} as const satisfies Record<UpstreamOutage, Refusal>

async function forward(input: RespondInput, tools: RespondTools): Promise<Answer> {
  const { exchange, match, attempt } = input
  const request = await forwardable(input, tools)
  if (!request.ok) return refused(refuse('malformed', exchange, tools.dialect))
  const sending = known(input.content)?.streamed ? 'streamed' : 'whole'
  const reply = await tools.upstream.forward(request.value, sending)
  if (reply.state !== 'valid') {
    const outage = reply.state === 'unavailable' ? reply.reason : 'origin_unreachable'
    return {
      response: refuse(OUTAGES[outage], exchange, tools.dialect),
      outcome: 'origin_error',
      originStatus: undefined,
      upstream: outage,
    }
  }
  const { value: origin } = reply
  return {
    response: relay(origin, input, tools),
    outcome: outcomeOf(origin, exchange, match.route, attempt),
    originStatus: origin.status,
    upstream: 'forwarded',
  }
}

function refused(response: Response): Answer {
  return { response, outcome: 'refused', originStatus: undefined, upstream: 'refused' }
}
