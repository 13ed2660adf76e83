/**
 * What the request shows and what its keys did in minutes, hours and days. Append only: reordering, renaming or removing a
 * row invalidates every trained model.
 */
import type { Evidence } from '../../evidence.ts'
import {
  accountsPerAttempt,
  among,
  cohortShareOfRoute,
  contradicts,
  count,
  type Feature,
  failureRatio,
  flag,
  flagWhere,
  headerContradictions,
  holds,
  logSeconds,
  pages,
  perAttempt,
  refused,
  regularity,
  sinceFirst,
  sinceLast,
  support,
  transportContradicts,
  under,
  unresolvedShare,
  whereTold,
  whereWhole,
} from '../measures.ts'

const BROWSERS: readonly string[] = ['chrome', 'edge', 'firefox', 'safari', 'other_browser']

export const REQUEST_FEATURES = {
  /** A tool that copies a browser's headers seldom copies its handshake; a company's TLS inspection does the same to people. */
  tlsUnlikeClaim: transportContradicts('tls_unlike_claim'),
  /** Browsers speak HTTP/2 where it is offered, most attack tools HTTP/1.1. */
  protocolUnlikeClaim: transportContradicts('protocol_unlike_claim'),
  /** Copied user agents come without the hints that their version sends. */
  clientHintsMissing: contradicts('client_hints_missing'),
  /** Hints from a browser that has none: a header list glued together. */
  clientHintsUnexpected: contradicts('client_hints_unexpected'),
  /** User agent rotated, hints forgotten. */
  clientHintsDisagree: contradicts('client_hints_disagree'),
  /** A browser says why it fetches (Fetch Metadata); libraries do not know. */
  fetchMetadataMissing: contradicts('fetch_metadata_missing'),
  /** Fetch metadata from software that has no pages. */
  fetchMetadataUnexpected: contradicts('fetch_metadata_unexpected'),
  /** Navigation headers on an API call: a profile replayed on the wrong kind of request. */
  fetchMetadataDisagrees: contradicts('fetch_metadata_disagrees'),
  /** A wildcard Accept on what claims to be a page load. */
  acceptUnlikeClaim: contradicts('accept_unlike_claim'),
  /** Browsers always name a language; privacy modes shorten the list and still name one. */
  acceptLanguageMissing: contradicts('accept_language_missing'),
  /** A modern browser without br, or with a library's list. */
  acceptEncodingUnlikeClaim: contradicts('accept_encoding_unlike_claim'),
  /** Configurations keep the user agent of the year in which they were written. */
  userAgentObsolete: contradicts('user_agent_obsolete'),
  /** Two user agents in one request: a tool that added where it should have replaced. */
  userAgentDuplicated: contradicts('user_agent_duplicated'),
  /** Any other header that this claim does not send. */
  headerUnlikeClaim: contradicts('header_unlike_claim'),
  /** Layers are counted apart: a middlebox breaks one of them, a forger several. */
  headerContradictions: whereWhole(headerContradictions),

  /** Whose manners the request must be held against. */
  claimsBrowser: whereTold('user-agent', ({ client }) => flag(BROWSERS.includes(client.claim.family))),
  /** Native HTTP stacks lack what browsers have, rightly. */
  claimsApp: whereTold('user-agent', ({ client }) => flag(client.claim.family === 'app')),
  /** Honest about being a library: no contradiction, still no person. */
  claimsTool: whereTold('user-agent', ({ client }) => flag(client.claim.family === 'tool')),
  /** Automation that says so: monitoring, tests, crawlers. */
  declaresAutomation: whereTold('user-agent', ({ client }) => flag(client.claim.declaresAutomation)),

  /** Old stacks and some attack tools stop at TLS 1.2. */
  tls13: ({ client }) => flagWhere(client.tls.version !== undefined, client.tls.version === 'TLSv1.3'),
  /** Tells a library from a browser where no claim is made. */
  http1: ({ client }) =>
    flagWhere(client.protocol !== undefined, client.protocol?.startsWith('HTTP/1') === true),

  /** Browsers send a dozen headers and more, tools a handful. */
  headerCount: whereWhole(({ client }) => client.shape.count),
  /** Somebody who has been here, or wants to look so. */
  hasCookie: whereTold('cookie', ({ client }) => flag(client.shape.hasCookie)),
  /** A form is sent from a page. */
  hasReferer: whereTold('referer', ({ client }) => flag(client.shape.hasReferer)),
  /** Libraries seldom set a language at all, people have one or more. */
  languages: whereTold('accept-language', ({ client }) => client.shape.acceptsLanguage),
  /** Every browser accepts Brotli, few libraries do. */
  acceptsBrotli: whereTold('accept-encoding', ({ client }) => flag(/\bbr\b/.test(client.shape.encodings))),

  /** Machines for rent: third parties and attackers both live there, people behind a VPN too. */
  hosting: ({ client }) => flag(client.hosting),
  /** Anonymising networks have no country. */
  countryUnknown: ({ client }) => flag(client.network.country === undefined),
  /** Lists age: evidence, seldom proof. */
  listed: ({ client }) => client.listed.length,

  /** A licensed third party is automation by design. */
  provenTpp: whereTold(
    'client-cert',
    holds(({ proof }) => proof.certificate),
  ),
  /** A certificate that does not hold. */
  certificateRefused: refused(({ proof }) => proof.certificate),
  /** A session or consent exists. */
  tokenHeld: whereTold(
    'authorization',
    holds(({ proof }) => proof.token),
  ),
  /** Stale or malformed tokens in numbers are somebody guessing. */
  tokenRefused: refused(({ proof }) => proof.token),
  /** Has fetched a page of ours before and kept the cookie. */
  passHeld: whereTold(
    'cookie',
    holds(({ proof }) => proof.pass),
  ),
  /** Invented, altered or carried over from another client. */
  passRefused: refused(({ proof }) => proof.pass),
  /** Met a challenge. */
  passCleared: ({ proof }) => flagWhere(proof.pass.state === 'valid', isCleared(proof)),
  /** A pass of last week is a returning person; one second old is a script that fetched it for this. */
  passAge: ({ proof, exchange }) =>
    proof.pass.state === 'valid' ? logSeconds(exchange.arrivedAt - proof.pass.value.issuedAt) : Number.NaN,

  /** What is normal depends on what is at stake. */
  login: ({ match }) => flag(match.route.sensitivity === 'login'),
  /** Card testing and takeover end here. */
  payment: ({ match }) => flag(match.route.sensitivity === 'payment'),
  /** Scraping happens here. */
  accountData: ({ match }) => flag(match.route.sensitivity === 'account'),
  /** Automation is the normal caller. */
  tppChannel: ({ match }) => flag(match.route.channel === 'tpp'),
  /** No page, no cookies, no hints: normal for an app. */
  mobileChannel: ({ match }) => flag(match.route.channel === 'mobile'),
  /** A page should have come first. */
  browserChannel: ({ match }) => flag(match.route.channel === 'browser'),
  /** A secret is being tried now. */
  attempt: whereWhole(({ claims }) => flag(claims.password !== undefined || claims.card !== undefined)),
  /** Nobody's client has an undocumented path compiled in. */
  documented: ({ match }) => flag(match.route.documented),

  /** Two readings of one path are a way in. */
  targetDifferences: ({ exchange }) => exchange.target.differences.length,
  /** Headers that only an edge sets, sent by a client. */
  spoofedHeaders: ({ exchange }) => exchange.spoofed.length,
  /** Bodies that readers would read differently. */
  contentProblem: ({ content }) => flag(content.state === 'invalid'),

  /** Speed of guessing: a person types perhaps three in a minute. */
  addressAttemptsMinute: under('address', count('minute', 'attempts')),
  /** Volume of guessing. */
  addressAttemptsHour: under('address', count('hour', 'attempts')),
  /** An office fails seldom, a list fails nearly always. */
  addressFailureRatioHour: under('address', failureRatio('hour')),
  /** Slow campaigns show only over a day. */
  addressFailuresDay: under('address', count('day', 'failures')),
  /** One list entry after the other; a carrier's address has many accounts too, and few failures. */
  addressAccountsHour: under('address', count('hour', 'accounts')),
  /** Slow campaigns again. */
  addressAccountsDay: under('address', count('day', 'accounts')),
  /** A shared address has many clients, a rotating tool makes itself many. */
  addressClientsHour: under('address', count('hour', 'clients')),
  /** Volume of anything: scraping, enumeration. */
  addressRequestsHour: under('address', count('hour', 'requests')),
  /** Walking through names that do not exist. */
  addressMissesHour: under('address', count('hour', 'misses')),
  /** People are irregular, loops are not. */
  addressRegularity: under('address', regularity),
  /** A first request is no evidence: the model must know how little it knows. */
  addressSinceFirst: under('address', sinceFirst),
  /** Milliseconds between logins are not typed. */
  addressSinceLast: under('address', sinceLast),
  /** Pages before attempts. */
  addressPages: under('address', pages),

  /** Same software from one network, whatever its address. */
  clientAttemptsHour: under('client', count('hour', 'attempts')),
  /** As for the address. */
  clientFailureRatioHour: under('client', failureRatio('hour')),
  /** As for the address. */
  clientAccountsHour: under('client', count('hour', 'accounts')),
  /** As for the address. */
  clientRequestsHour: under('client', count('hour', 'requests')),
  /** As for the address. */
  clientMissesHour: under('client', count('hour', 'misses')),
  /** As for the address. */
  clientRegularity: under('client', regularity),
  /** As for the address. */
  clientPages: under('client', pages),

  /** Attackers rent neighbours; innocent neighbours have other clients. */
  prefixAttemptsHour: under('prefix', count('hour', 'attempts')),
  /** As above. */
  prefixFailureRatioHour: under('prefix', failureRatio('hour')),
  /** As above. */
  prefixAccountsHour: under('prefix', count('hour', 'accounts')),

  /** Guessing one account from everywhere. */
  accountAttemptsHour: under('account', count('hour', 'attempts')),
  /** A forgotten password is a handful of failures; a takeover goes on. */
  accountFailuresDay: under('account', count('day', 'failures')),
  /** One account from many kinds of client. */
  accountClientsDay: under('account', count('day', 'clients')),

  /** One card tried again and again: other expiry, other code. */
  cardAttemptsHour: under('card', count('hour', 'attempts')),
  /** One card from many kinds of client. */
  cardClientsDay: under('card', count('day', 'clients')),

  /** A farmed pass spread over a fleet. */
  passAttemptsHour: under('pass', count('hour', 'attempts')),
  /** One browser, one household: few accounts. */
  passAccountsHour: under('pass', count('hour', 'accounts')),
  /** As for the address. */
  passFailureRatioHour: under('pass', failureRatio('hour')),

  /** How much one session or consent reads. */
  tokenRequestsHour: under('token', count('hour', 'requests')),
  /** Walking through identifiers within one session. */
  tokenMissesHour: under('token', count('hour', 'misses')),

  /**
   * How far the cohort's ratios can be trusted. Everything about a cohort or a route is a share or ends somewhere: a bank
   * ten times as large has ten times the volume, and is under no attack for that.
   */
  cohortSupport: among('cohort', support('hour')),
  /** Popular browsers fail as often as people do; a campaign's cohort fails nearly always, from a million addresses. */
  cohortFailureRatioHour: among('cohort', failureRatio('hour')),
  /** A campaign that is being stopped has no failures any more. */
  cohortUnresolvedShare: among('cohort', unresolvedShare('hour')),
  /** Every attempt another account: people try their own again. */
  cohortAccountsPerAttempt: among('cohort', accountsPerAttempt('hour')),
  /** Lists are tried without looking at the page. */
  cohortPagesPerAttempt: among(
    'cohort',
    perAttempt('hour', ({ pages }) => pages),
  ),
  /** One software that suddenly makes most of all attempts. */
  cohortShareOfRoute,
  /** The route's own weather, against which a cohort is seen: a storm is not this client's fault. */
  routeFailureRatioHour: among('route', failureRatio('hour')),
  /** As above, while the storm is being stopped. */
  routeUnresolvedShare: among('route', unresolvedShare('hour')),
} as const satisfies Record<string, Feature>

function isCleared(proof: Evidence['proof']): boolean {
  return proof.pass.state === 'valid' && proof.pass.value.cleared
}
