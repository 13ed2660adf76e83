/** The example of docs/challenge.md is what the bank's developers copy: it runs here as it stands there. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { keysFrom } from '../../src/keys.ts'
import { DIFFICULTY_BITS, newPuzzle, verifyChallenge } from '../../src/respond/puzzle.ts'

const PAGE = new URL('../../docs/challenge.md', import.meta.url)
const NOW = Date.UTC(2026, 10, 21, 9, 30)

describe('docs/challenge.md', () => {
  it('has an example that solves a puzzle of the gate', async () => {
    const [, code = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync(PAGE, 'utf8')) ?? []
    // What the example exports: read where it enters the test.
    const example = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
      readonly solve: (terms: { puzzle: string; bits: number }) => Promise<string>
    }
    const gateKeys = [{ id: 'k1', bytes: new Uint8Array(32).fill(7) }]
    const keys = keysFrom({ gateKeys, signatureKey: undefined })
    const terms = { fingerprint: 'chrome', home: '1c', returnTo: '/', nonce: 'nonce-nonce-nonce', now: NOW }
    const puzzle = newPuzzle(terms, keys)
    const solution = await example.solve({ puzzle, bits: DIFFICULTY_BITS })
    expect(verifyChallenge({ puzzle, solution }, 'chrome', NOW, keys).ok).toBe(true)
  })
})
