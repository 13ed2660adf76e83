/**
 * Fetch metadata (https://www.w3.org/TR/fetch-metadata/) and Origin (RFC 6454, Fetch section 3.2): browsers write
 * them, scripts in a page cannot. What they say must fit together, and fit the request they stand in.
 */
export interface FetchView {
  readonly method: string
  /** Host and port that the request was sent to, lower case. */
  readonly authority: string
  readonly header: ReadonlyMap<string, string>
}

const MODES: ReadonlySet<string> = new Set(['navigate', 'cors', 'no-cors', 'same-origin', 'websocket'])
const SITES: ReadonlySet<string> = new Set(['none', 'same-origin', 'same-site', 'cross-site'])
/** Destinations that are pages: reached by navigation, and by nothing else. */
const PAGES: ReadonlySet<string> = new Set(['document', 'iframe', 'frame', 'fencedframe', 'embed', 'object'])
/** `enctype` of an HTML form: no page can navigate with another type of body. */
const FORM_TYPE = /^(?:application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\b/i

/** Called where Sec-Fetch-Mode is present: undici and others send it alone. */
export function metadataDisagrees(view: FetchView): boolean {
  const { header } = view
  const mode = header.get('sec-fetch-mode') ?? ''
  const site = header.get('sec-fetch-site') ?? ''
  const dest = header.get('sec-fetch-dest')
  const user = header.get('sec-fetch-user')
  if (!MODES.has(mode) || !SITES.has(site) || dest === undefined) return true
  const navigates = mode === 'navigate'
  if (navigates && !PAGES.has(dest)) return true
  if (!navigates && (dest === 'document' || dest === 'iframe' || dest === 'frame')) return true
  if (user !== undefined && !(user === '?1' && navigates)) return true
  return (navigates && cannotBeNavigation(view)) || originDisagrees(view, site)
}

/** Impersonating clients send a page's headers with every call: a navigation that posts JSON does not exist. */
function cannotBeNavigation({ method, header }: FetchView): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  const type = header.get('content-type')
  return method !== 'POST' || (type !== undefined && !FORM_TYPE.test(type))
}

/**
 * Same-origin means that Origin and Referer name this host; `Origin: null` is what a page with a strict referrer policy
 * sends, and says nothing.
 */
function originDisagrees({ authority, header }: FetchView, site: string): boolean {
  const origin = authorityOf(header.get('origin'))
  const referer = authorityOf(header.get('referer'))
  switch (site) {
    case 'same-origin':
      return (
        (origin !== undefined && origin !== authority) || (referer !== undefined && referer !== authority)
      )
    case 'none':
      return origin !== undefined
    default:
      return origin === authority
  }
}

/** Host and port of an http(s) URL; a browser leaves the default port out of all three headers alike. */
function authorityOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : /^https?:\/\/([^/?#]+)/i.exec(url)?.[1]?.toLowerCase()
}
