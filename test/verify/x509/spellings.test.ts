import { beforeAll, describe, expect, it } from 'vitest'
import { validatePath } from '../../../src/verify/x509/path.ts'
import { spellingsOf } from '../../../src/verify/x509/spellings.ts'
import type { Certificate } from '../../../src/verify/x509/types.ts'
import { AT, anchor, type Chain, makeChain, respelt } from './authority.ts'

describe('spellingsOf()', () => {
  let chain: Chain
  let twin: Certificate
  beforeAll(async () => {
    chain = await makeChain()
    twin = respelt(chain.leaf.certificate)
  })

  it('names the certificate that its holder can make of it without a key, which verifies as well', async () => {
    const { leaf, middle, root } = chain
    const verdict = await validatePath({
      ...{ leaf: twin, candidates: [middle.certificate], anchors: [anchor(root)], at: AT },
      ...{ extendedKeyUsage: undefined, maxIntermediates: 4 },
    })
    expect(verdict.ok).toBe(true)
    expect(twin.thumbprint).not.toBe(leaf.certificate.thumbprint)
    expect(spellingsOf(leaf.certificate, middle.certificate)).toEqual([
      leaf.certificate.thumbprint,
      twin.thumbprint,
    ])
    expect(spellingsOf(twin, middle.certificate)).toEqual([twin.thumbprint, leaf.certificate.thumbprint])
  })

  it('is its own name alone where nothing stands above it', () => {
    const { certificate } = chain.root
    expect(spellingsOf(certificate, undefined)).toEqual([certificate.thumbprint])
  })
})
