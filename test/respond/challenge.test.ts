import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fail, pass } from '../../src/lib/outcome.ts'
import { clearedRedirect } from '../../src/respond/challenge.ts'
import {
  DIFFICULTY_BITS,
  localPath,
  newPuzzle,
  solutionFrom,
  verifyChallenge,
} from '../../src/respond/puzzle.ts'
import { respond } from '../../src/respond/respond.ts'
import { exchange, match, NOW, type Sent } from '../fixtures/scene.ts'
import { ALLOW, bank, input, keys } from './room.ts'

const CHALLENGE = { ...ALLOW, action: 'challenge', intended: 'challenge', rule: 'x', reason: 'x' } as const
const WHO = 'chrome-on-windows'

const terms = {
  fingerprint: WHO,
  home: '1c',
  returnTo: '/login?next=%2F',
  nonce: 'nonce-nonce-nonce',
  now: NOW,
}

/** What the page does, in another tongue. */
function solve(puzzle: string, bits = DIFFICULTY_BITS): string {
  for (let counter = 0; ; counter += 1) {
    const digest = createHash('sha256').update(`${puzzle}.${counter}`).digest()
    if (BigInt(`0x${digest.toString('hex')}`) >> BigInt(256 - bits) === 0n) return String(counter)
  }
}

const PUZZLE = newPuzzle(terms, keys)
const SOLUTION = solve(PUZZLE)

async function challenged(sent: Sent = {}, dialect = 'page') {
  const { tools, requests } = bank(undefined, { refusal: 'challenged' }, dialect)
  const answer = await respond(input({ exchange: exchange(sent), match: match(), verdict: CHALLENGE }), tools)
  return { answer, requests, html: await answer.response.text() }
}

function puzzleOf(html: string): string {
  return /name="puzzle" value="([^"]+)"/.exec(html)?.[1] ?? ''
}

describe('a puzzle', () => {
  it('solved in time by the client that got it leads back to where it was, with a pass of its own', () => {
    expect(verifyChallenge({ puzzle: PUZZLE, solution: SOLUTION }, WHO, NOW + 4_000, keys)).toEqual(
      pass({ returnTo: '/login?next=%2F', passId: '1c.nonce-nonce-nonce' }),
    )
  })

  it('solved twice earns the same pass twice: one solution opens one door', () => {
    const first = verifyChallenge({ puzzle: PUZZLE, solution: SOLUTION }, WHO, NOW, keys)
    expect(verifyChallenge({ puzzle: PUZZLE, solution: SOLUTION }, WHO, NOW + 1_000, keys)).toEqual(first)
  })

  it('of another client is worth nothing', () => {
    const carried = verifyChallenge({ puzzle: PUZZLE, solution: SOLUTION }, 'tool', NOW, keys)
    expect(carried).toEqual(fail('challenge_forged'))
  })

  it('is over after five minutes', () => {
    expect(verifyChallenge({ puzzle: PUZZLE, solution: SOLUTION }, WHO, NOW + 300_000, keys).ok).toBe(true)
    expect(verifyChallenge({ puzzle: PUZZLE, solution: SOLUTION }, WHO, NOW + 301_000, keys)).toEqual(
      fail('challenge_expired'),
    )
  })

  it('is not solved by any other number', () => {
    const wrong = String(Number(SOLUTION) + 1)
    expect(verifyChallenge({ puzzle: PUZZLE, solution: wrong }, WHO, NOW, keys)).toEqual(
      fail('challenge_unsolved'),
    )
  })

  const [v, keyId, at, bits, home, nonce, path, mac] = PUZZLE.split('.')
  it.each([
    ['less work', `${v}.${keyId}.${at}.0.${home}.${nonce}.${path}.${mac}`],
    ['a later time', `${v}.${keyId}.zzzzzz.${bits}.${home}.${nonce}.${path}.${mac}`],
    ['another shard', `${v}.${keyId}.${at}.${bits}.2.${nonce}.${path}.${mac}`],
    ['another pass', `${v}.${keyId}.${at}.${bits}.${home}.${nonce}x.${path}.${mac}`],
    ['another way back', `${v}.${keyId}.${at}.${bits}.${home}.${nonce}.Ly9ldmlsLmV4YW1wbGU.${mac}`],
    ['a key that nobody has', `${v}.k9.${at}.${bits}.${home}.${nonce}.${path}.${mac}`],
  ])('altered to %s is forged', (_what, puzzle) => {
    expect(verifyChallenge({ puzzle, solution: solve(puzzle, 1) }, WHO, NOW, keys)).toEqual(
      fail('challenge_forged'),
    )
  })

  it.each([
    ['nothing', '', SOLUTION],
    ['a word', 'x', SOLUTION],
    ['a megabyte', `v1.k1.a.1.${'a'.repeat(1_000_000)}`, SOLUTION],
    ['a solution that is no number', PUZZLE, '1e3'],
    ['no solution', PUZZLE, ''],
    ['an endless solution', PUZZLE, '1'.repeat(10_000)],
    ['a path in another spelling', PUZZLE.replace(`.${path}.`, `.${path}=.`), SOLUTION],
  ])('of %s is malformed', (_what, puzzle, solution) => {
    expect(verifyChallenge({ puzzle, solution }, WHO, NOW, keys)).toEqual(fail('challenge_malformed'))
  })
})

describe('the way back', () => {
  it.each([
    ['/login?next=%2F', '/login?next=%2F'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example/', '/'],
    ['javascript:alert(1)', '/'],
    ['', '/'],
    ['/a\r\nSet-Cookie: x=1', '/'],
    ['/\t/evil.example', '/'],
    [`/${'a'.repeat(2_000)}`, '/'],
    ['/é', '/'],
  ])('from %j leads to %j and never to another host', (path, expected) => {
    expect(localPath(path)).toBe(expected)
    const puzzle = newPuzzle({ ...terms, returnTo: path }, keys)
    expect(verifyChallenge({ puzzle, solution: solve(puzzle) }, WHO, NOW, keys)).toMatchObject({
      value: { returnTo: expected },
    })
  })

  it('is a 303 that carries the pass and is stored by nobody', () => {
    const response = clearedRedirect('/login', 'a=1')
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/login')
    // With the pass goes the note that a challenge is waiting.
    expect(response.headers.getSetCookie()).toEqual([
      'a=1',
      '__Host-portcullis-ask=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax',
    ])
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it.each([
    ['a page', { method: 'GET', target: '/account?tab=2' }, '/account?tab=2'],
    [
      'a form, to the page with the form',
      { headers: { referer: 'https://bank.example/sign-in?lang=en' } },
      '/sign-in?lang=en',
    ],
    ['a form from another site', { headers: { referer: 'https://evil.example/sign-in' } }, '/login'],
    ['a form from nowhere', { headers: {} }, '/login'],
    ['a form with a referer that is none', { headers: { referer: 'http://[' } }, '/login'],
  ])('of %s', async (_what, sent: Sent, expected) => {
    const { html } = await challenged(sent)
    const puzzle = puzzleOf(html)
    expect(verifyChallenge({ puzzle, solution: solve(puzzle) }, WHO, NOW, keys)).toMatchObject({
      value: { returnTo: expected },
    })
  })
})

describe('the challenge page', () => {
  it('is a refusal that no cache keeps, and reaches no bank', async () => {
    const { answer, requests } = await challenged()
    expect(answer.response.status).toBe(403)
    expect(answer.response.headers.get('cache-control')).toBe('no-store')
    expect(answer.outcome).toBe('refused')
    expect(requests).toEqual([])
  })

  it('runs its own script and no other: no outside resource, no inline handler, a policy with hashes', async () => {
    const { answer, html } = await challenged()
    const policy = answer.response.headers.get('content-security-policy') ?? ''
    const hash = (block: string | undefined) =>
      createHash('sha256')
        .update(block ?? '')
        .digest('base64')
    expect(policy).toContain(`script-src 'sha256-${hash(/<script>([\s\S]*?)<\/script>/.exec(html)?.[1])}'`)
    expect(policy).toContain(`style-src 'sha256-${hash(/<style>([\s\S]*?)<\/style>/.exec(html)?.[1])}'`)
    expect(policy).not.toContain('unsafe')
    expect(html).not.toMatch(/\s(?:src|href|on\w+)=/i)
  })

  it('helps who has no JavaScript, with a reference', async () => {
    const { html } = await challenged()
    expect(html).toMatch(/<noscript>.*JavaScript.*<\/noscript>/)
    expect(html).toContain('<code>7f9c24e8-3b12-4fef-91e0-000000000001</code>')
    expect(html).toContain('role="status"')
  })

  it('to a script is a member of the problem, with all that it needs', async () => {
    const { answer, html } = await challenged({}, 'problem')
    const problem = JSON.parse(html)
    expect(answer.response.headers.get('content-type')).toBe('application/problem+json')
    expect(problem).toMatchObject({
      status: 403,
      challenge: {
        algorithm: 'SHA-256',
        bits: DIFFICULTY_BITS,
        submit: '/_portcullis/challenge',
        expiresInSeconds: 300,
      },
    })
    // The script may not know what to do with it: the browser's next page then shows the challenge.
    expect(answer.response.headers.getSetCookie()).toEqual([
      '__Host-portcullis-ask=1; Max-Age=600; Path=/; Secure; HttpOnly; SameSite=Lax',
    ])
    const solution = solve(problem.challenge.puzzle)
    expect(verifyChallenge({ puzzle: problem.challenge.puzzle, solution }, WHO, NOW, keys).ok).toBe(true)
  })
})

describe('solutionFrom()', () => {
  it('reads the form of the page', () => {
    expect(solutionFrom(`puzzle=${PUZZLE}&solution=12`)).toEqual({ puzzle: PUZZLE, solution: '12' })
  })

  it.each([
    ['nothing', ''],
    ['half of it', `puzzle=${PUZZLE}`],
    ['two solutions', `puzzle=${PUZZLE}&solution=1&solution=2`],
    ['JSON', '{"puzzle":"x","solution":"1"}'],
    ['a broken escape', 'puzzle=%zz&solution=1'],
    ['more than any', `puzzle=${'a'.repeat(5_000)}&solution=1`],
  ])('refuses %s', (_what, form) => {
    expect(solutionFrom(form)).toBeUndefined()
  })
})
