/** What a real client sent to the local edge, as `lab/captures/*.json` keep it. Recorded by us, of nobody. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Capture {
  /** Name of the client, which is the file's. */
  readonly client: string
  /** What it says of its own version. */
  readonly version: string
  readonly kind: 'browser' | 'driven_browser' | 'library' | 'command' | 'attack_tool'
  /** Day of the recording. */
  readonly recorded: string
  readonly sessions: readonly CapturedSession[]
}

export interface CapturedSession {
  /** What it was told to do. */
  readonly task: string
  readonly requests: readonly CapturedRequest[]
}

export interface CapturedRequest {
  /** Milliseconds since the session's first request. */
  readonly at: number
  readonly method: string
  readonly path: string
  /** As a Worker gets them: lower case, sorted, the edge's own left out. The port is always 8443. */
  readonly headers: Readonly<Record<string, string>>
  readonly cf: CapturedCf
}

/** What the connection was like, by the local edge's own parser. */
export interface CapturedCf {
  readonly httpProtocol: string
  readonly tlsVersion: string
  readonly tlsCipher: string
  readonly clientAcceptEncoding?: string
  readonly botManagement?: { readonly ja3Hash: string; readonly ja4: string }
}

export const CAPTURES = fileURLToPath(new URL('../captures/', import.meta.url))
/** Whatever port was free, captures name this one: so that two recordings of one client are alike. */
export const AUTHORITY = 'localhost:8443'

/** In the order of their names. */
export function readCaptures(folder: string = CAPTURES): readonly Capture[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Capture) // written by npm run capture
}
