/** Certificates that somebody really issued, read beside a library's reading of them, and their paths. */
import { AsnConvert } from '@peculiar/asn1-schema'
import * as asn1 from '@peculiar/asn1-x509'
import { describe, expect, it } from 'vitest'
import { sameBytes } from '../../../src/lib/bytes.ts'
import { known } from '../../../src/lib/fact.ts'
import { readCertificate } from '../../../src/verify/x509/certificate.ts'
import { validatePath } from '../../../src/verify/x509/path.ts'
import type { Certificate, GeneralName } from '../../../src/verify/x509/types.ts'
import { requireReal } from '../../real.ts'
import { HAS_REAL, realCertificates, realFile } from './real.ts'

async function genuine(end: string): Promise<Certificate> {
  const [der = new Uint8Array()] = await realFile(end)
  const certificate = known(readCertificate(der))
  if (certificate === undefined) throw new Error(`Cannot read ${end}`)
  return certificate
}

const text = ({ kind, ...rest }: GeneralName) => ('text' in rest ? `${kind}:${rest.text}` : kind)

function namesOf(names: Iterable<asn1.GeneralName>): readonly string[] {
  return [...names].map((name) => {
    if (name.dNSName !== undefined) return `dns:${name.dNSName}`
    if (name.rfc822Name !== undefined) return `email:${name.rfc822Name}`
    if (name.uniformResourceIdentifier !== undefined) return `uri:${name.uniformResourceIdentifier}`
    if (name.iPAddress !== undefined) return 'ip'
    return name.directoryName === undefined ? 'other' : 'directory'
  })
}

describe.runIf(requireReal('../shared/vectors', HAS_REAL))('genuine certificates', () => {
  it('says of each what @peculiar/asn1-x509 says, field by field', async () => {
    let compared = 0
    for (const der of await realCertificates(20_000)) {
      const ours = known(readCertificate(der))
      if (ours === undefined) continue
      const theirs = AsnConvert.parse(der, asn1.Certificate).tbsCertificate
      expect(ours.notBefore).toBe(theirs.validity.notBefore.getTime().getTime())
      expect(ours.notAfter).toBe(theirs.validity.notAfter.getTime().getTime())
      expect(sameBytes(ours.publicKey, new Uint8Array(theirs.subjectPublicKeyInfo.subjectPublicKey))).toBe(
        true,
      )
      const subject = [...theirs.subject].flatMap((rdn) => [...rdn].map(({ type }) => type))
      expect(ours.subject.attributes.map(({ type }) => type)).toEqual(subject)
      expect([...ours.extensions.keys()]).toEqual(theirs.extensions?.map(({ extnID }) => extnID) ?? [])
      for (const { extnID, critical, extnValue } of theirs.extensions ?? []) {
        expect(ours.extensions.get(extnID)?.critical).toBe(critical)
        if (extnID === asn1.id_ce_subjectAltName) {
          const names = AsnConvert.parse(extnValue.buffer, asn1.SubjectAlternativeName)
          expect(ours.subjectAltName?.map(text)).toEqual(namesOf(names))
        }
        if (extnID === asn1.id_ce_extKeyUsage) {
          expect(ours.extendedKeyUsage).toEqual([
            ...AsnConvert.parse(extnValue.buffer, asn1.ExtendedKeyUsage),
          ])
        }
        if (extnID === asn1.id_ce_basicConstraints) {
          const { cA, pathLenConstraint } = AsnConvert.parse(extnValue.buffer, asn1.BasicConstraints)
          expect(ours.basicConstraints).toEqual({ ca: cA, pathLength: pathLenConstraint })
        }
        if (extnID === asn1.id_ce_certificatePolicies) {
          const policies = AsnConvert.parse(extnValue.buffer, asn1.CertificatePolicies)
          expect(ours.policies).toEqual([...policies].map(({ policyIdentifier }) => policyIdentifier))
        }
      }
      compared += 1
    }
    expect(compared).toBeGreaterThan(500)
  })

  it('finds the path from PSDDE-BAFIN-104114 through D-TRUST’s test authority, when it was valid', async () => {
    const leaf = await genuine('/PSDDE-BAFIN-104114-cert.pem')
    const middle = await genuine('/QWAC-CA_Ref.pem')
    const root = await genuine('/QWAC-Root_Ref.pem')
    const ask = (at: number, purpose: string | undefined) =>
      validatePath({
        leaf,
        candidates: [middle],
        anchors: [{ certificate: root, name: 'D-TRUST test' }],
        at,
        extendedKeyUsage: purpose,
        maxIntermediates: 4,
      })
    const verdict = await ask(leaf.notBefore + 86_400_000, '1.3.6.1.5.5.7.3.2')
    expect(verdict).toMatchObject({ ok: true, steps: 2 })
    expect(await ask(leaf.notAfter + 1_000, undefined)).toMatchObject({ fault: 'certificate_expired' })
    expect(await ask(leaf.notBefore - 1_000, undefined)).toMatchObject({ fault: 'certificate_not_yet_valid' })
  })

  it('finds the paths of the European signers below the authorities that issued them', async () => {
    const leaf = await genuine('/European-Commission.crt')
    const issuer = await genuine('/qvbecag2.crt')
    const verdict = await validatePath({
      leaf,
      candidates: [],
      anchors: [{ certificate: issuer, name: 'QuoVadis' }],
      at: leaf.notBefore + 86_400_000,
      extendedKeyUsage: undefined,
      maxIntermediates: 4,
    })
    expect(verdict).toMatchObject({ ok: true })
  })
})
