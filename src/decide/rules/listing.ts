/** Rules about lists of known-malicious networks. Lists age, so that a whole network is no match for a proof. */
import type { ListKind } from '../../evidence.ts'
import type { Case, Rule } from '../rule.ts'

const listed =
  (kind: ListKind) =>
  ({ evidence }: Case): boolean =>
    evidence.client.listed.some((hit) => hit.kind === kind)

export const LISTING_RULES: readonly Rule[] = [
  {
    id: 'listed_address',
    reason: 'listed_address',
    action: 'deny',
    applies: 'the exact address is listed as malicious',
    when: listed('address'),
  },
  {
    id: 'listed_prefix',
    reason: 'listed_prefix',
    action: 'deny',
    sparesProven: true,
    applies: 'the prefix of the address is listed as malicious',
    when: listed('prefix'),
  },
  {
    id: 'listed_asn',
    reason: 'listed_asn',
    action: 'deny',
    sparesProven: true,
    applies: 'the network (ASN) of the address is listed as malicious',
    when: listed('asn'),
  },
  {
    id: 'listed_network_noted',
    reason: ({ evidence }) =>
      evidence.client.listed.some(({ kind }) => kind === 'prefix') ? 'listed_prefix' : 'listed_asn',
    action: 'flag',
    applies: 'the prefix or network is listed, and the caller has proven who it is',
    when: (from) => listed('prefix')(from) || listed('asn')(from),
  },
]
