import type { Exchange } from '../evidence.ts'
import { ASK_COOKIE } from '../lib/cookie.ts'
import { CHALLENGE_HEADERS, CHALLENGE_PATH, challengePage } from './challenge-page.ts'
import { DIFFICULTY_BITS, newPuzzle, TTL_SECONDS } from './puzzle.ts'
import { answer, refuse } from './refuse.ts'
import type { RespondInput, RespondTools } from './respond.ts'

/** Asks a browser to show that it is one: a page for people, a member of the refusal for scripts. */
export function challenge(
  { exchange, client, home }: RespondInput,
  { keys, clock, dialect }: Pick<RespondTools, 'keys' | 'clock' | 'dialect'>,
): Response {
  const puzzle = newPuzzle(
    {
      fingerprint: client.fingerprint,
      returnTo: returnPath(exchange),
      home,
      nonce: clock.id(),
      now: exchange.arrivedAt,
    },
    keys,
  )
  if (dialect.readBy === 'people') {
    const text = { puzzle, bits: DIFFICULTY_BITS, reference: exchange.id }
    return answer(challengePage(text), 403, new Headers(CHALLENGE_HEADERS), exchange, dialect)
  }
  const terms = {
    algorithm: 'SHA-256',
    puzzle,
    bits: DIFFICULTY_BITS,
    submit: CHALLENGE_PATH,
    expiresInSeconds: TTL_SECONDS,
  }
  const refused = refuse('challenged', exchange, dialect, { members: { challenge: terms } })
  // A script that does not know these terms would be refused for ever: the browser's next page asks in its place.
  refused.headers.append('set-cookie', askCookie('1', ASK_SECONDS))
  return refused
}

/**
 * Where the browser goes afterwards: the page that it was on. A form that was sent cannot be sent again by a redirect,
 * so that it goes back to the page with the form, as far as the browser says which that is.
 */
function returnPath({ method, target, headers }: Exchange): string {
  if (method === 'GET' || method === 'HEAD') return target.raw
  const referer = headers.get('referer') ?? ''
  if (!URL.canParse(referer) || !URL.canParse(target.origin)) return target.raw
  const page = new URL(referer)
  return page.origin === new URL(target.origin).origin ? `${page.pathname}${page.search}` : target.raw
}

/** After a challenge was met: back to the page, with the pass that was earned. 303 makes a GET of it (RFC 9110 15.4.4). */
export function clearedRedirect(returnTo: string, setCookie: string): Response {
  const headers = new Headers({ location: returnTo, 'cache-control': 'no-store' })
  headers.append('set-cookie', setCookie)
  headers.append('set-cookie', askCookie('', 0))
  return new Response(null, { status: 303, headers })
}

/** Longer than a person looks at a form that does not work; shorter than anybody minds being asked. */
const ASK_SECONDS = 600

function askCookie(value: string, maxAge: number): string {
  return `${ASK_COOKIE}=${value}; Max-Age=${maxAge}; Path=/; Secure; HttpOnly; SameSite=Lax`
}
