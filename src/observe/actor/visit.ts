/** A request as its third party's, for the estate. Pure. */
import type { Evidence } from '../../evidence.ts'
import { known } from '../../lib/fact.ts'
import { hash32 } from '../../lib/hash32.ts'
import type { WalkAsk } from '../walk/types.ts'
import type { ActorVisit } from './delta.ts'

type Seen = Pick<Evidence, 'exchange' | 'client' | 'match' | 'claims' | 'proof'>

/** Undefined where no certificate proves a third party. */
export function actorVisit(seen: Seen, walk: WalkAsk | undefined): ActorVisit | undefined {
  const { exchange, client, claims, proof } = seen
  const tpp = known(proof.certificate)
  if (tpp === undefined) return undefined
  const { asn, prefix } = client.network
  const consent = claims.consent ?? known(proof.token)?.thumbprint
  return {
    organisation: tpp.organisation,
    at: exchange.arrivedAt,
    network: hash32(asn === undefined ? prefix : `AS${asn}`),
    software: hash32(client.software),
    certificate: hash32(tpp.thumbprint),
    consent: consent === undefined ? undefined : hash32(consent),
    account: consent === undefined ? undefined : accountOf(seen, walk),
    // The dialect knows by which header; who reads it adds it (`src/consents.ts`).
    attended: undefined,
  }
}

/** Whoever reads under a consent names accounts; payments, logins and what is asked about consents themselves have other names. */
function accountOf({ match, claims }: Seen, walk: WalkAsk | undefined): number | undefined {
  const { channel, sensitivity } = match.route
  if (channel !== 'tpp' || claims.inquiry === true) return undefined
  return sensitivity === 'login' || sensitivity === 'payment' ? undefined : walk?.owner
}
