/**
 * Whether a listed service was granted for a certificate: at the time the certificate was issued (TS 119 615 judges at
 * issuance), for its use, and by what the list says of certificates of its kind. That the service was withdrawn since
 * is told and not judged: it is a row of policy.
 */
import { type Fact, invalid, valid } from '../../lib/fact.ts'
import type { Certificate } from '../x509/types.ts'
import { meets } from './criteria.ts'
import type { AnchorEntry, AnchorUse, Grant, GrantFault, Period, Service } from './types.ts'

/** Regulation (EU) 910/2014 applies: statuses of the Directive before it end (TS 119 612 annex J). */
export const EIDAS = Date.UTC(2016, 6, 1)

/** Statuses under Directive 1999/93/EC that annex J turns into `granted`. */
const LEGACY = new Set(['undersupervision', 'supervisionincessation', 'accredited'])

const OVERRIDES: Readonly<Record<string, AnchorUse>> = {
  QCForWSA: 'web',
  QCForESeal: 'seal',
  QCForESig: 'signature',
}

/** From the most to the least telling. */
const FAULTS = [
  'certificate_not_qualified',
  'service_contradicts',
  'service_not_understood',
  'service_other_use',
  'service_not_granted',
] as const satisfies readonly GrantFault[]

export function grantedAt(
  { services }: AnchorEntry,
  certificate: Certificate,
  use: AnchorUse,
): Fact<Grant, GrantFault> {
  const judged = services.map((service) => ({ service, fact: judge(service, certificate, use) }))
  const faults = new Set(judged.flatMap(({ fact }) => (fact.state === 'invalid' ? [fact.reason] : [])))
  const grants = judged.flatMap(({ fact }) => (fact.state === 'valid' ? [fact.value] : []))
  // What the bank trusts by its own hand does not depend on what the lists say.
  const own = grants.find(({ service }) => service.kind !== 'qualified')
  if (own !== undefined) return valid(own)
  // Of services for one use, one says qualified and another not: nobody may choose between them (TS 119 615).
  const contradicts = faults.has('service_contradicts') || faults.has('certificate_not_qualified')
  if (grants.length > 0 && contradicts) return invalid('service_contradicts')
  const lasting = grants.find(({ withdrawnSince }) => withdrawnSince === undefined) ?? grants[0]
  if (lasting !== undefined) return valid(lasting)
  return invalid(FAULTS.find((fault) => faults.has(fault)) ?? 'service_not_granted')
}

function judge(service: Service, certificate: Certificate, use: AnchorUse): Fact<Grant, GrantFault> {
  const at = certificate.notBefore
  const period = service.periods.find(({ from, until }) => from <= at && (until === undefined || at < until))
  if (period === undefined || !grants(period, at)) return invalid('service_not_granted')
  // First of all, because one authority is listed once for seals and once for signatures, and each entry calls the
  // other's certificates not qualified.
  if (!period.uses.includes(use)) return invalid('service_other_use')
  if (period.notUnderstood !== undefined) return invalid('service_not_understood')
  const qualifiers = qualifiersFor(period, certificate)
  const qualifiedByList = qualifiers.includes('QCStatement')
  if (qualifiers.includes('NotQualified'))
    return invalid(qualifiedByList ? 'service_contradicts' : 'certificate_not_qualified')
  const overrides = [...new Set(qualifiers.flatMap((one) => OVERRIDES[one] ?? []))]
  const [override] = overrides
  if (overrides.length > 1) return invalid('service_contradicts')
  if ((override ?? use) !== use) return invalid('service_other_use')
  return valid({ service, period, qualifiers, qualifiedByList, withdrawnSince: withdrawnSince(service) })
}

/** A status of the Directive says nothing about a certificate that was issued under the Regulation. */
function grants({ status }: Period, at: number): boolean {
  return status === 'granted' || (LEGACY.has(status) && at < EIDAS)
}

function qualifiersFor({ qualifications }: Period, certificate: Certificate): readonly string[] {
  const met = qualifications.filter(({ criteria }) => meets(certificate, criteria))
  return [...new Set(met.flatMap(({ qualifiers }) => qualifiers))]
}

/** The beginning of the last stretch in which the service is not granted, if it lasts until today. */
function withdrawnSince({ periods }: Service): number | undefined {
  let since: number | undefined
  for (const period of periods.toReversed()) {
    if (period.until !== undefined && since === undefined) since = period.until
    if (period.status === 'granted') return since
    since = LEGACY.has(period.status) ? Math.max(period.from, EIDAS) : period.from
    if (LEGACY.has(period.status)) return since
  }
  return since
}
