/** The answer to a met challenge: a pass that says so, and the way back to the page. Beside the pipeline: it decides nothing. */
import { dialectFor } from './dialects/choose.ts'
import { readBody } from './exchange/body.ts'
import { receive } from './exchange/receive.ts'
import { identify } from './identify/identify.ts'
import { isCrossSite } from './lib/same-origin.ts'
import type { House } from './ports.ts'
import { clearedRedirect } from './respond/challenge.ts'
import { MAX_SOLUTION_BYTES, solutionFrom, verifyChallenge } from './respond/puzzle.ts'
import { refuse } from './respond/refuse.ts'
import { mintPass, passCookie } from './verify/pass.ts'

type Needs = Pick<House, 'clock' | 'dialects' | 'keys' | 'lists'>

/**
 * Checks a solution and hands out the pass it earns. One puzzle earns one pass, however often it is sent: the pass's
 * id stands in the puzzle, so that what is done with copies of it, from whatever networks, adds up under one key.
 */
export async function clear(request: Request, house: Needs): Promise<Response> {
  const { clock, dialects, keys, lists } = house
  const exchange = receive(request, clock)
  const client = identify(exchange, lists)
  const dialect = dialectFor(dialects, pagesOf(dialects), exchange.headers)
  if (isCrossSite(exchange.headers, request.url)) return refuse('forbidden', exchange, dialect)
  const body = await readBody(request, MAX_SOLUTION_BYTES)
  if (!body.ok) return refuse('malformed', exchange, dialect)
  const solution = solutionFrom(new TextDecoder().decode(body.value))
  if (solution === undefined) return refuse('malformed', exchange, dialect)
  const solved = verifyChallenge(solution, client.fingerprint, exchange.arrivedAt, keys)
  if (!solved.ok) return refuse('forbidden', exchange, dialect)
  const pass = { id: solved.value.passId, issuedAt: exchange.arrivedAt, cleared: true }
  return clearedRedirect(solved.value.returnTo, passCookie(mintPass(pass, client.fingerprint, keys)))
}

/** Challenges are met on routes of pages: by a person, or by a script of that page. */
function pagesOf(dialects: House['dialects']): string {
  return Object.values(dialects).find(({ readBy }) => readBy === 'people')?.name ?? ''
}
