import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Capture, readCaptures } from '../../lab/capture/capture.ts'
import { CLIENTS } from '../../lab/capture/clients.ts'
import { captureTable, type JudgedSession, judgeCaptures, requestOf } from '../../lab/capture/judge.ts'
import { startRecorder } from '../../lab/capture/recorder.ts'
import { embeddedScorer } from '../../lab/house.ts'
import { receive } from '../../src/exchange/receive.ts'
import { parseAgent } from '../../src/identify/agent.ts'
import { identify } from '../../src/identify/identify.ts'

const captures = readCaptures()
const clock = { now: () => 0, id: () => 'capture' }
const LISTS = { malicious: () => [], hosting: () => false }

describe('what real clients sent', () => {
  it('is there of every client that the command knows', () => {
    expect(captures.map(({ client }) => client).sort()).toEqual(CLIENTS.map(({ name }) => name).sort())
  })

  it.each(captures)(
    '$client: its own headers, its connection, and nothing of the edge or of this machine',
    (capture) => {
      expect(capture.version).not.toBe('')
      for (const { requests } of capture.sessions) {
        expect(requests.length).toBeGreaterThan(0)
        for (const { at, headers, cf } of requests) {
          expect(at).toBeGreaterThanOrEqual(0)
          expect(cf.botManagement?.ja4).toMatch(/^t1[23][di]\d{4}(?:h1|h2|00)_[0-9a-f]{12}_[0-9a-f]{12}$/)
          expect(Object.keys(headers).filter((name) => /^(?:cf-|x-|mf-|host$)/.test(name))).toEqual([])
          expect(JSON.stringify(headers)).not.toMatch(
            /localhost:(?!8443)|127\.0\.0\.1|\/(?:tmp|root|home|work)\//,
          )
        }
      }
    },
  )

  it.each(captures.filter(({ kind }) => kind === 'driven_browser'))(
    '$client: a browser that contradicts itself in nothing but what it says of being driven',
    ({ sessions }) => {
      for (const captured of sessions.flatMap(({ requests }) => requests)) {
        const { contradictions } = identify(receive(requestOf(captured), clock), LISTS, {
          kind: 'cloudflare',
        })
        expect(contradictions).toEqual([])
      }
    },
  )
})

describe('what the gate makes of real clients', () => {
  let judged: readonly JudgedSession[] = []
  beforeAll(async () => {
    judged = await judgeCaptures(embeddedScorer())
  })
  const tools = captures.filter(({ kind }) => kind === 'attack_tool')
  const honest = captures.filter(({ kind }) => kind !== 'attack_tool')
  const sessionsOf = ({ client }: Capture) => judged.filter((one) => one.client === client)

  it('is known of everything that each was told to do, in a table for the card', () => {
    const told = captures.flatMap(({ client, sessions }) => sessions.map(({ task }) => `${client} ${task}`))
    expect(judged.map(({ client, task }) => `${client} ${task}`)).toEqual(expect.arrayContaining(told))
    expect(captureTable(judged).split('\n')).toHaveLength(judged.length + 2)
  })

  it.each(captures)('is known of $client as a single request and as a session', (capture) => {
    const tasks = sessionsOf(capture).map(({ task }) => task)
    expect(tasks.filter((task) => task === 'single')).toHaveLength(1)
    expect(tasks.filter((task) => task === 'session')).toHaveLength(1)
  })

  it('stands in the committed card', () => {
    const card = readFileSync(fileURLToPath(new URL('../../wasm/README.md', import.meta.url)), 'utf8')
    expect(card).toContain(captureTable(judged))
  })

  it.each(honest)('$client, of somebody who knows the password, is let through', (capture) => {
    const waved = ['allow', 'flag']
    for (const { task, verdict, rule } of sessionsOf(capture)) {
      // Three pages in a browser of text are as likely a script's as a person's: that it is not stopped is all there is to ask.
      const suffered = capture.client === 'lynx' && task === 'session' ? [...waved, 'challenge'] : waved
      expect(suffered, `${task}: ${rule}`).toContain(verdict)
    }
  })

  const loads = ['apache-bench', 'wrk']

  it.each(tools)('$client is noticed before its session is over', (capture) => {
    const session = sessionsOf(capture).find(({ task }) => task === 'session')
    // Forty pages in a row are much for a program that means well, and little for a load.
    const noticed = loads.includes(capture.client)
      ? ['flag', 'challenge', 'throttle', 'deny']
      : ['throttle', 'deny']
    expect(noticed, session?.rule).toContain(session?.verdict)
    if (session !== undefined) expect(likelier(session)).not.toBe('person')
  })

  it.each(tools.filter(({ client }) => !loads.includes(client)))(
    '$client is refused for what it calls itself, whatever its score',
    (capture) => {
      for (const { task, verdict, rule } of sessionsOf(capture)) {
        expect([verdict, rule], task).toEqual(['deny', 'attack_tool'])
      }
    },
  )

  it.each(honest.filter(isProgram))('$client is likelier a program than a person or an abuser', (capture) => {
    for (const session of sessionsOf(capture)) expect(likelier(session), session.task).toBe('automation')
  })

  it.each(honest.filter((one) => one.kind === 'driven_browser' && !isProgram(one)))(
    '$client, a browser that says nothing of being driven, is likelier a person than anything else',
    (capture) => {
      for (const session of sessionsOf(capture)) expect(likelier(session), session.task).toBe('person')
    },
  )
})

/** Programs, and browsers that say that they are driven. What lynx is, a person or a script, nobody can tell by its requests. */
function isProgram({ client, kind, sessions }: Capture): boolean {
  if (kind !== 'driven_browser') return client !== 'lynx'
  const agents = sessions.flatMap(({ requests }) => requests.map(({ headers }) => headers['user-agent']))
  return agents.some((agent = '') => parseAgent(agent).claim.declaresAutomation)
}

function likelier({ benignPerson, benignAutomation, abuse }: JudgedSession): string | undefined {
  const shares = { person: benignPerson, automation: benignAutomation, abuse }
  return Object.entries(shares).sort(([, left], [, right]) => right - left)[0]?.[0]
}

describe('the recorder', () => {
  it('writes down what a real client sends, as the committed captures have it', async () => {
    const recorder = await startRecorder()
    try {
      const client = CLIENTS.find(({ name }) => name === 'node-https')
      await client?.tasks.session?.(recorder)
      const taken = recorder.taken()
      const committed = captures.find(({ client: name }) => name === 'node-https')?.sessions
      expect(taken.map(({ method, path, headers }) => ({ method, path, headers }))).toEqual(
        committed
          ?.find(({ task }) => task === 'session')
          ?.requests.map(({ method, path, headers }) => ({ method, path, headers })),
      )
    } finally {
      await recorder.close()
    }
  })
})
