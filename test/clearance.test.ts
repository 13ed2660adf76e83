import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { clear } from '../src/clearance.ts'
import { DIALECTS } from '../src/dialects/table.ts'
import { receive } from '../src/exchange/receive.ts'
import { identify } from '../src/identify/identify.ts'
import { newPuzzle } from '../src/respond/puzzle.ts'
import { NOW } from './fixtures/scene.ts'
import { keys } from './respond/room.ts'

const NOBODY = { malicious: () => [], hosting: () => false }
const clock = { now: () => NOW, id: () => '7f9c24e8-3b12-4fef-91e0-000000000001' }
const HOME = '1c'

function solve(puzzle: string): string {
  for (let counter = 0; ; counter += 1) {
    const digest = createHash('sha256').update(`${puzzle}.${counter}`).digest()
    if (digest.readUInt16BE() < 4) return String(counter)
  }
}

const BROWSER = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0' }

function post(body: string, headers: Record<string, string> = {}): Request {
  return new Request('https://bank.example/_portcullis/challenge', {
    method: 'POST',
    headers: { ...BROWSER, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
  })
}

const CLOUDFLARE = { kind: 'cloudflare' } as const
const fingerprint = identify(receive(post(''), clock), NOBODY, CLOUDFLARE).fingerprint
const puzzle = newPuzzle(
  { fingerprint, home: HOME, returnTo: '/login', nonce: 'nonce-nonce-nonce', now: NOW },
  keys,
)
const SOLVED = new URLSearchParams({ puzzle, solution: solve(puzzle) }).toString()

const refusals: (readonly string[])[] = []
const house = { certificateSource: CLOUDFLARE, clock, dialects: DIALECTS, keys, lists: NOBODY }
const log = (reference: string, reason: string) => refusals.push([reference, reason])

function sent(headers: Record<string, string> = {}, body = SOLVED): Promise<Response> {
  return clear(post(body, headers), house, log)
}

describe('a solution', () => {
  it('earns one pass, from whatever networks it is sent: its shard stands in the puzzle', async () => {
    const ids = new Set<string | undefined>()
    for (const address of ['198.51.100.7', '203.0.113.9', '192.0.2.1', '2001:db8::1']) {
      const answer = await sent({ 'cf-connecting-ip': address })
      expect(answer.status).toBe(303)
      ids.add(/=v1\.k1\.([^.]+\.[^.]+)\./.exec(answer.headers.get('set-cookie') ?? '')?.[1])
    }
    expect([...ids]).toEqual([`${HOME}.nonce-nonce-nonce`])
  })

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another origin', { origin: 'https://evil.example' }],
  ])(
    'earns nothing when %s sends it: nobody is given a pass that he did not ask for',
    async (_what, headers) => {
      const answer = await sent(headers)
      expect(answer.status).toBe(403)
      expect(answer.headers.get('set-cookie')).toBeNull()
    },
  )

  it.each([
    ['from another site', SOLVED, { 'sec-fetch-site': 'cross-site' }, 'challenge_cross_site'],
    ['too long', 'x'.repeat(5_000), {}, 'body_too_large'],
    ['that is none', 'puzzle=x', {}, 'challenge_malformed'],
    ['of another client', SOLVED, { 'user-agent': 'curl/8.5.0' }, 'challenge_forged'],
  ])('%s is refused under a reference that leads somewhere', async (_what, body, headers, reason) => {
    refusals.length = 0
    const answer = await sent(headers, body)
    expect(refusals).toEqual([[answer.headers.get('portcullis-reference'), reason]])
  })
})
