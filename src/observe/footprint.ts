/**
 * Which keys a request has, and what it does under them. Pure.
 *
 * `home` is the shard of the network prefix, in base 36. The gate puts it before the random part of a pass's id
 * (`<home>.<random>`), so that the pass's history stays in the shard where its other keys are.
 */
import type { ClaimKind, Evidence, Footprint, KeyKind, LedgerKey } from '../evidence.ts'
import { isAttempt } from '../lib/attempt.ts'
import { known } from '../lib/fact.ts'
import { hash32 } from '../lib/hash32.ts'
import { acceptsPage } from '../lib/navigation.ts'
import { actorVisit } from './actor/visit.ts'
import type { Asks } from './annex.ts'
import { companyOf } from './estate/names.ts'
import { askHistory } from './history/ask.ts'
import { askOrder } from './order/operation.ts'
import { shardOf } from './shards.ts'
import { askWalk } from './walk/identifier.ts'
import type { WalkAsk } from './walk/types.ts'

type Seen = Pick<Evidence, 'exchange' | 'client' | 'match' | 'claims' | 'proof'>

export function footprint(seen: Seen, shards: number): Footprint {
  const { exchange, client, match, claims } = seen
  const attempt = isAttempt(seen)
  const walk = askWalk(seen)
  const actor = actorVisit(seen, walk)
  return {
    requestId: exchange.id,
    at: exchange.arrivedAt,
    route: match.route.id,
    sensitivity: match.route.sensitivity,
    attempt,
    page: isPage(seen),
    keys: keysOf(seen),
    // A card is to a card tester what a name is to a guesser: many of them from one client are the attack.
    account: claims.account ?? claims.card,
    client: clientKey(seen),
    resource: attempt ? undefined : resourceOf(seen),
    cohort: client.fingerprint,
    cohorts: companyOf(seen),
    home: shardOf(client.network.prefix, shards),
    spread: spreadOf(seen),
    asks: asksOf(seen, attempt, walk),
    ...(actor === undefined ? {} : { actor }),
    placed: undefined,
    company: undefined,
  }
}

function asksOf(seen: Seen, attempt: boolean, walk: WalkAsk | undefined): Asks {
  const history = askHistory(seen, attempt)
  return {
    order: askOrder(seen),
    ...(walk === undefined ? {} : { walk }),
    ...(history === undefined ? {} : { history }),
  }
}

/** Only a certificate or a signature proves its holder. All else is what the caller says, or what many callers share. */
function keysOf(seen: Seen): readonly LedgerKey[] {
  const { client, claims, proof } = seen
  const keys: LedgerKey[] = []
  const claimed = (kind: KeyKind, id: string | undefined, formerly?: readonly string[]) => {
    if (id !== undefined && id !== '') keys.push(keyOf(kind, id, 'claimed', formerly))
  }
  const organisation = known(proof.certificate)?.organisation
  const signer = known(proof.signature)?.keyThumbprint
  const { account, card, consent } = claims
  if (organisation !== undefined) keys.push(keyOf('tpp', organisation, 'proven'))
  if (signer !== undefined) keys.push(keyOf('signer', signer, 'proven'))
  claimed('token', known(proof.token)?.thumbprint)
  // What an organisation says of its consents it says of its own: they have names of its own.
  if (consent !== undefined) {
    const standing = organisation === undefined ? 'claimed' : 'proven'
    const key = keyOf('consent', consent, standing, former(seen, 'consent'))
    const place = claims.inquiry === true ? claims.consentPlace : undefined
    keys.push(place === undefined ? key : { ...key, place })
  }
  claimed('account', account, former(seen, 'account'))
  if (account !== undefined) {
    const network = networkOf(seen)
    const formerly = former(seen, 'account')?.map((name) => `${name}@${network}`)
    claimed('account_network', `${account}@${network}`, formerly)
  }
  claimed('card', card, former(seen, 'card'))
  const app = known(proof.app)
  // Google proves that the app is genuine, and not which installation it is.
  if (app?.platform === 'apple') claimed('app', app.keyThumbprint)
  claimed('pass', known(proof.pass)?.id)
  claimed('client', clientKey(seen))
  claimed('address', client.network.subscriber)
  claimed('prefix', client.network.prefix)
  return keys
}

function keyOf(
  kind: KeyKind,
  id: string,
  standing: LedgerKey['standing'],
  formerly: readonly string[] | undefined = undefined,
): LedgerKey {
  return formerly === undefined || formerly.length === 0
    ? { kind, id, standing }
    : { kind, id, standing, formerly }
}

function former({ claims }: Seen, kind: ClaimKind): readonly string[] | undefined {
  return claims.formerly?.[kind]
}

/** Software and subscriber together: neighbours with other software, and the same software elsewhere, are others. */
function clientKey({ client }: Seen): string {
  return `${client.software}@${client.network.subscriber}`
}

/** A network is an operator: a telephone changes its prefix with every mast, and its operator on holiday. */
function networkOf({ client }: Seen): string {
  const { asn, prefix } = client.network
  return asn === undefined ? prefix : `AS${asn}`
}

/** Something that the path names. A path without names is the same for everybody, and counting it tells nothing. */
function resourceOf({ exchange, match }: Seen): number | undefined {
  const named = !match.route.documented || Object.keys(match.parameters).length > 0
  return named ? hash32(exchange.target.path) : undefined
}

/**
 * One consent is one object's, whatever key names it; without a consent its token's, and without a token its network's. Whoever
 * asks about consents names another with each request: what they do lives with their token, or a walk would begin anew each time.
 * At the customers' own door an organisation has one object for what is under no consent: a bearer token there is whatever a caller makes up.
 */
function spreadOf({ claims, match, proof, client }: Seen): number {
  const consentPlace = claims.inquiry === true ? undefined : claims.consentPlace
  if (consentPlace !== undefined) return consentPlace
  if (match.route.channel !== 'tpp') return 0
  return hash32(known(proof.token)?.thumbprint ?? client.network.prefix)
}

/** By Accept alone: who imitates a browser badly has fetched a page all the same. */
function isPage({ exchange, match }: Seen): boolean {
  if (exchange.method !== 'GET' || match.route.channel !== 'browser') return false
  return acceptsPage(exchange.headers)
}
