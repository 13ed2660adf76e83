import { beforeAll, describe, expect, it } from 'vitest'
import { childrenOf, readElement, TAG } from '../../../src/lib/der.ts'
import { readAlgorithm } from '../../../src/verify/x509/certificate.ts'
import { readPublicKey } from '../../../src/verify/x509/public-key.ts'
import { findSignatureFault, type Signed, verifySigned } from '../../../src/verify/x509/signature.ts'
import { der, oid, seq } from '../make-certificate.ts'
import { integer } from './authority.ts'

const DATA = new TextEncoder().encode('what an authority signed')
const NULL = der(0x05)
const SHA = { 256: '2.16.840.1.101.3.4.2.1', 384: '2.16.840.1.101.3.4.2.2', 1: '1.3.14.3.2.26' } as const

function algorithm(id: string, ...parameters: readonly Uint8Array[]) {
  const read = readAlgorithm(readElement(seq(oid(id), ...parameters)))
  if (read === undefined) throw new Error('Cannot write the algorithm')
  return read
}

/** RSASSA-PSS-params with every field written out, as section 3.1 of RFC 4055 has it. */
function pss(hash: keyof typeof SHA, mask: keyof typeof SHA, salt: number): Uint8Array {
  const id = (which: keyof typeof SHA) => seq(oid(SHA[which]), NULL)
  return seq(
    der(0xa0, id(hash)),
    der(0xa1, seq(oid('1.2.840.113549.1.1.8'), id(mask))),
    der(0xa2, der(0x02, salt)),
  )
}

interface Signer {
  readonly issuer: Signed['issuer']
  readonly sign: (how: SubtleCryptoSignAlgorithm) => Promise<Uint8Array>
}

async function signer(how: SubtleCryptoGenerateKeyAlgorithm, id?: string): Promise<Signer> {
  // `generateKey` gives a pair for these algorithms, and `exportKey` bytes for this format.
  const pair = (await crypto.subtle.generateKey(how, true, ['sign', 'verify'])) as CryptoKeyPair
  const spki = new Uint8Array((await crypto.subtle.exportKey('spki', pair.publicKey)) as ArrayBuffer)
  const [own, bits] = childrenOf(readElement(spki), TAG.sequence, 2) ?? []
  const publicKeyAlgorithm = id === undefined ? readAlgorithm(own) : algorithm(id)
  if (publicKeyAlgorithm === undefined || bits === undefined) throw new Error('Cannot read the key')
  return {
    issuer: { publicKeyAlgorithm, publicKey: bits.content.subarray(1) },
    sign: async (with_) => new Uint8Array(await crypto.subtle.sign(with_, pair.privateKey, DATA)),
  }
}

const RSA = { modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-256' } as const

describe('RSA', () => {
  let pkcs: Signer
  let salted: Signer
  beforeAll(async () => {
    pkcs = await signer({ name: 'RSASSA-PKCS1-v1_5', ...RSA })
    salted = await signer({ name: 'RSA-PSS', ...RSA })
  })

  it('verifies PKCS #1 signatures, with the NULL that belongs there and without', async () => {
    const signature = await pkcs.sign({ name: 'RSASSA-PKCS1-v1_5' })
    for (const parameters of [[NULL], []]) {
      const how = algorithm('1.2.840.113549.1.1.11', ...parameters)
      expect(await verifySigned({ algorithm: how, signature, data: DATA, issuer: pkcs.issuer })).toBe(true)
    }
  })

  it.each([
    ['MD5', '1.2.840.113549.1.1.4'],
    ['SHA-1', '1.2.840.113549.1.1.5'],
    ['SHA-224', '1.2.840.113549.1.1.14'],
    ['ECDSA', '1.2.840.10045.4.3.2'],
    ['Ed25519', '1.3.101.112'],
    ['PSS with the parameters left out, which means SHA-1', '1.2.840.113549.1.1.10'],
  ])('does not try %s', async (_what, id) => {
    const signature = await pkcs.sign({ name: 'RSASSA-PKCS1-v1_5' })
    expect(
      await findSignatureFault({ algorithm: algorithm(id), signature, data: DATA, issuer: pkcs.issuer }),
    ).toBe('signature_algorithm_refused')
  })

  it.each([
    ['as they should be', pss(256, 256, 32), undefined],
    ['with a shorter salt', pss(256, 256, 20), 'signature_algorithm_refused'],
    ['with another hash in the mask', pss(256, 384, 32), 'signature_algorithm_refused'],
    ['with SHA-1', pss(1, 1, 20), 'signature_algorithm_refused'],
    ['with another hash than it was made with', pss(384, 384, 48), 'signature_wrong'],
    ['that are empty', seq(), 'signature_algorithm_refused'],
  ])('PSS parameters %s: %3$s', async (_what, parameters, expected) => {
    const signature = await salted.sign({ name: 'RSA-PSS', saltLength: 32 })
    const how = algorithm('1.2.840.113549.1.1.10', parameters)
    expect(await findSignatureFault({ algorithm: how, signature, data: DATA, issuer: salted.issuer })).toBe(
      expected,
    )
  })

  it('lets a key that is for PSS alone make nothing else', async () => {
    const { issuer } = pkcs
    const only = { ...issuer, publicKeyAlgorithm: algorithm('1.2.840.113549.1.1.10') }
    const signature = await pkcs.sign({ name: 'RSASSA-PKCS1-v1_5' })
    const how = algorithm('1.2.840.113549.1.1.11', NULL)
    expect(await findSignatureFault({ algorithm: how, signature, data: DATA, issuer: only })).toBe(
      'signature_algorithm_refused',
    )
  })
})

describe('elliptic curves', () => {
  it.each([
    ['P-256', 'SHA-256', '1.2.840.10045.4.3.2', 32],
    ['P-384', 'SHA-384', '1.2.840.10045.4.3.3', 48],
    ['P-521', 'SHA-512', '1.2.840.10045.4.3.4', 66],
  ] as const)('verifies %s with %s', async (namedCurve, hash, id, width) => {
    const { issuer, sign } = await signer({ name: 'ECDSA', namedCurve })
    const raw = await sign({ name: 'ECDSA', hash })
    const signature = seq(integer(raw.subarray(0, width)), integer(raw.subarray(width)))
    const how = algorithm(id)
    const ask = (changed: Partial<Signed>) =>
      findSignatureFault({ algorithm: how, signature, data: DATA, issuer, ...changed })
    expect(await ask({})).toBeUndefined()
    expect(await ask({ data: DATA.with(0, 0) })).toBe('signature_wrong')
    // The raw form of WebCrypto, a number with a zero too many, a third number: second spellings of one signature.
    expect(await ask({ signature: raw })).toBe('signature_wrong')
    expect(
      await ask({ signature: seq(der(0x02, 0, raw.subarray(0, width)), integer(raw.subarray(width))) }),
    ).toBe((raw[0] ?? 0) >= 0x80 ? undefined : 'signature_wrong')
    expect(await ask({ signature: seq(integer(raw), der(0x02, 1), der(0x02, 1)) })).toBe('signature_wrong')
    expect(await ask({ algorithm: algorithm(id, NULL) })).toBe('signature_algorithm_refused')
  })

  it('verifies Ed25519', async () => {
    const { issuer, sign } = await signer({ name: 'Ed25519' })
    const signature = await sign({ name: 'Ed25519' })
    const how = algorithm('1.3.101.112')
    expect(await verifySigned({ algorithm: how, signature, data: DATA, issuer })).toBe(true)
    expect(await verifySigned({ algorithm: how, signature: signature.with(0, 0), data: DATA, issuer })).toBe(
      false,
    )
  })

  it('refuses a point that is not on its curve', async () => {
    const point = new Uint8Array(65).fill(1).with(0, 4)
    const publicKeyAlgorithm = algorithm('1.2.840.10045.2.1', oid('1.2.840.10045.3.1.7'))
    const signature = seq(der(0x02, 1), der(0x02, 1))
    const issuer = { publicKeyAlgorithm, publicKey: point }
    expect(
      await findSignatureFault({
        algorithm: algorithm('1.2.840.10045.4.3.2'),
        signature,
        data: DATA,
        issuer,
      }),
    ).toBe('public_key_refused')
  })
})

describe('readPublicKey()', () => {
  const rsa = (bits: number, ...exponent: readonly number[]) =>
    seq(
      integer(new Uint8Array(Math.ceil(bits / 8)).fill(0xff).with(0, 0xff >> ((8 - (bits % 8)) % 8))),
      integer(Uint8Array.from(exponent)),
    )
  const KEY = algorithm('1.2.840.113549.1.1.1', NULL)
  const curve = (id: string) => algorithm('1.2.840.10045.2.1', oid(id))

  it.each([
    ['RSA of 2048 bits', KEY, rsa(2048, 1, 0, 1), true],
    ['RSA of 2040 bits', KEY, rsa(2040, 1, 0, 1), false],
    ['RSA of 2052 bits', KEY, rsa(2052, 1, 0, 1), false],
    ['RSA of 16384 bits', KEY, rsa(16_384, 1, 0, 1), false],
    ['an exponent of 1', KEY, rsa(2048, 1), false],
    ['an even exponent', KEY, rsa(2048, 1, 0, 0), false],
    ['an exponent of five octets', KEY, rsa(2048, 1, 0, 0, 0, 1), false],
    ['RSA without its NULL', algorithm('1.2.840.113549.1.1.1'), rsa(2048, 1, 0, 1), false],
    ['DSA', algorithm('1.2.840.10040.4.1', NULL), rsa(2048, 1, 0, 1), false],
    ['P-256', curve('1.2.840.10045.3.1.7'), new Uint8Array(65).with(0, 4), true],
    ['P-192', curve('1.2.840.10045.3.1.1'), new Uint8Array(49).with(0, 4), false],
    ['secp256k1', curve('1.3.132.0.10'), new Uint8Array(65).with(0, 4), false],
    ['a compressed point', curve('1.2.840.10045.3.1.7'), new Uint8Array(33).with(0, 2), false],
    ['a curve written out', algorithm('1.2.840.10045.2.1', seq()), new Uint8Array(65).with(0, 4), false],
    ['Ed25519', algorithm('1.3.101.112'), new Uint8Array(32), true],
    ['Ed448', algorithm('1.3.101.113'), new Uint8Array(57), false],
  ] as const)('%s: %4$s', (_what, publicKeyAlgorithm, publicKey, taken) => {
    expect(readPublicKey({ publicKeyAlgorithm, publicKey }) !== undefined).toBe(taken)
  })
})
