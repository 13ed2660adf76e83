/**
 * Which URL an organisation's keys are read from. It is chosen by who the caller has proven to be and by nothing that the
 * message says: a `jku`, an `x5u`, a `kid` or a key id that is a URL would let one third party sign as another, and would
 * send the gate to whatever address a stranger likes.
 */
import type { KeySource } from './types.ts'

export interface KeySourcesSpec {
  /** Organisation to the URL of its own key set. */
  readonly organisations: Readonly<Record<string, string>>
  /** A directory that has everybody's: `{organisation}` stands in its path or query, once. */
  readonly directory?: string
  /** Hosts from which URLs in an organisation's messages may be taken as names of its keys. */
  readonly hosts: Readonly<Record<string, readonly string[]>>
}

export interface KeySources {
  of(organisation: string): KeySource | undefined
  /** Whether a URL in a message of this organisation names a place that is registered for it. */
  isRegistered(organisation: string, url: string): boolean
}

export type SourceMistake =
  | { readonly kind: 'url_not_https'; readonly where: string }
  | { readonly kind: 'placeholder_misplaced'; readonly where: string }
  | { readonly kind: 'host_malformed'; readonly where: string }

/** RFC 7517 section 8.5.2, and what directories send. */
const MEDIA_TYPES = ['application/json', 'application/jwk-set+json']
const PLACEHOLDER = '{organisation}'

export function keySources(
  spec: KeySourcesSpec,
):
  | { readonly ok: true; readonly sources: KeySources }
  | { readonly ok: false; readonly mistakes: readonly SourceMistake[] } {
  const mistakes = mistakesIn(spec)
  if (mistakes.length > 0) return { ok: false, mistakes }
  const organisations = new Map(Object.entries(spec.organisations))
  const hosts = new Map(Object.entries(spec.hosts).map(([name, list]) => [name, new Set(list)]))
  const of = (organisation: string): KeySource | undefined => {
    const url = organisations.get(organisation) ?? inDirectory(spec.directory, organisation)
    return url === undefined ? undefined : { url, mediaTypes: MEDIA_TYPES, namedBy: 'kid' }
  }
  return {
    ok: true,
    sources: {
      of,
      isRegistered(organisation, text) {
        const url = isPlain(text) ? URL.parse(text) : null
        if (url === null) return false
        return of(organisation)?.url === url.href || hosts.get(organisation)?.has(url.hostname) === true
      },
    },
  }
}

function mistakesIn({ organisations, directory, hosts }: KeySourcesSpec): readonly SourceMistake[] {
  const mistakes: SourceMistake[] = []
  for (const [where, url] of Object.entries(organisations)) {
    if (!isPlain(url)) mistakes.push({ kind: 'url_not_https', where })
  }
  if (directory !== undefined) {
    const [before = '', ...after] = directory.split(PLACEHOLDER)
    if (!isPlain(directory.replaceAll(PLACEHOLDER, 'x'))) {
      mistakes.push({ kind: 'url_not_https', where: 'directory' })
    }
    // In the host a third party could choose whom we ask; twice, and nobody knows which one is meant.
    if (after.length !== 1 || !/^https:\/\/[^/?]+[/?]/.test(before)) {
      mistakes.push({ kind: 'placeholder_misplaced', where: 'directory' })
    }
  }
  for (const [where, list] of Object.entries(hosts)) {
    if (!list.every((host) => /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(host))) {
      mistakes.push({ kind: 'host_malformed', where })
    }
  }
  return mistakes
}

/** https, and nothing that two readers could understand differently: no user name, no fragment. */
function isPlain(text: string): boolean {
  if (!/^https:\/\/[\x21-\x7e]+$/.test(text)) return false
  const url = URL.parse(text)
  return url !== null && url.username === '' && url.password === '' && url.hash === ''
}

/** An organisation's id becomes part of a path: one segment of it, whatever a certificate says. */
const SEGMENT = /^[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?!\.)){0,127}$/

function inDirectory(template: string | undefined, organisation: string): string | undefined {
  if (template === undefined || !SEGMENT.test(organisation)) return undefined
  return template.replace(PLACEHOLDER, encodeURIComponent(organisation))
}
