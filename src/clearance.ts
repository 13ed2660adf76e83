/** The answer to a met challenge: a pass that says so, and the way back to the page. Beside the pipeline: it decides nothing. */
import { dialectFor } from './dialects/choose.ts'
import type { Client, Exchange } from './evidence.ts'
import { type BodyProblem, readBody } from './exchange/body.ts'
import { receive } from './exchange/receive.ts'
import { identify } from './identify/identify.ts'
import { fail, type Outcome } from './lib/outcome.ts'
import { isCrossSite } from './lib/same-origin.ts'
import type { House, Keys } from './ports.ts'
import { clearedRedirect } from './respond/challenge.ts'
import {
  MAX_SOLUTION_BYTES,
  type PuzzleProblem,
  type Solved,
  solutionFrom,
  verifyChallenge,
} from './respond/puzzle.ts'
import { refuse } from './respond/refuse.ts'
import { mintPass, passCookie } from './verify/pass.ts'

type Needs = Pick<House, 'certificateSource' | 'clock' | 'dialects' | 'keys' | 'lists'>

/**
 * Checks a solution and hands out the pass it earns. One puzzle earns one pass, however often it is sent: the pass's
 * id stands in the puzzle, so that what is done with copies of it, from whatever networks, adds up under one key.
 */
export async function clear(
  request: Request,
  { certificateSource, clock, dialects, keys, lists }: Needs,
  report: (reference: string, reason: string) => void,
): Promise<Response> {
  const exchange = receive(request, clock, certificateSource.kind)
  const client = identify(exchange, lists, certificateSource)
  const solved = await solvedBy(exchange, client, keys)
  if (!solved.ok) {
    // The journal holds decisions, and this is none: the log is where the reference leads.
    report(exchange.id, solved.reason)
    const refusal = MALFORMED.includes(solved.reason) ? 'malformed' : 'forbidden'
    return refuse(refusal, exchange, dialectFor(dialects, pagesOf(dialects), exchange.headers))
  }
  const pass = { id: solved.value.passId, issuedAt: exchange.arrivedAt, cleared: true }
  return clearedRedirect(solved.value.returnTo, passCookie(mintPass(pass, client.fingerprint, keys)))
}

type Refused = PuzzleProblem | BodyProblem | 'challenge_cross_site'

/** The body itself could not be read. */
const MALFORMED: readonly Refused[] = ['body_too_large', 'body_truncated', 'challenge_malformed']

async function solvedBy(exchange: Exchange, client: Client, keys: Keys): Promise<Outcome<Solved, Refused>> {
  const { headers, request, arrivedAt } = exchange
  if (isCrossSite(headers, request.url)) return fail('challenge_cross_site')
  const body = await readBody(request, MAX_SOLUTION_BYTES)
  if (!body.ok) return body
  const solution = solutionFrom(new TextDecoder().decode(body.value))
  if (solution === undefined) return fail('challenge_malformed')
  return verifyChallenge(solution, client.fingerprint, arrivedAt, keys)
}

/** Challenges are met on routes of pages: by a person, or by a script of that page. */
function pagesOf(dialects: House['dialects']): string {
  return Object.values(dialects).find(({ readBy }) => readBy === 'people')?.name ?? ''
}
