/**
 * Ways in which a client's parts disagree with what it says it is. Each row rests on a fact about browsers that its
 * comment names, holds for no browser that was captured (`test/identify/`), and is evidence: none decides alone.
 * A corporate proxy that breaks TLS open makes several of them true for honest people.
 */
import type { Contradiction } from '../evidence.ts'
import type { Agent, Engine } from './agent.ts'
import { hintsDisagree } from './client-hints.ts'
import { type FetchView, metadataDisagrees } from './fetch-metadata.ts'
import { contradictsClaim, type Ja4 } from './ja4.ts'

export interface View extends FetchView {
  readonly agent: Agent
  readonly ja4: Ja4 | undefined
  /** `HTTP/1.1`, `HTTP/2`, `HTTP/3`; undefined when the edge does not say. */
  readonly protocol: string | undefined
  /** Over TLS: client hints and fetch metadata are sent to trustworthy origins only. */
  readonly secure: boolean
  /** The client's own Accept-Encoding. */
  readonly encodings: string
}

interface Row {
  readonly contradiction: Contradiction
  /** Headers without which it cannot be judged, where a source tells only some. */
  readonly needs: readonly string[]
  holds(view: View): boolean
}

/**
 * The oldest engines that are still met with good reason on 2026-11-20, when Debian ships Chromium 156 and Firefox
 * ESR 153: Chromium 109 and Firefox 115 are the last for Windows 7 and 8.1, Safari 15 for the iPhones of 2015 and 2016.
 * Older ones live on in attack tools' defaults.
 */
const OLDEST: Readonly<Partial<Record<Engine, number>>> = { chromium: 109, gecko: 115, webkit: 15 }

const PRODUCT_AFTER_COMMA = /, [\w.-]+\/\d/

const ROWS: readonly Row[] = [
  {
    // workerd joins two User-Agent lines with a comma; outside of parentheses no product list has one.
    contradiction: 'user_agent_duplicated',
    needs: ['user-agent'],
    holds: ({ header }) => {
      const text = header.get('user-agent') ?? ''
      return PRODUCT_AFTER_COMMA.test(text) && PRODUCT_AFTER_COMMA.test(text.replace(/\([^()]*\)/g, ''))
    },
  },
  {
    contradiction: 'user_agent_obsolete',
    needs: ['user-agent'],
    holds: ({ agent }) =>
      agent.engine === 'legacy' || (agent.engineVersion ?? Infinity) < oldest(agent.engine),
  },
  {
    contradiction: 'tls_unlike_claim',
    needs: ['user-agent'],
    holds: ({ ja4, agent }) => ja4 !== undefined && isBrowser(agent) && contradictsClaim(ja4, agent),
  },
  {
    // The edge offers HTTP/2 and HTTP/3, and every browser since 2016 takes them; only a WebSocket starts on HTTP/1.1.
    contradiction: 'protocol_unlike_claim',
    needs: ['user-agent'],
    holds: ({ protocol, secure, agent, header }) =>
      secure && isBrowser(agent) && protocol?.startsWith('HTTP/1') === true && !header.has('upgrade'),
  },
  {
    // On by default since Chromium 89; a preflight, a report and a WebSocket go without, and WebView's vary.
    contradiction: 'client_hints_missing',
    needs: ['user-agent', 'sec-ch-ua', 'sec-fetch-dest'],
    holds: (view) =>
      isEngine(view, 'chromium', 90) && !view.agent.webView && isPage(view) && !view.header.has('sec-ch-ua'),
  },
  {
    // Neither Firefox nor Safari has implemented them, and no tool sends them unless it is told to.
    contradiction: 'client_hints_unexpected',
    needs: ['user-agent', 'sec-ch-ua'],
    holds: ({ agent, header }) => neverSendsHints(agent, header) && header.has('sec-ch-ua'),
  },
  {
    contradiction: 'client_hints_disagree',
    needs: ['user-agent', 'sec-ch-ua'],
    holds: ({ agent, header }) =>
      agent.engine === 'chromium' && header.has('sec-ch-ua') && hintsDisagree(header, agent),
  },
  {
    // Complete since Chromium 80, Firefox 90 and Safari 16.4, on every request to a trustworthy origin.
    contradiction: 'fetch_metadata_missing',
    needs: ['user-agent', 'sec-fetch-mode'],
    holds: (view) => sendsFetchMetadata(view) && !view.header.has('sec-fetch-mode'),
  },
  {
    // undici, Node's fetch, says Sec-Fetch-Mode and no more; the other two come from a browser or from imitation.
    contradiction: 'fetch_metadata_unexpected',
    needs: ['user-agent', 'sec-fetch-site'],
    holds: ({ agent, header }) =>
      neverSendsFetchMetadata(agent, header) &&
      (header.has('sec-fetch-site') || header.has('sec-fetch-dest')),
  },
  {
    contradiction: 'fetch_metadata_disagrees',
    needs: ['user-agent', 'sec-fetch-mode', 'sec-fetch-site', 'sec-fetch-dest'],
    holds: (view) => isBrowser(view.agent) && view.header.has('sec-fetch-mode') && metadataDisagrees(view),
  },
  {
    // Every browser asks for HTML first when it navigates, and says something in all its requests.
    contradiction: 'accept_unlike_claim',
    needs: ['user-agent', 'accept', 'sec-fetch-mode'],
    holds: ({ agent, header }) => {
      const accept = header.get('accept')
      if (!isBrowser(agent)) return false
      return header.get('sec-fetch-mode') === 'navigate' ? accept?.startsWith('text/html') !== true : !accept
    },
  },
  {
    // `*` is undici's.
    contradiction: 'accept_language_missing',
    needs: ['user-agent', 'accept-language'],
    holds: ({ agent, header }) =>
      isBrowser(agent) && ['', '*'].includes(header.get('accept-language')?.trim() ?? ''),
  },
  {
    // Brotli over TLS since Chromium 50, Firefox 44 and Safari 11. A media element asks for ranges of identity.
    contradiction: 'accept_encoding_unlike_claim',
    needs: ['user-agent', 'accept-encoding'],
    holds: ({ agent, secure, encodings, header }) =>
      secure && isBrowser(agent) && !header.has('range') && !/\bgzip\b.*\bdeflate\b.*\bbr\b/.test(encodings),
  },
  {
    contradiction: 'header_unlike_claim',
    needs: ['user-agent', 'sec-fetch-mode', 'origin', 'pragma'],
    holds: (view) => isBrowser(view.agent) && (lacksOrigin(view) || hasForeignHeader(view)),
  },
]

/** @param told Names of the headers that are told at all; every one is, where it is left out */
export function contradictionsIn(view: View, told?: ReadonlySet<string>): readonly Contradiction[] {
  return ROWS.filter((row) => isJudged(row, told) && row.holds(view)).map((row) => row.contradiction)
}

export function unjudgedBy(told: ReadonlySet<string>): ReadonlySet<Contradiction> {
  return new Set(ROWS.filter((row) => !isJudged(row, told)).map((row) => row.contradiction))
}

function isJudged({ needs }: Row, told: ReadonlySet<string> | undefined): boolean {
  return told === undefined || needs.every((name) => told.has(name))
}

function oldest(engine: Engine): number {
  return OLDEST[engine] ?? 0
}

function isBrowser({ engine }: Agent): boolean {
  return engine === 'chromium' || engine === 'gecko' || engine === 'webkit'
}

/** A command line, a library, an application's HTTP stack. Crawlers that call themselves Mozilla run real engines. */
function isTool({ claim }: Agent, header: View['header']): boolean {
  if (header.get('user-agent')?.startsWith('Mozilla/') === true) return false
  return claim.family === 'tool' || claim.family === 'app' || claim.family === 'none'
}

function isEngine({ agent, secure }: View, engine: Engine, since: number): boolean {
  return secure && agent.engine === engine && (agent.engineVersion ?? 0) >= since
}

/** Made for a page, and not for the browser's own purposes. */
function isPage({ header }: View): boolean {
  if (header.has('access-control-request-method') || header.has('upgrade')) return false
  return header.get('sec-fetch-dest') !== 'report'
}

function sendsFetchMetadata(view: View): boolean {
  return isEngine(view, 'chromium', 80) || isEngine(view, 'gecko', 90) || isEngine(view, 'webkit', 16.4)
}

function neverSendsFetchMetadata(agent: Agent, header: View['header']): boolean {
  const { engine, engineVersion = Infinity } = agent
  if (engine === 'chromium') return engineVersion < 76
  if (engine === 'gecko') return engineVersion < 90
  if (engine === 'webkit') return engineVersion < 16
  return isTool(agent, header)
}

function neverSendsHints(agent: Agent, header: View['header']): boolean {
  return agent.engine === 'gecko' || agent.engine === 'webkit' || isTool(agent, header)
}

/** Fetch section 3.2: whatever is not GET or HEAD carries Origin, if need be as `null`. Old Firefox left it out. */
function lacksOrigin(view: View): boolean {
  const { method, header } = view
  const reads = method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
  return !reads && sendsFetchMetadata(view) && !header.has('origin')
}

function hasForeignHeader({ header }: View): boolean {
  const mode = header.get('sec-fetch-mode')
  // Upgrade-Insecure-Requests belongs to navigations (section 3.2.1 of its specification).
  if (header.has('upgrade-insecure-requests') && mode !== undefined && mode !== 'navigate') return true
  // jQuery's mark of a call out of a page, on a request that claims to be the page.
  if (header.get('x-requested-with') === 'XMLHttpRequest' && mode === 'navigate') return true
  // A forced reload says both (RFC 9111 section 5.4); Pragma alone is a configuration that somebody wrote.
  return header.has('pragma') && !header.has('cache-control') && (mode === undefined || mode === 'navigate')
}
