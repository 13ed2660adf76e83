/** A genuine certificate with any one bit changed, cut short, or with noise beside it: never accepted, never a reason to throw. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PresentedCertificate } from '../../src/evidence.ts'
import { fromBase64, toBase64 } from '../../src/lib/base64.ts'
import { verifyCertificate } from '../../src/verify/certificate.ts'
import { certificateTools, holder, testAuthority } from '../fixtures/pki.ts'
import { NOW } from '../fixtures/scene.ts'

const TRUSTED = await testAuthority()
const GENUINE = await holder(TRUSTED)
const LEAF = fromBase64(GENUINE.der) ?? new Uint8Array()
const ISSUING = fromBase64(GENUINE.chain[0] ?? '') ?? new Uint8Array()

async function stateOf(presented: PresentedCertificate): Promise<string> {
  const tools = certificateTools({ anchors: TRUSTED.anchors })
  return (await verifyCertificate(presented, tools, NOW)).certificate.state
}

function flipped(bytes: Uint8Array, bit: number): string {
  const copy = bytes.slice()
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return toBase64(copy)
}

describe('a certificate', () => {
  it('with any one bit changed is refused', async () => {
    for (let bit = 0; bit < LEAF.length * 8; bit += 1) {
      const state = await stateOf({ ...GENUINE, der: flipped(LEAF, bit) })
      if (state !== 'invalid') expect({ bit, state }).toEqual({ bit, state: 'invalid' })
    }
    expect(await stateOf(GENUINE)).toBe('valid')
  })

  it('whose issuer has any one bit changed is refused', async () => {
    for (let bit = 0; bit < ISSUING.length * 8; bit += 1) {
      const state = await stateOf({ ...GENUINE, chain: [flipped(ISSUING, bit)] })
      if (state !== 'invalid') expect({ bit, state }).toEqual({ bit, state: 'invalid' })
    }
  })

  it('cut short anywhere is refused', async () => {
    for (let length = 0; length < LEAF.length; length += 1) {
      expect(await stateOf({ ...GENUINE, der: toBase64(LEAF.subarray(0, length)) })).toBe('invalid')
    }
  })

  it('holds with whatever noise beside its issuer, in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 6 }),
        fc.nat(6),
        async (noise, at) => {
          const chain = noise.map(toBase64)
          chain.splice(at, 0, toBase64(ISSUING), flipped(ISSUING, 8 * at))
          expect(await stateOf({ ...GENUINE, chain })).toBe('valid')
        },
      ),
      { numRuns: 400, seed: 3 },
    )
  })
})
