import { describe, expect, it } from 'vitest'
import { readCaptures } from '../../lab/capture/capture.ts'
import { CLIENTS } from '../../lab/capture/clients.ts'
import { captureTable, judgeCaptures, requestOf } from '../../lab/capture/judge.ts'
import { startRecorder } from '../../lab/capture/recorder.ts'
import { embeddedScorer } from '../../lab/house.ts'
import { receive } from '../../src/exchange/receive.ts'
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

  it('is judged as single requests and as sessions, in a table for the card', async () => {
    const some = captures.filter(({ client }) => ['curl', 'firefox-puppeteer'].includes(client))
    const judged = await judgeCaptures(embeddedScorer(), some)
    expect(judged.map(({ client, task }) => `${client} ${task}`)).toEqual([
      ...['curl single', 'curl session', 'firefox-puppeteer single', 'firefox-puppeteer session'],
    ])
    expect(captureTable(judged).split('\n')).toHaveLength(judged.length + 2)
  })
})

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
