import type { Exchange, OutcomeKind, Route } from '../evidence.ts'

type Reply = Pick<Response, 'status' | 'headers'>

/** What the origin's answer tells of the request: behaviour is judged by outcomes and not by volume. */
export function outcomeOf(reply: Reply, exchange: Exchange, route: Route, attempt: boolean): OutcomeKind {
  const { status } = reply
  // The bank's own trouble says nothing of the client.
  if (status >= 500) return 'origin_error'
  if (route.failure.statuses.includes(status) || failsByLocation(reply, exchange, route)) return 'failure'
  if (attempt) return status < 400 ? 'success' : 'failure'
  return status === 403 || status === 404 ? 'miss' : 'served'
}

/** Many login forms answer 302 to both, and only the target tells them apart. */
function failsByLocation({ status, headers }: Reply, { target }: Exchange, { failure }: Route): boolean {
  if (status < 300 || status >= 400 || failure.locations.length === 0) return false
  const location = headers.get('location')
  if (location === null) return false
  const base = `${target.origin}${target.path}`
  if (!URL.canParse(location, base)) return false
  const { pathname, search } = new URL(location, base)
  return failure.locations.some((prefix) => `${pathname}${search}`.startsWith(prefix))
}
