/** What a page pulls in, as the laboratory's browsers ask for it: held against browsers that were recorded. */
import { describe, expect, it } from 'vitest'
import { readCaptures } from '../../lab/capture/capture.ts'
import { chromium, firefox, safari } from '../../lab/traffic/browsers.ts'
import { pullIn } from '../../lab/traffic/parts.ts'
import { random } from '../../lab/traffic/random.ts'
import type { Dest, Reply, Software, Step } from '../../lab/traffic/traffic.ts'

const languages = 'en-US,en;q=0.9'
const SOFTWARE: Readonly<Record<string, Software>> = {
  'chromium-puppeteer-unmarked': chromium({
    major: 156,
    platform: 'Linux',
    brand: 'Google Chrome',
    languages,
  }),
  'firefox-puppeteer': firefox({ major: 153, platform: 'Linux', languages }),
}
const DESTS: readonly Dest[] = ['style', 'script', 'image']

const recorded = readCaptures().flatMap(({ client, sessions }) => {
  const software = SOFTWARE[client]
  const requests = sessions.flatMap((session) => session.requests)
  return DESTS.flatMap((dest) => {
    const request = requests.find(({ headers }) => headers['sec-fetch-dest'] === dest)
    return software === undefined || request === undefined
      ? []
      : [{ client, dest, software, headers: request.headers }]
  })
})

describe('a part of a page', () => {
  it.each(recorded)(
    '($dest) is asked for by $client as it was recorded',
    ({ dest, software, headers: real }) => {
      const sent = software.headers({ kind: 'part', dest, from: '/login' })
      for (const name of ['sec-fetch-dest', 'sec-fetch-mode', 'sec-fetch-site']) {
        expect(sent[name]).toBe(real[name])
      }
      // Builds of Chromium differ in one format of pictures, by a switch.
      expect(real.accept?.replace('image/jxl,', '')).toBe(sent.accept)
      expect(sent).toHaveProperty('referer')
      expect(sent).not.toHaveProperty('upgrade-insecure-requests')
      expect(sent).not.toHaveProperty('sec-fetch-user')
    },
  )

  it('was recorded of two engines, each kind', () => {
    expect(recorded).toHaveLength(2 * DESTS.length)
  })

  it('comes without Fetch Metadata from a Safari that had none', () => {
    const old = safari({ major: 15, minor: 6, platform: 'iOS', languages })
    const sent = old.headers({ kind: 'part', dest: 'image', from: '/' })
    expect(Object.keys(sent).filter((name) => name.startsWith('sec-fetch-'))).toEqual([])
  })
})

describe('a page that is opened for the first time', () => {
  const reply: Reply = { status: 200, location: null, cookies: [], forwarded: true }
  const truth = { intent: 'benign_person', class: 'browser person', campaign: 'c', person: 'p' } as const
  const place = {
    address: '198.51.100.7',
    asn: 64_496,
    organisation: 'o',
    country: 'GB',
    kind: 'home',
  } as const

  function opened(seed: string, change: Partial<Software> = {}): readonly Step[] {
    const software = {
      ...chromium({ major: 156, platform: 'Linux', brand: 'Google Chrome', languages }),
      ...change,
    }
    const session = pullIn({ software, place, cookies: new Map(), truth }, '/', 1_000, random(seed))
    const steps: Step[] = []
    for (let taken = session.next(); !taken.done; taken = session.next(reply)) steps.push(taken.value)
    return steps
  }

  it('has two to eight parts and at times an icon, within a few seconds, none of them an attempt', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const steps = opened(`page ${seed}`)
      expect(steps.length).toBeGreaterThanOrEqual(2)
      expect(steps.length).toBeLessThanOrEqual(9)
      expect(steps.every(({ at }) => at >= 1_000 && at < 8_000)).toBe(true)
      expect(steps.some((step) => step.truth.attempt)).toBe(false)
    }
  })

  it('pulls nothing in where nothing runs it', () => {
    expect(opened('page', { scripts: false })).toEqual([])
  })
})
