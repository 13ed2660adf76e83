/**
 * Whether a page of another origin sent this request, as far as its browser says so. What says nothing is a program or
 * an old browser, and no page could have made it silent: browsers write both headers themselves (Fetch Standard
 * section 4.6; Fetch Metadata section 2.3).
 */
export function isCrossSite(headers: Headers, url: string): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin' && site !== 'none') return true
  const origin = headers.get('origin')
  return origin !== null && (!URL.canParse(url) || new URL(url).origin !== origin)
}
