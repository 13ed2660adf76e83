/**
 * Headers that any HTTP message may carry and no document lists: those of HTTP itself, of browsers, of tracing and of the
 * edges in between. What is neither declared nor here is hidden.
 */
const BOTH =
  'cache-control connection date keep-alive pragma te trailer transfer-encoding upgrade via warning priority'

const REQUEST = new Set(
  `${BOTH} authorization baggage b3 cdn-loop cookie digest dnt dpop expect forwarded from host max-forwards origin purpose
  range referer save-data signature signature-agent signature-input traceparent tracestate true-client-ip
  upgrade-insecure-requests user-agent x-real-ip x-requested-with client-cert client-cert-chain`.split(/\s+/),
)
const REQUEST_FAMILIES = ['accept', 'content-', 'if-', 'sec-', 'proxy-', 'x-forwarded-', 'cf-', 'x-b3-']

const RESPONSE = new Set(
  `${BOTH} accept-ranges age allow alt-svc clear-site-data digest etag expect-ct expires last-modified link location nel
  origin-agent-cluster permissions-policy referrer-policy refresh report-to reporting-endpoints retry-after server
  server-timing set-cookie signature signature-input strict-transport-security timing-allow-origin traceparent vary
  www-authenticate x-content-type-options x-frame-options x-xss-protection x-permitted-cross-domain-policies`.split(
    /\s+/,
  ),
)
const RESPONSE_FAMILIES = [
  'accept-',
  'access-control-',
  'content-',
  'cross-origin-',
  'proxy-',
  'cf-',
  'portcullis-',
]

export function isOrdinaryRequestHeader(name: string): boolean {
  return REQUEST.has(name) || REQUEST_FAMILIES.some((family) => name.startsWith(family))
}

export function isOrdinaryResponseHeader(name: string): boolean {
  return RESPONSE.has(name) || RESPONSE_FAMILIES.some((family) => name.startsWith(family))
}
