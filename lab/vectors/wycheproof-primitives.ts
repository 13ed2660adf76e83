/** Wycheproof's vectors for the signature algorithms under JOSE, through the module that imports keys and verifies. */
import { Buffer } from 'node:buffer'
import { importKey, verifyBytes } from '../../src/verify/signed/import-key.ts'
import type { SignatureAlgorithm } from '../../src/verify/signed/types.ts'
import type { Verdict } from './report.ts'

interface PrimitiveGroup {
  readonly type: string
  readonly publicKeyDer?: string
  readonly publicKey?: { readonly curve?: string }
  readonly sha?: string
  readonly mgfSha?: string
  readonly sLen?: number
  readonly tests: readonly {
    readonly tcId: number
    readonly comment: string
    readonly msg: string
    readonly sig: string
    readonly result: string
  }[]
}

export interface PrimitiveVectors {
  readonly testGroups: readonly PrimitiveGroup[]
}

export async function judgeWycheproofPrimitives(group: PrimitiveGroup): Promise<readonly Verdict[]> {
  const algorithm = algorithmOf(group)
  const der = new Uint8Array(Buffer.from(group.publicKeyDer ?? '', 'hex'))
  const name = ({ tcId, comment }: { tcId: number; comment: string }) => `${tcId} ${comment}`.trim()
  if (algorithm === undefined) {
    const got = `no algorithm of RFC 7518 has these parameters (${describe(group)})`
    return group.tests.map((test) => ({
      id: name(test),
      result: 'not_applicable',
      expected: test.result,
      got,
    }))
  }
  const key = { material: { kind: 'spki', der }, algorithms: [algorithm], thumbprint: '' } as const
  const imported = await importKey(key, algorithm)
  return Promise.all(
    group.tests.map(async (test): Promise<Verdict> => {
      const [data, signature] = [test.msg, test.sig].map((hex) => new Uint8Array(Buffer.from(hex, 'hex')))
      const accepted =
        imported.ok && data !== undefined && signature !== undefined
          ? await verifyBytes(imported.value, algorithm, signature, data)
          : false
      const fits = test.result === 'acceptable' || accepted === (test.result === 'valid')
      return {
        id: name(test),
        result: fits ? 'passed' : accepted ? 'wrongly_accepted' : 'wrongly_refused',
        expected: test.result,
        got: accepted ? 'valid' : imported.ok ? 'signature_wrong' : imported.reason,
      }
    }),
  )
}

const CURVES: Readonly<Record<string, readonly [sha: string, algorithm: SignatureAlgorithm]>> = {
  secp256r1: ['SHA-256', 'ES256'],
  secp384r1: ['SHA-384', 'ES384'],
  secp521r1: ['SHA-512', 'ES512'],
}

function algorithmOf({
  type,
  publicKey,
  sha = '',
  mgfSha,
  sLen,
}: PrimitiveGroup): SignatureAlgorithm | undefined {
  const bits = /^SHA-(256|384|512)$/.exec(sha)?.[1]
  if (type === 'EddsaVerify') return publicKey?.curve === 'edwards25519' ? 'Ed25519' : undefined
  if (type === 'EcdsaP1363Verify') {
    const [wanted, algorithm] = CURVES[publicKey?.curve ?? ''] ?? []
    return wanted === sha ? algorithm : undefined
  }
  if (bits === undefined) return undefined
  if (type === 'RsassaPkcs1Verify') return `RS${bits}` as SignatureAlgorithm // one of the three above
  const standard = type === 'RsassaPssVerify' && mgfSha === sha && sLen === Number(bits) / 8
  return standard ? (`PS${bits}` as SignatureAlgorithm) : undefined // one of the three above
}

function describe({ type, publicKey, sha, sLen }: PrimitiveGroup): string {
  return [type, publicKey?.curve, sha, sLen].filter((part) => part !== undefined).join(', ')
}
