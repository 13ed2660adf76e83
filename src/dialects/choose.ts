/** Which row answers this client: the route's own, or the one for programs where a program asks a route of pages. */
import { fieldIn } from '../lib/header-fields.ts'
import type { Dialect } from './dialect.ts'
import { problem } from './problem.ts'

/** Longer than any browser's. What is cut off only makes the preference coarser. */
const MAX_ACCEPT = 1_024

/**
 * Chooses the row for an answer. The route decides and headers choose only between a page and data, never between two
 * banking standards: or a caller picks its weakest verifier.
 */
export function dialectFor(
  dialects: Readonly<Record<string, Dialect>>,
  name: string,
  headers: Headers,
): Dialect {
  // The configuration has checked the name; plain problem details are what is left if it has not.
  const configured = dialects[name] ?? problem
  if (configured.forPrograms === undefined || !asksForData(headers)) return configured
  return dialects[configured.forPrograms] ?? configured
}

/** True for a script's fetch, false for a navigation: by Fetch Metadata where sent, otherwise by what is accepted. */
export function asksForData(headers: Headers): boolean {
  const destination = fieldIn(headers, 'sec-fetch-dest')
  if (destination !== null) return !['document', 'iframe', 'frame'].includes(destination)
  const accept = (fieldIn(headers, 'accept') ?? '').slice(0, MAX_ACCEPT).toLowerCase()
  const html = Math.max(quality(accept, 'text/html'), quality(accept, 'application/xhtml+xml'))
  const data = Math.max(quality(accept, 'application/json'), quality(accept, 'application/problem+json'))
  if (html !== data) return data > html
  if (html > 0) return false
  // No preference at all. Who sends JSON reads JSON.
  return /^application\/(?:[\w.-]+\+)?json\b/i.test(fieldIn(headers, 'content-type') ?? '')
}

/** RFC 9110 section 12.5.1, exact media ranges only: a wildcard is no wish. */
function quality(accept: string, mediaType: string): number {
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim())
    if (type !== mediaType) continue
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    const value = weight === undefined ? 1 : Number.parseFloat(weight.slice(2))
    return Number.isFinite(value) ? Math.min(Math.max(value, 0), 1) : 0
  }
  return 0
}
