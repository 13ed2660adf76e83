/** What a request asks of its consent's row. Pure, and made before anybody is asked. */
import type { ConsentRules, ConsentUse } from '../../dialects/consents/consent-rules.ts'
import type { Evidence } from '../../evidence.ts'
import { toBase64url } from '../../lib/base64.ts'
import { known } from '../../lib/fact.ts'
import { oneSpelling } from '../../lib/one-spelling.ts'
import type { Keys } from '../../ports.ts'
import { newPeriods, type Period } from './period.ts'
import { presenceOf } from './presence.ts'
import type { ConsentSettings } from './settings.ts'
import type { ConsentClaim, UnattendedAsk, UseAsk } from './types.ts'

type Seen = Pick<Evidence, 'exchange' | 'match' | 'claims' | 'proof'>

export interface ConsentQuestion {
  readonly use: ConsentUse
  /** The answer may be a whole list: nothing was asked that leaves some out. */
  readonly whole: boolean
  readonly claim: ConsentClaim
  /** Undefined where the request has no consent that could be remembered. */
  readonly ask: UseAsk | undefined
}

export interface ConsentTools {
  readonly keys: Keys
  readonly settings: ConsentSettings
}

const periods = new WeakMap<ConsentSettings, (at: number) => Period>()

/** One calendar for an isolate, which remembers the day that it found last. */
function periodAt(at: number, settings: ConsentSettings): Period {
  const known = periods.get(settings) ?? newPeriods(settings.period, settings.timeZone)
  periods.set(settings, known)
  return known(at)
}

/** Undefined where the request is no consent's business: its organisation is not proven, or it reads nothing of a customer's. */
export function consentQuestion(
  seen: Seen,
  rules: ConsentRules | undefined,
  tools: ConsentTools,
): ConsentQuestion | undefined {
  const { exchange, match, proof } = seen
  if (rules === undefined || match.route.channel !== 'tpp') return undefined
  if (known(proof.certificate) === undefined) return undefined
  const use = rules.use(exchange.method, exchange.target.path)
  if (use === undefined) return undefined
  const presence = presenceOf({
    address: exchange.headers.get(rules.presence),
    signedIn: rules.signedIn === undefined ? null : exchange.headers.get(rules.signedIn),
    caller: exchange.address,
    at: exchange.arrivedAt,
  })
  const { implausiblePresence, perDay } = tools.settings
  const believed = presence.doubts.length === 0 || implausiblePresence === 'attended'
  const limit = match.route.unattendedPerDay ?? perDay
  const away = use.kind === 'data' && limit > 0 && !(presence.claimed && believed)
  const remembered = isRemembered(seen, use)
  return {
    use,
    whole: WHOLE.test(exchange.target.query),
    claim: { presence, counted: away && remembered },
    ask: remembered ? askOf(seen, use, away ? limit : undefined, tools) : undefined,
  }
}

/**
 * A filter gives a part, and so does the last page, which says no more than a whole list that there is no next one. NextGenPSD2's
 * one parameter of this reading leaves nobody out.
 */
const WHOLE = /^(?:withBalance=(?:true|false))?$/i

/** By its own name, or by the token that stands for it. */
function isRemembered({ claims, proof }: Seen, use: ConsentUse): boolean {
  return use.kind !== 'create' && (claims.consent !== undefined || known(proof.token) !== undefined)
}

function askOf({ exchange }: Seen, use: ConsentUse, limit: number | undefined, tools: ConsentTools): UseAsk {
  const data = use.kind === 'data' ? use : undefined
  const collection = data?.resource.split('/', 1)[0] ?? ''
  return {
    kind: 'use',
    data: data !== undefined,
    account:
      data?.account === undefined
        ? undefined
        : { collection, names: accountNames(tools.keys, collection, data.account) },
    listing: data?.listing === true ? collection : undefined,
    unattended:
      data === undefined || limit === undefined
        ? undefined
        : unattendedAsk(data.resource, exchange, limit, tools),
  }
}

function unattendedAsk(
  resource: string,
  { target, arrivedAt }: Seen['exchange'],
  limit: number,
  { keys, settings }: ConsentTools,
): UnattendedAsk {
  return {
    resources: namesOf(keys, 'resource', resourceSpelt(resource), RESOURCE_BYTES),
    page: asksForPage(target.query, settings.pageParameters),
    pages: settings.pagesPerAccess,
    limit,
    accepted: settings.accepted,
    ...periodAt(arrivedAt, settings),
  }
}

/** 64 bits: of a consent's thousand resources, no two share a name. */
const RESOURCE_BYTES = 8
/** 96 bits, as of every pseudonym. */
const ACCOUNT_BYTES = 12

export function accountNames(keys: Keys, collection: string, account: string): readonly string[] {
  return namesOf(keys, 'account', `${collection}/${oneSpelling(account)}`, ACCOUNT_BYTES)
}

/** Of one consent's few resources no two differ in case alone. */
function resourceSpelt(resource: string): string {
  return resource.split('/').map(oneSpelling).join('/').toLowerCase()
}

/** Under the current key and under those before it, so that a rotation forgets nothing. */
function namesOf(keys: Keys, scope: string, value: string, bytes: number): readonly string[] {
  const name = (keyId: string, mac: Uint8Array) => `${keyId}.${toBase64url(mac.subarray(0, bytes))}`
  const { keyId, mac } = keys.mac('consent', scope, value)
  const former = keys.formerIds.flatMap((id) => {
    const made = keys.macWith(id, 'consent', scope, value)
    return made === undefined ? [] : [name(id, made.mac)]
  })
  return [name(keyId, mac), ...former]
}

/** What counts pages from nought asks for the first one with it. */
const FIRST: ReadonlySet<string> = new Set(['', '0'])
/** A longer query is not looked through: its request is then an access. */
const MAX_QUERY = 2_048

function asksForPage(query: string, names: readonly string[]): boolean {
  if (names.length === 0 || query === '' || query.length > MAX_QUERY) return false
  for (const [name, value] of new URLSearchParams(query)) {
    if (names.includes(name.toLowerCase()) && !FIRST.has(value)) return true
  }
  return false
}
