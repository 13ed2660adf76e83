import type { Content, ContentFact, Exchange, Route } from '../evidence.ts'
import { invalid, valid } from '../lib/fact.ts'
import { readBody } from './body.ts'
import { inspect, isInspected, problemWithQuery } from './inspect.ts'

/**
 * The body, read once. Where the route inspects it, it is understood or invalid; elsewhere it is read to the route's
 * bound, so that exactly these bytes are forwarded; a streamed one is left alone.
 */
export async function readContent(exchange: Exchange, route: Route): Promise<ContentFact> {
  const { request, headers, target } = exchange
  const inspected = isInspected(route)
  if (route.streamed && !inspected) return uninspected(undefined, request.body !== null)
  const misplaced = inspected ? problemWithQuery(target.query, route) : undefined
  if (misplaced !== undefined) return invalid(misplaced)
  const body = await readBody(request, route.maxBodyBytes)
  if (!body.ok) return invalid(body.reason)
  const bytes = body.value
  if (bytes.length === 0) return uninspected(request.body === null ? undefined : bytes, false)
  return inspected ? inspect(bytes, headers, route) : uninspected(bytes, false)
}

function uninspected(bytes: Uint8Array | undefined, streamed: boolean): ContentFact {
  return valid<Content>({ bytes, streamed, credentials: {} })
}
