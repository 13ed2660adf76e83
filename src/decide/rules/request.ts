/** Rules about the form of a request: what cannot be read in one way only, or not at all. */
import type { ContentFact, TargetDifference } from '../../evidence.ts'
import { forwardableUrl } from '../../lib/target.ts'
import type { Rule } from '../rule.ts'

function isEmpty(content: ContentFact): boolean {
  if (content.state !== 'valid') return content.state === 'absent'
  return !content.value.streamed && (content.value.bytes?.length ?? 0) === 0
}

/** What a browser's URL parser resolves or encodes before it sends (WHATWG URL), or what only a scanner writes. */
const NEVER_TYPED: ReadonlySet<TargetDifference> = new Set([
  'dot_segment',
  'backslash',
  'encoded_separator',
  'control_character',
  'malformed_encoding',
])

export const REQUEST_RULES: readonly Rule[] = [
  {
    id: 'upgrade_refused',
    reason: 'upgrade_refused',
    action: 'deny',
    always: true,
    applies: 'the client asks for a WebSocket',
    when: ({ evidence }) => /\bwebsocket\b/i.test(evidence.exchange.headers.get('upgrade') ?? ''),
  },
  {
    id: 'method_refused',
    reason: 'method_refused',
    action: 'deny',
    always: true,
    applies:
      'the path is that of a login, a payment, an inspected form or a signed operation, and no route of it lists the method, or only a wider pattern that does not look for the same secrets or leaves unsigned what is signed there; OPTIONS without a body is left to the bank',
    when: ({ evidence: { exchange, content, match } }) =>
      // A preflight (Fetch, section 4.8) carries nothing, and only the bank knows whom it shares its answers with.
      match.allowed !== undefined && !(exchange.method === 'OPTIONS' && isEmpty(content)),
  },
  {
    id: 'content_refused',
    reason: ({ evidence }) =>
      evidence.content.state === 'invalid' ? evidence.content.reason : 'unremarkable',
    action: 'deny',
    always: true,
    applies: 'the body of an inspected route could not be read whole and in one way',
    when: ({ evidence }) => evidence.content.state === 'invalid',
  },
  {
    id: 'request_unforwardable',
    reason: 'request_unforwardable',
    action: 'deny',
    always: true,
    applies: 'no Worker can send the request on: its target is no path, or it is a GET or HEAD with a body',
    when: ({ evidence: { exchange, content } }) => {
      const { target, method } = exchange
      if (forwardableUrl(target.origin, target.raw) === undefined) return true
      const bytes = content.state === 'valid' ? (content.value.bytes?.length ?? 0) : 0
      return bytes > 0 && (method === 'GET' || method === 'HEAD')
    },
  },
  {
    id: 'target_ambiguous',
    reason: 'target_ambiguous',
    action: 'deny',
    applies:
      'the target has dot segments, backslashes, encoded separators, control characters or malformed encodings; or differs from its normalised form otherwise, or cannot be forwarded as it came, on API channels and where a browser sends a form to a login, payment or account route',
    when: ({ evidence: { exchange, match } }) => {
      const { target, method } = exchange
      if (target.differences.some((difference) => NEVER_TYPED.has(difference))) return true
      const browsing = match.route.channel === 'browser' && ['GET', 'HEAD'].includes(method)
      // A person's odd link is only a page: the normalised path was matched, and it is what the page is about.
      if (browsing || (match.route.channel === 'browser' && match.route.sensitivity === 'other')) return false
      return target.differences.length > 0 || forwardableUrl(target.origin, target.raw)?.exact === false
    },
  },
]
