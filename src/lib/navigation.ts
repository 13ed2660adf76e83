/** Whether a browser goes to a page, or a script asks for something. */

/** Browsers name `text/html` in Accept when they go to a page, and scripts hardly ever (RFC 9110 section 12.5.1). */
export function acceptsPage(headers: Headers): boolean {
  return (headers.get('accept') ?? '').toLowerCase().includes('text/html')
}

/** A page asked for by a navigation: by Fetch Metadata (Sec-Fetch-Mode) where it is sent, otherwise by Accept alone. */
export function isNavigation({ method, headers }: { method: string; headers: Headers }): boolean {
  if (method !== 'GET' || !acceptsPage(headers)) return false
  return (headers.get('sec-fetch-mode') ?? 'navigate') === 'navigate'
}
