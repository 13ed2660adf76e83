/** What the gate makes of every captured client: of one request, and of the session. For the model's card. */
import type { Action, Intent } from '../../src/evidence.ts'
import { guard } from '../../src/guard.ts'
import { known, valid } from '../../src/lib/fact.ts'
import type { Scorer, Upstream } from '../../src/ports.ts'
import { labBank } from '../bank.ts'
import { thirdParties } from '../certificates.ts'
import { labHouse } from '../house.ts'
import { form, passwordOf, userName } from '../traffic/visitor.ts'
import {
  AUTHORITY,
  type Capture,
  type CapturedRequest,
  type CapturedSession,
  readCaptures,
} from './capture.ts'
import { isServed } from './site.ts'

export interface JudgedSession {
  readonly client: string
  readonly version: string
  readonly kind: Capture['kind']
  readonly task: string
  readonly requests: number
  /** The likeliest intent after the last request, and how likely any abuse is. */
  readonly intent: Intent | undefined
  readonly benignPerson: number
  readonly benignAutomation: number
  readonly abuse: number
  /** The heaviest verdict on the way. */
  readonly verdict: Action
  readonly rule: string
}

/** A home's address of the space for documentation, and a day in virtual time. */
const ADDRESS = '198.51.100.7'
const DAY = Date.UTC(2026, 10, 2, 10)
/** Whose form the captured clients send: somebody who has an account, so that what they are is all that is judged. */
const CUSTOMER = 4_711

export async function judgeCaptures(
  scorer: Scorer,
  captures: readonly Capture[] = readCaptures(),
): Promise<readonly JudgedSession[]> {
  const { anchors } = await thirdParties(0)
  const judged: JudgedSession[] = []
  for (const capture of captures) {
    for (const session of tasksOf(capture)) {
      const house = labHouse({ scorer, seed: `${capture.client} ${session.task}`, anchors, enforce: false })
      judged.push(await judge(capture, session, { ...house, upstream: visitedBank() }))
    }
  }
  return judged
}

/** What has no single request to send, as an attack tool that works through a list, is judged by its first as well. */
function tasksOf({ sessions }: Capture): readonly CapturedSession[] {
  const [first] = sessions
  if (first === undefined || sessions.some(({ task }) => task === 'single')) return sessions
  return [{ task: 'single', requests: first.requests.slice(0, 1) }, ...sessions]
}

const HEAVIER: readonly Action[] = ['allow', 'flag', 'throttle', 'challenge', 'deny']

async function judge(
  { client, version, kind }: Capture,
  { task, requests }: CapturedSession,
  house: ReturnType<typeof labHouse>,
): Promise<JudgedSession> {
  let heaviest: { readonly verdict: Action; readonly rule: string } = { verdict: 'allow', rule: 'default' }
  let probabilities: Readonly<Partial<Record<Intent, number>>> = {}
  let abuse = Number.NaN
  for (const captured of requests) {
    house.advance(DAY + captured.at)
    await guard(requestOf(captured), house)
    const { verdict, score } = house.taken()
    if (HEAVIER.indexOf(verdict.intended) > HEAVIER.indexOf(heaviest.verdict)) {
      heaviest = { verdict: verdict.intended, rule: verdict.rule }
    }
    const scored = known(score)
    probabilities = scored?.probabilities ?? {}
    abuse = scored?.abuse ?? Number.NaN
  }
  await house.settled()
  return {
    ...{ client, version, kind, task, requests: requests.length, abuse, ...heaviest },
    intent: likeliest(probabilities),
    benignPerson: probabilities.benign_person ?? Number.NaN,
    benignAutomation: probabilities.benign_automation ?? Number.NaN,
  }
}

function likeliest(probabilities: Readonly<Partial<Record<Intent, number>>>): Intent | undefined {
  const [first] = Object.entries(probabilities).sort(([, a], [, b]) => b - a)
  // Keys of the record are intents; Object.entries forgets it.
  return first?.[0] as Intent | undefined
}

/** The laboratory's bank with the style sheets and pictures that the captured clients were given. */
function visitedBank(): Upstream {
  const bank = labBank()
  return {
    forward: (request, sending) =>
      request.method === 'GET' && isServed('GET', new URL(request.url).pathname)
        ? Promise.resolve(valid(new Response(null)))
        : bank.forward(request, sending),
  }
}

/** As a Worker behind Cloudflare gets it. */
export function requestOf({ method, path, headers, cf }: CapturedRequest): Request {
  const request = new Request(`https://${AUTHORITY}${path}`, {
    ...{ method, redirect: 'manual' },
    headers: { ...headers, 'accept-encoding': 'br, gzip', 'cf-connecting-ip': ADDRESS },
    ...(method === 'POST' ? { body: bodyFor(headers['content-type'] ?? '') } : {}),
  })
  Object.defineProperty(request, 'cf', { value: { colo: 'LAB', ...cf } })
  return request
}

function bodyFor(type: string): string {
  const fields = { username: userName(CUSTOMER), password: passwordOf(CUSTOMER) }
  return type.includes('json') ? JSON.stringify(fields) : form(fields)
}

/** A table for a card in Markdown. */
export function captureTable(judged: readonly JudgedSession[]): string {
  const percent = (share: number) => (Number.isNaN(share) ? '-' : `${(100 * share).toFixed(1)}%`)
  const rows = judged.map((one) =>
    [
      ...[`${one.client}`, one.task, one.requests, one.intent ?? '-', percent(one.benignPerson)],
      ...[
        percent(one.benignAutomation),
        percent(one.abuse),
        one.rule === 'default' ? one.verdict : `${one.verdict} (${one.rule})`,
      ],
    ].join(' | '),
  )
  const head = 'client | task | requests | likeliest | person | automation | abuse | heaviest verdict'
  return [head, head.replace(/[^|]+/g, '---'), ...rows].map((row) => `| ${row} |`).join('\n')
}
