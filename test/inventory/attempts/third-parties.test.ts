/** What third parties answer to the gate: wrong answers are counted, outages are not, and whoever asked gets what came. */
import { describe, expect, it } from 'vitest'
import { watchedFetch } from '../../../src/inventory/attempts/third-parties.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

async function asked(answer: () => Response) {
  const noted: string[] = []
  const later: Promise<unknown>[] = []
  const fetch = watchedFetch(async () => answer(), {
    note: (signal) => void noted.push(signal),
    waitUntil: (work) => void later.push(work),
  })
  const headers = { accept: 'application/json, application/jwk-set+json' }
  const response = await fetch(new Request('https://tpp.example/jwks', { headers }))
  const text = await response.text().catch(() => 'broken off')
  await Promise.all(later)
  return { noted, text, status: response.status }
}

const broken = () =>
  new ReadableStream({
    pull(controller) {
      controller.error(new Error('gone'))
    },
  })

describe('an answer of a third party', () => {
  it.each<[string, () => Response, readonly string[]]>([
    ['as it should be', () => Response.json({ keys: [] }), []],
    [
      'of the other type',
      () => new Response('{}', { headers: { 'content-type': 'application/jwk-set+json; charset=utf-8' } }),
      [],
    ],
    ['that leads elsewhere', () => new Response(null, { status: 302 }), ['third_party_redirected']],
    [
      'of another type',
      () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
      ['third_party_answer_invalid'],
    ],
    ['that is no JSON', () => new Response('{', { headers: JSON_TYPE }), ['third_party_answer_invalid']],
    ['that is none', () => new Response(null, { status: 503 }), []],
    ['that breaks off', () => new Response(broken(), { headers: JSON_TYPE }), []],
  ])('%s', async (_what, answer, expected) => {
    const { noted, text, status } = await asked(answer)
    expect(noted).toEqual(expected)
    expect(status).toBe(answer().status)
    expect(text).toBe(
      await answer()
        .text()
        .catch(() => 'broken off'),
    )
  })
})
