/**
 * What the cohorts of a request are called. Networks and countries are counted for each route apart, because a network that
 * reads balances all day is none that tries passwords; a third party, a card's issuer and a password over all routes,
 * because they are the same party and the same secret wherever they are used. Software too: its pages come before its logins.
 */
import type { CohortKind, Evidence, Footprint } from '../../evidence.ts'
import { known } from '../../lib/fact.ts'

export type Kind = 'route' | 'cohort' | CohortKind

export interface CohortName {
  readonly kind: Kind
  readonly name: string
}

const COHORT_KINDS: readonly CohortKind[] = ['network', 'country', 'tpp', 'bin', 'password']
const BY_ROUTE: ReadonlySet<CohortKind> = new Set<CohortKind>(['network', 'country'])
const KINDS: ReadonlySet<string> = new Set<Kind>(['route', 'cohort', ...COHORT_KINDS])
/** Names come from certificates and fingerprints: what is longer is cut. */
const MAX_CHARACTERS = 160

export function cohortNames({ route, cohort, cohorts }: Footprint): readonly CohortName[] {
  const names: CohortName[] = [
    { kind: 'route', name: `route:${route}` },
    { kind: 'cohort', name: `cohort:${cohort}`.slice(0, MAX_CHARACTERS) },
  ]
  for (const kind of COHORT_KINDS) {
    const value = cohorts[kind]
    if (value === undefined) continue
    const name = BY_ROUTE.has(kind) ? `${kind}:${value}:${route}` : `${kind}:${value}`
    names.push({ kind, name: name.slice(0, MAX_CHARACTERS) })
  }
  return names
}

/** Whom a request has something in common with, besides its software. */
export function companyOf({
  client,
  claims,
  proof,
}: Pick<Evidence, 'client' | 'claims' | 'proof'>): Footprint['cohorts'] {
  const { asn, country } = client.network
  const tpp = known(proof.certificate)?.organisation
  const { bin, password } = claims
  return {
    ...(asn === undefined ? {} : { network: String(asn) }),
    ...(country === undefined ? {} : { country }),
    ...(tpp === undefined ? {} : { tpp }),
    ...(bin === undefined ? {} : { bin }),
    ...(password === undefined ? {} : { password }),
  }
}

/** Undefined for what is no name of ours. */
export function kindOf(name: string): Kind | undefined {
  const kind = name.slice(0, name.indexOf(':'))
  return isKind(kind) ? kind : undefined
}

function isKind(text: string): text is Kind {
  return KINDS.has(text)
}
