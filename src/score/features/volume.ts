/**
 * How much each of a company asks for. Who floods an endpoint or walks through one tries no secret, and asks for little before there
 * is nothing new to learn of it: that those who look alike ask for hundreds of things each is known from the first request on.
 * Append only: a model knows features by position.
 */
import { type CompanyMeasure, inCompany } from '../company.ts'
import type { Feature } from '../measures.ts'

/** In natural logarithms. NaN while nobody was counted. */
const requestsPerClient =
  (window: 'hour' | 'day'): CompanyMeasure =>
  ({ behaviour }) => {
    const { requests, clients } = behaviour[window]
    return clients < 1 ? Number.NaN : Math.log1p(requests / clients)
  }

/** Of all requests, refused ones too: what the bank did not have, or would not give. NaN where nobody asked. */
const missShare: CompanyMeasure = ({ behaviour: { day } }) =>
  day.requests === 0 ? Number.NaN : Math.min(1, day.misses / day.requests)

export const VOLUME_FEATURES = {
  /** A tool that a few machines run as fast as they can, against one that many have and use now and then. */
  cohortRequestsPerClientHour: inCompany('cohort', requestsPerClient('hour')),
  /** As above, where it comes back. */
  cohortRequestsPerClientDay: inCompany('cohort', requestsPerClient('day')),
  /** A data centre's machines, against a carrier's customers. */
  networkRequestsPerClientHour: inCompany('network', requestsPerClient('hour')),
  /** Those who walk through identifiers mostly ask for what is not there. */
  cohortMissShareDay: inCompany('cohort', missShare),
} as const satisfies Record<string, Feature>
