/**
 * Fetches a list: https, no credentials, bounded in time and size, redirected within its host at most. The addresses
 * come from lists that a state has signed, and are treated as a stranger's all the same.
 */
export interface FetchLimits {
  readonly maxBytes: number
  readonly timeoutMs: number
}

export type ListFault =
  | 'not_https'
  | 'literal_address'
  | 'redirected_away'
  | 'status'
  | 'too_large'
  | 'failed'
export type Fetched =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: ListFault }

type Fetch = (url: string, init: RequestInit) => Promise<Response>

const MAX_REDIRECTS = 2
const REDIRECTS = [301, 302, 303, 307, 308]

export async function fetchList(address: string, fetch: Fetch, limits: FetchLimits): Promise<Fetched> {
  // One deadline for all hops, and for the body.
  const signal = AbortSignal.timeout(limits.timeoutMs)
  let url = URL.parse(address)
  try {
    for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
      if (url === null || url.protocol !== 'https:') return refused('not_https')
      if (isLiteral(url.hostname)) return refused('literal_address')
      const response = await fetch(url.href, {
        redirect: 'manual',
        signal,
        headers: { Accept: 'application/xml' },
      })
      if (!REDIRECTS.includes(response.status)) return await bodyOf(response, limits.maxBytes)
      await response.body?.cancel()
      const next: URL | null = URL.parse(response.headers.get('Location') ?? '', url.href)
      if (next?.host !== url.host) return refused('redirected_away')
      url = next
    }
    return refused('redirected_away')
  } catch {
    return refused('failed')
  }
}

/** No list lives at a bare address; what answers there is somebody's own machine. */
function isLiteral(hostname: string): boolean {
  return hostname.startsWith('[') || /^[\d.]+$/.test(hostname) || hostname === 'localhost'
}

async function bodyOf(response: Response, maxBytes: number): Promise<Fetched> {
  if (response.status !== 200 || response.body === null) return refused('status')
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body) {
    length += part.length
    // Leaving the loop cancels the body.
    if (length > maxBytes) return refused('too_large')
    parts.push(part)
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return { ok: true, bytes }
}

function refused(reason: ListFault): Fetched {
  return { ok: false, reason }
}
