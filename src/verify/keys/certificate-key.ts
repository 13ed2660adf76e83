import { createHash } from 'node:crypto'
import { algorithmsOf } from '../signed/algorithms.ts'
import type { KeyMaterial, VerificationKey } from '../signed/types.ts'
import { readPublicKey } from '../x509/public-key.ts'
import type { Certificate } from '../x509/types.ts'

/** One key object for a certificate: what it imports is remembered by it. */
const known = new WeakMap<Certificate, VerificationKey>()

/**
 * The key of a certificate, to verify what its holder signed. Only for a certificate that was proven: this asks nothing
 * about it. A key of a kind that we take nowhere gets no algorithms, and every check with it says so.
 */
export function certificateKey(certificate: Certificate): VerificationKey {
  const remembered = known.get(certificate)
  if (remembered !== undefined) return remembered
  const key: VerificationKey = {
    ...usable(certificate),
    thumbprint: createHash('sha256').update(certificate.spki).digest('base64url'),
  }
  known.set(certificate, key)
  return key
}

function usable(certificate: Certificate): Pick<VerificationKey, 'material' | 'algorithms'> {
  const key = readPublicKey(certificate)
  const material: KeyMaterial = { kind: 'spki', der: certificate.spki }
  switch (key?.kind) {
    case 'rsa': {
      const { n = '', e = '' } = key.jwk
      // WebCrypto reads no SPKI that is marked for PSS, so the numbers are taken out. Such a key makes no other signatures.
      const algorithms = algorithmsOf('RSA').filter((name) => !key.pssOnly || name.startsWith('PS'))
      return { material: { kind: 'jwk', jwk: { kty: 'RSA', n, e } }, algorithms }
    }
    case 'ec':
      return { material, algorithms: algorithmsOf('EC', key.curve) }
    case 'ed25519':
      return { material, algorithms: algorithmsOf('OKP', 'Ed25519') }
    case undefined:
      return { material, algorithms: [] }
  }
}
