/** Whether a certificate meets a list's criteria (TS 119 612 clause 5.5.9.2.2). */
import type { Certificate } from '../x509/types.ts'
import type { Criterion } from './types.ts'

export function meets(certificate: Certificate, criterion: Criterion): boolean {
  switch (criterion.kind) {
    // Each asks that the extension is there and holds all that is named.
    case 'policies':
      return (
        criterion.all.every((oid) => certificate.policies.includes(oid)) && certificate.policies.length > 0
      )
    case 'extendedKeyUsage': {
      const purposes = certificate.extendedKeyUsage
      return purposes !== undefined && criterion.all.every((oid) => purposes.includes(oid))
    }
    case 'keyUsage': {
      const bits = certificate.keyUsage
      return bits !== undefined && criterion.bits.every(([usage, set]) => bits.has(usage) === set)
    }
    case 'subjectAttributes':
      return criterion.all.every((oid) => certificate.subject.attributes.some(({ type }) => type === oid))
    case 'criteria':
      return asserted(
        criterion.assert,
        criterion.of.map((one) => meets(certificate, one)),
      )
  }
}

function asserted(assert: 'all' | 'atLeastOne' | 'none', met: readonly boolean[]): boolean {
  switch (assert) {
    case 'all':
      return met.every((one) => one)
    case 'atLeastOne':
      return met.some((one) => one)
    case 'none':
      return !met.some((one) => one)
  }
}
