/** Client certificates of invented third parties, as Cloudflare reports them in `cf.tlsClientAuth`, and who vouches for them. */
import { X509Certificate } from 'node:crypto'
import { certificatePem, issueCertificate } from '../local/edge/issue.ts'
import { tlsClientAuth } from '../local/edge/tls-client-auth.ts'
import { qualifiedExtensions } from '../local/tpp/qualified.ts'
import { ownAnchors } from '../src/verify/own-anchors.ts'
import type { AnchorSet } from '../src/verify/trust/types.ts'
import type { ClientAuth } from './traffic/traffic.ts'

/** In date for as long as virtual time may run. */
const NOT_BEFORE = new Date(Date.UTC(2026, 0, 1))
const NOT_AFTER = new Date(Date.UTC(2028, 0, 1))

export interface ThirdParties {
  readonly certificates: readonly ClientAuth[]
  /** The laboratory's own authority, and nobody else. */
  readonly anchors: AnchorSet
}

/** Licensed for everything: what a third party may do is not what the laboratory is about. */
const EXTENSIONS = qualifiedExtensions({
  type: 'web',
  roles: ['PSP_PI', 'PSP_AI', 'PSP_IC'],
  authority: { name: 'Laboratory authority', id: 'GB-LAB' },
  disclosure: 'https://laboratory.example/disclosure_en.pdf',
})

/** Keys and serial numbers are fresh each time; nothing that the gate computes of a request depends on them. */
export async function thirdParties(count: number): Promise<ThirdParties> {
  const validity = { notBefore: NOT_BEFORE, notAfter: NOT_AFTER }
  const authority = await issueCertificate({
    subject: 'CN=Laboratory authority,O=Laboratory',
    use: 'authority',
    ...validity,
  })
  const pem = certificatePem(authority)
  const chain = [new X509Certificate(pem)]
  const certificates = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const issued = await issueCertificate({
        subject: `2.5.4.97=PSDGB-LAB-${100_000 + index},CN=Third party ${index},O=Third party ${index},C=GB`,
        use: 'website',
        issuer: authority,
        ...validity,
        extensions: EXTENSIONS,
      })
      const leaf = new X509Certificate(certificatePem(issued))
      return { ...tlsClientAuth({ leaf, chain, error: undefined }) }
    }),
  )
  const anchors = ownAnchors(pem)
  if (anchors === undefined) throw new Error('Cannot read the laboratory’s own authority')
  return { certificates, anchors }
}
