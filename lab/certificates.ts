/** Client certificates of invented third parties, as Cloudflare reports them in `cf.tlsClientAuth`. */
import { X509Certificate } from 'node:crypto'
import { certificatePem, issueCertificate } from '../local/edge/issue.ts'
import { tlsClientAuth } from '../local/edge/tls-client-auth.ts'
import type { ClientAuth } from './traffic/traffic.ts'

/** In date for as long as virtual time may run. */
const NOT_BEFORE = new Date(Date.UTC(2026, 0, 1))
const NOT_AFTER = new Date(Date.UTC(2028, 0, 1))

/** Keys and serial numbers are fresh each time; nothing that the gate computes of a request depends on them. */
export async function thirdPartyCertificates(count: number): Promise<readonly ClientAuth[]> {
  const validity = { notBefore: NOT_BEFORE, notAfter: NOT_AFTER }
  const authority = await issueCertificate({
    subject: 'CN=Laboratory authority,O=Laboratory',
    use: 'authority',
    ...validity,
  })
  const chain = [new X509Certificate(certificatePem(authority))]
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const issued = await issueCertificate({
        subject: `2.5.4.97=PSDGB-LAB-${100_000 + index},CN=Third party ${index},O=Third party ${index},C=GB`,
        use: 'client',
        issuer: authority,
        ...validity,
      })
      const leaf = new X509Certificate(certificatePem(issued))
      return { ...tlsClientAuth({ leaf, chain, error: undefined }) }
    }),
  )
}
