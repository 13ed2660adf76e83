/**
 * Which keys a request has, and what it does under them. Pure.
 *
 * `home` is the shard of the network prefix, in base 36. The gate puts it before the random part of a pass's id
 * (`<home>.<random>`), so that the pass's history stays in the shard where its other keys are.
 */
import type { Evidence, Footprint, KeyKind, LedgerKey } from '../evidence.ts'
import { isAttempt } from '../lib/attempt.ts'
import { known } from '../lib/fact.ts'
import { shardOf } from './shards.ts'

type Seen = Pick<Evidence, 'exchange' | 'client' | 'match' | 'claims' | 'proof'>

export function footprint(seen: Seen, shards: number): Footprint {
  const { exchange, client, match, claims } = seen
  return {
    requestId: exchange.id,
    at: exchange.arrivedAt,
    route: match.route.id,
    sensitivity: match.route.sensitivity,
    attempt: isAttempt(seen),
    page: isPage(seen),
    keys: keysOf(seen),
    // A card is to a card tester what a name is to a guesser: many of them from one client are the attack.
    account: claims.account ?? claims.card,
    client: clientKey(seen),
    resource: undefined,
    cohort: client.fingerprint,
    cohorts: {},
    asks: {},
    home: shardOf(client.network.prefix, shards),
  }
}

/** Only a certificate proves its holder. All else is what the caller says, or what many callers share. */
function keysOf(seen: Seen): readonly LedgerKey[] {
  const { client, claims, proof } = seen
  const keys: LedgerKey[] = []
  const claimed = (kind: KeyKind, id: string | undefined) => {
    if (id !== undefined && id !== '') keys.push({ kind, id, standing: 'claimed' })
  }
  const organisation = known(proof.certificate)?.organisation
  if (organisation !== undefined) keys.push({ kind: 'tpp', id: organisation, standing: 'proven' })
  claimed('token', known(proof.token)?.thumbprint)
  claimed('account', claims.account)
  claimed('card', claims.card)
  claimed('pass', known(proof.pass)?.id)
  claimed('client', clientKey(seen))
  claimed('address', client.network.subscriber)
  claimed('prefix', client.network.prefix)
  return keys
}

/** Software and subscriber together: neighbours with other software, and the same software elsewhere, are others. */
function clientKey({ client }: Seen): string {
  return `${client.software}@${client.network.subscriber}`
}

/** A navigation, not a script's fetch: browsers name `text/html` in Accept only when they go to a page. */
function isPage({ exchange, match }: Seen): boolean {
  if (exchange.method !== 'GET' || match.route.channel !== 'browser') return false
  return (exchange.headers.get('accept') ?? '').toLowerCase().includes('text/html')
}
