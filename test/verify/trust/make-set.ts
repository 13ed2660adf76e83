/** Makes documents of anchors, and keys that sign them. */
import { exportJWK, generateKeyPair } from 'jose'
import type { DocumentAnchor, SetDocument } from '../../../src/verify/trust/set-document.ts'
import type { AnchorKey, AnchorSigningKey } from '../../../src/verify/trust/sign-set.ts'
import type { AnchorUse, Source } from '../../../src/verify/trust/types.ts'
import type { Signer } from './make-list.ts'

export interface TestKey {
  readonly secret: AnchorSigningKey
  readonly accepted: AnchorKey
}

export async function makeKey(kid: string): Promise<TestKey> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const { x = '', d = '' } = await exportJWK(privateKey)
  return { secret: { kty: 'OKP', crv: 'Ed25519', kid, x, d }, accepted: { kid, x, signs: 'all' } }
}

export function document(wish: Partial<SetDocument>): SetDocument {
  return { madeAt: Date.UTC(2026, 10, 21), sources: [], anchors: [], ...wish }
}

export function source(wish: Partial<Source>): Source {
  return {
    kind: 'qualified',
    territory: 'XA',
    url: 'https://xa.example/list.xml',
    sequence: 1,
    issued: 0,
    nextUpdate: undefined,
    sha256: '0'.repeat(64),
    ...wish,
  }
}

export function anchor(
  { certificate }: Signer,
  wish: Partial<DocumentAnchor>,
  uses: readonly AnchorUse[] = ['web'],
): DocumentAnchor {
  return {
    kind: 'qualified',
    territory: 'XA',
    provider: 'Invented Trust Ltd',
    name: 'Invented CA',
    certificates: [certificate.der],
    periods: [
      { from: 0, until: undefined, status: 'granted', uses, qualifications: [], notUnderstood: undefined },
    ],
    ...wish,
  }
}
