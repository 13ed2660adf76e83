/** Of each client one line, and of all of them a few more for whoever reads along. */
import type { Client, Judgement } from './client.ts'
import { stops } from './client.ts'
import type { Clients } from './clients.ts'
import type { Nameless, Played } from './play.ts'
import { newSite, noteClient, noteNeighbour, type Site } from './session/site.ts'
import { ownWeight, weigh } from './weigh.ts'

export type Change = 'newly_stopped' | 'no_longer_stopped' | 'none'

export interface Summary {
  readonly site: Site
  readonly stopped: number
  readonly changes: Readonly<Record<Exclude<Change, 'none'>, readonly string[]>>
  readonly changed: Readonly<Record<Exclude<Change, 'none'>, number>>
}

/** Named on the screen; the lines have all of them. */
const MAX_NAMED = 20
const MAX_SIGNS = 5

/** What is usual in the whole log has to be known before anybody is weighed: hence three times over everybody. */
export function report(clients: Clients, compared: boolean, write: (line: string) => void): Summary {
  const site = newSite()
  for (const { session, claims } of clients.all()) noteClient(site, session, claims)
  for (const client of clients.all()) {
    if (client.network !== '') noteNeighbour(site, client.network, ownWeight(client, site))
  }
  const changes = { newly_stopped: [] as string[], no_longer_stopped: [] as string[] }
  const changed = { newly_stopped: 0, no_longer_stopped: 0 }
  let stopped = 0
  for (const client of clients.all()) {
    write(`${JSON.stringify(lineOf(client, site, compared))}\n`)
    if (stops(client.current?.verdict ?? 'allow')) stopped++
    const change = changeOf(client)
    if (!compared || change === 'none') continue
    changed[change]++
    if (changes[change].length < MAX_NAMED) changes[change].push(nameOf(client))
  }
  return { site, stopped, changes, changed }
}

export function lineOf(client: Client, site: Site, compared: boolean): object {
  const { abuse, signs } = weigh(client, site)
  const { current, proposed, session } = client
  return {
    client: { address: client.address, agent: client.agent ?? null },
    requests: session.requests,
    score: rounded(current?.score ?? {}),
    abuse: Number(abuse.toFixed(6)),
    ...verdictOf(current),
    signs: Object.fromEntries(
      signs.slice(0, MAX_SIGNS).map(({ sign, weight }) => [sign, Number(weight.toFixed(2))]),
    ),
    ...(compared ? { proposed: verdictOf(proposed), change: changeOf(client) } : {}),
  }
}

/** Where no request could be judged, because none was one, there is no verdict. */
function verdictOf(judgement: Judgement | undefined): object {
  return {
    verdict: judgement?.verdict ?? null,
    rule: judgement?.rule ?? null,
    at_request: judgement?.atRequest ?? null,
  }
}

function changeOf({ current, proposed }: Client): Change {
  const [before, after] = [stops(current?.verdict ?? 'allow'), stops(proposed?.verdict ?? 'allow')]
  if (before === after) return 'none'
  return after ? 'newly_stopped' : 'no_longer_stopped'
}

function rounded(score: Judgement['score']): Judgement['score'] {
  return Object.fromEntries(
    Object.entries(score).map(([intent, share]) => [intent, Number(share.toFixed(4))]),
  )
}

function nameOf({ address, agent = '' }: Client): string {
  return printable(`${address} ${agent}`).slice(0, 120)
}

export function tell(played: Played, summary: Summary, compared: boolean, spilled: number): string {
  const { logs, late, unjudged, leftOut } = played
  const { site, stopped, changed, changes } = summary
  const lines = [...logs.map(sayRead), ...remedies(played)]
  lines.push(`${site.requests} requests of ${site.clients} clients; ${stopped} clients would be stopped`)
  if (unjudged > 0) lines.push(`${unjudged} of them no gate ever sees, and none judged them`)
  if (leftOut > 0) lines.push(`${leftOut} headers have names that no header can have, and were left out`)
  if (late > 0) lines.push(`${late} lines were older than one before them`)
  if (spilled > 0) lines.push(`${spilled} parts of clients waited on the disk`)
  if (compared) {
    for (const [change, words] of [
      ['newly_stopped', 'would newly be stopped'],
      ['no_longer_stopped', 'would no longer be stopped'],
    ] as const) {
      lines.push(`${changed[change]} ${words}`, ...changes[change].map((name) => `  ${name}`))
      if (changed[change] > changes[change].length) lines.push('  …')
    }
  }
  return `${lines.join('\n')}\n`
}

function sayRead({ file, lines, unread, tooLong, whole }: Played['logs'][number]): string {
  const long = tooLong > 0 ? ` (${tooLong} too long to be read)` : ''
  return `${printable(file)}: ${lines} lines, ${unread} of them no requests${long}${whole ? '' : '; it ends in the middle'}`
}

/** What whoever made a log can do about lines that are no requests. */
export function remedies({ logs }: Played): readonly string[] {
  return logs.flatMap(({ file, lists = 0, nameless }) => [
    ...(lists === 0
      ? []
      : [
          `${printable(file)}: ${lists} lines are JSON arrays; records are read one a line (NDJSON), as jq -c '.[]' makes of them`,
        ]),
    ...NAMELESS.filter(([format]) => nameless[format] > 0).map(
      ([format, what, remedy]) =>
        `${printable(file)}: ${nameless[format]} ${what}, and nobody knows whose they are; ${remedy}`,
    ),
  ])
}

const NAMELESS: readonly (readonly [format: Nameless, what: string, remedy: string])[] = [
  [
    'combined',
    'lines have - for an address',
    'log %h (Apache) or $remote_addr (nginx), or a pseudonym of it',
  ],
  ['logpush', 'records have no ClientIP', 'select that field in Logpush'],
]

/** A log's texts were typed by strangers: what a terminal would obey is not written to it. */
function printable(text: string): string {
  return text.replace(/[^\u0020-\u007e]/g, '?')
}
