/** A request as its third party's, for the estate. Pure. */
import type { Evidence } from '../../evidence.ts'
import { known } from '../../lib/fact.ts'
import { hash32 } from '../../lib/hash32.ts'
import type { ActorVisit } from './delta.ts'

type Seen = Pick<Evidence, 'exchange' | 'client' | 'claims' | 'proof'>

/** Undefined where no certificate proves a third party. */
export function actorVisit({ exchange, client, claims, proof }: Seen): ActorVisit | undefined {
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
    // The dialect knows by which header; who reads it adds it (`src/consents.ts`).
    attended: undefined,
  }
}
