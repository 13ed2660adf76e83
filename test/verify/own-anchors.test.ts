import { describe, expect, it } from 'vitest'
import { verifyCertificate } from '../../src/verify/certificate.ts'
import { NO_ANCHORS, ownAnchors, unite } from '../../src/verify/own-anchors.ts'
import { certificateTools, holder, testAuthority } from '../fixtures/pki.ts'
import { NOW } from '../fixtures/scene.ts'

const FIRST = await testAuthority('First Trust')
const SECOND = await testAuthority('Second Trust')
const pem = ({ root }: typeof FIRST) => root.certificate.toString('pem')

describe('ownAnchors()', () => {
  it('trusts whoever stands in the binding, several one after the other', async () => {
    const anchors = ownAnchors(`${pem(FIRST)}\n${pem(SECOND)}\n`)
    expect(anchors?.certificates).toBe(2)
    for (const authority of [FIRST, SECOND]) {
      const tools = certificateTools(anchors === undefined ? {} : { anchors })
      const { certificate } = await verifyCertificate(await holder(authority), tools, NOW)
      expect(certificate.state).toBe('valid')
    }
  })

  it('is nobody for an empty binding', () => {
    expect(ownAnchors(' \n')).toBe(NO_ANCHORS)
  })

  it.each([
    'nonsense',
    '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----',
    '-----BEGIN PRIVATE KEY-----\nMAA=\n',
  ])('is undefined for %j, so that a gate with a broken binding does not start', (text) => {
    expect(ownAnchors(text)).toBe(undefined)
  })
})

describe('unite()', () => {
  it('trusts both, under a name that changes with either', async () => {
    const both = unite(FIRST.anchors, SECOND.anchors)
    expect(both.certificates).toBe(2)
    for (const authority of [FIRST, SECOND]) {
      const tools = certificateTools({ anchors: both })
      expect((await verifyCertificate(await holder(authority), tools, NOW)).certificate.state).toBe('valid')
    }
    expect(new Set([both.version, FIRST.anchors.version, SECOND.anchors.version]).size).toBe(3)
  })

  it('is the other where one is empty', () => {
    expect(unite(NO_ANCHORS, FIRST.anchors)).toBe(FIRST.anchors)
    expect(unite(FIRST.anchors, NO_ANCHORS)).toBe(FIRST.anchors)
  })
})
