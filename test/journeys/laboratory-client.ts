/** A client of the laboratory's before workerd itself, without the edge: with the `request.cf` that the edge would fill. */
import { type Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import type { Reply, Step } from '../../lab/traffic/traffic.ts'
import { requestOf } from '../../lab/wire.ts'
import { type Address, CF_BLOB_HEADER } from '../../local/workerd.ts'
import type { Action } from '../../src/evidence.ts'
import { ANNOUNCED } from './laboratory-bank.ts'

/** One request, and what the gate did with it. */
export interface Sighting {
  readonly step: Step
  readonly action: Action
  /** The rule by which it was let through; '' for what was refused. */
  readonly rule: string
}

/** Banks without Bot Management are the arena's business. */
const ZONE = { botManagement: true }
const TIMEOUT_MS = 15_000

/** @param front where targets are absolute, so that the gate sees the scheme */
export async function ask(
  front: Address,
  agent: Agent,
  step: Step,
): Promise<{ readonly sighting: Sighting; readonly reply: Reply }> {
  const { method, url, headers, cf } = requestOf(step, ZONE)
  const outgoing = request({
    ...{ host: front.host, port: front.port, agent, method, path: url },
    headers: { ...Object.fromEntries(headers), [CF_BLOB_HEADER]: ascii(JSON.stringify(cf)) },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const { incoming, text } = await answerTo(outgoing, step.body)
  const { statusCode: status = 0, headers: answered } = incoming
  const announced = answered[ANNOUNCED]
  const [, verdict = '', rule = ''] = /verdict=(\w+).*rule=(\w+)/.exec(String(announced)) ?? []
  const letThrough = verdict === 'allow' ? 'allow' : 'flag'
  return {
    sighting: { step, rule, action: announced === undefined ? refusal(status, text) : letThrough },
    reply: {
      ...{ status, forwarded: announced !== undefined, location: answered.location ?? null },
      cookies: (answered['set-cookie'] ?? []).map(nameAndValue),
    },
  }
}

/** Sends it, and reads the answer to its end. */
export function answerTo(
  outgoing: ClientRequest,
  body?: string,
): Promise<{ readonly incoming: IncomingMessage; readonly text: string }> {
  return new Promise((done, fail) => {
    outgoing.on('error', fail)
    outgoing.on('response', (incoming) => {
      let text = ''
      incoming.setEncoding('utf8')
      incoming.on('data', (chunk: string) => {
        text += chunk
      })
      incoming.on('error', fail)
      incoming.on('end', () => done({ incoming, text }))
    })
    outgoing.end(body)
  })
}

/** A header is ASCII, and names of networks are written in every script. */
function ascii(json: string): string {
  return json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** A challenge is told from a denial by the puzzle in it. */
function refusal(status: number, text: string): Action {
  if (status === 429) return 'throttle'
  if (status !== 403) throw new Error(`Cannot read an answer: status ${status}, ${text.slice(0, 300)}`)
  return /v1\.[a-z0-9]+\./.test(text) ? 'challenge' : 'deny'
}

function nameAndValue(line: string): readonly [string, string] {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
  return [name, value]
}
