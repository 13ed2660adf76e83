/** Features as an operator reads them: what is measured, and its value in the unit that it was measured in. */
import type { FeatureName } from './features.ts'

export type Unit = 'flag' | 'count' | 'share' | 'seconds' | 'number'
type Description = readonly [unit: Unit, text: string]

/** A feature without its words does not compile. */
export const DESCRIPTIONS = {
  tlsUnlikeClaim: ['flag', 'TLS handshake of another software than it claims to be'],
  protocolUnlikeClaim: ['flag', 'HTTP version that the claimed software would not use'],
  clientHintsMissing: ['flag', 'client hints missing that its browser sends'],
  clientHintsUnexpected: ['flag', 'client hints from a browser that has none'],
  clientHintsDisagree: ['flag', 'client hints that disagree with the user agent'],
  fetchMetadataMissing: ['flag', 'fetch metadata missing that its browser sends'],
  fetchMetadataUnexpected: ['flag', 'fetch metadata from software without pages'],
  fetchMetadataDisagrees: ['flag', 'fetch metadata of another kind of request'],
  acceptUnlikeClaim: ['flag', 'Accept header unlike its browser'],
  acceptLanguageMissing: ['flag', 'no language, which every browser names'],
  acceptEncodingUnlikeClaim: ['flag', 'Accept-Encoding header unlike its browser'],
  userAgentObsolete: ['flag', 'user agent of a version that is long obsolete'],
  userAgentDuplicated: ['flag', 'more than one user agent'],
  headerUnlikeClaim: ['flag', 'a header that the claimed software does not send'],
  headerContradictions: ['number', 'contradictions among the headers'],
  claimsBrowser: ['flag', 'claims to be a browser'],
  claimsApp: ['flag', 'claims to be an app'],
  claimsTool: ['flag', 'says itself that it is a tool'],
  declaresAutomation: ['flag', 'says itself that it is automation'],
  tls13: ['flag', 'TLS 1.3'],
  http1: ['flag', 'HTTP/1'],
  headerCount: ['number', 'headers sent'],
  hasCookie: ['flag', 'sends a cookie'],
  hasReferer: ['flag', 'comes from a page (Referer)'],
  languages: ['number', 'languages accepted'],
  acceptsBrotli: ['flag', 'accepts Brotli'],
  hosting: ['flag', 'network that rents machines out'],
  countryUnknown: ['flag', 'network without a country'],
  listed: ['number', 'lists that name its network'],
  provenTpp: ['flag', 'a third party proven by its certificate'],
  certificateRefused: ['flag', 'a certificate that was refused'],
  tokenHeld: ['flag', 'an access token that holds'],
  tokenRefused: ['flag', 'an access token that was refused'],
  passHeld: ['flag', 'has been here before (a pass of ours that holds)'],
  passRefused: ['flag', 'a pass of ours that does not hold'],
  passCleared: ['flag', 'has met a challenge'],
  passAge: ['seconds', 'age of its pass'],
  login: ['flag', 'a login'],
  payment: ['flag', 'a payment'],
  accountData: ['flag', 'account data'],
  tppChannel: ['flag', 'the interface of third parties'],
  mobileChannel: ['flag', 'the interface of the app'],
  browserChannel: ['flag', 'the website'],
  attempt: ['flag', 'tries a password or a card'],
  documented: ['flag', 'a documented path'],
  targetDifferences: ['number', 'ways in which the path differs from its normal form'],
  spoofedHeaders: ['number', 'headers that only an edge may set'],
  contentProblem: ['flag', 'a body that readers would read differently'],
  addressAttemptsMinute: ['count', 'attempts from its address within a minute'],
  addressAttemptsHour: ['count', 'attempts from its address within an hour'],
  addressFailureRatioHour: ['share', 'of the attempts from its address failed within an hour'],
  addressFailuresDay: ['count', 'failed attempts from its address within a day'],
  addressAccountsHour: ['count', 'accounts tried from its address within an hour'],
  addressAccountsDay: ['count', 'accounts tried from its address within a day'],
  addressClientsHour: ['count', 'kinds of software at its address within an hour'],
  addressRequestsHour: ['count', 'requests from its address within an hour'],
  addressMissesHour: ['count', 'requests from its address for what does not exist, within an hour'],
  addressRegularity: ['number', 'unevenness of the pauses at its address (people are above 1)'],
  addressSinceFirst: ['seconds', 'since its address was first seen'],
  addressSinceLast: ['seconds', 'since the request before from its address'],
  addressPages: ['count', 'pages fetched from its address within an hour'],
  clientAttemptsHour: ['count', 'attempts by its software from its network within an hour'],
  clientFailureRatioHour: ['share', 'of the attempts by its software from its network failed within an hour'],
  clientAccountsHour: ['count', 'accounts tried by its software from its network within an hour'],
  clientRequestsHour: ['count', 'requests of its software from its network within an hour'],
  clientMissesHour: ['count', 'requests of its software for what does not exist, within an hour'],
  clientRegularity: ['number', 'unevenness of its pauses (people are above 1)'],
  clientPages: ['count', 'pages fetched by its software from its network within an hour'],
  prefixAttemptsHour: ['count', 'attempts from its neighbourhood within an hour'],
  prefixFailureRatioHour: ['share', 'of the attempts from its neighbourhood failed within an hour'],
  prefixAccountsHour: ['count', 'accounts tried from its neighbourhood within an hour'],
  accountAttemptsHour: ['count', 'attempts on this account within an hour'],
  accountFailuresDay: ['count', 'failed attempts on this account within a day'],
  accountClientsDay: ['count', 'kinds of software at this account within a day'],
  cardAttemptsHour: ['count', 'attempts with this card within an hour'],
  cardClientsDay: ['count', 'kinds of software with this card within a day'],
  passAttemptsHour: ['count', 'attempts with this pass within an hour'],
  passAccountsHour: ['count', 'accounts tried with this pass within an hour'],
  passFailureRatioHour: ['share', 'of the attempts with this pass failed within an hour'],
  tokenRequestsHour: ['count', 'requests with this access token within an hour'],
  tokenMissesHour: ['count', 'requests with this access token for what does not exist, within an hour'],
  cohortSupport: ['count', 'attempts, up to 100, by all who look like it within an hour'],
  cohortFailureRatioHour: ['share', 'of the attempts of all who look like it failed within an hour'],
  cohortUnresolvedShare: ['share', 'of the attempts of all who look like it were never answered'],
  cohortAccountsPerAttempt: ['number', 'accounts for each attempt of all who look like it'],
  cohortPagesPerAttempt: ['number', 'pages for each attempt of all who look like it'],
  cohortShareOfRoute: ['share', 'of all attempts here are by those who look like it'],
  routeFailureRatioHour: ['share', 'of all attempts here failed within an hour'],
  routeUnresolvedShare: ['share', 'of all attempts here were never answered'],
} as const satisfies Record<FeatureName, Description>

/** `3 attempts on this account within an hour`. */
export function inWords(feature: string, value: number | undefined): string {
  const [unit, text] = describe(feature)
  if (value === undefined || Number.isNaN(value)) return `not known: ${text}`
  if (unit === 'flag') return `${value === 1 ? 'yes' : 'no'}: ${text}`
  return `${amount(unit, value)} ${text}`
}

/** `3 instead of 40 attempts on this account within an hour`. */
export function changeInWords(feature: string, from: number | undefined, to: number): string {
  const [unit, text] = describe(feature)
  const before = from === undefined || Number.isNaN(from) ? 'not known' : amount(unit, from)
  return unit === 'flag'
    ? `${text}: ${amount(unit, to)} instead of ${before}`
    : `${amount(unit, to)} instead of ${before} ${text}`
}

export function unitOf(feature: string): Unit {
  return describe(feature)[0]
}

/** A feature that is not among these is of another version of the gate, and speaks for itself. */
function describe(feature: string): Description {
  const descriptions: Readonly<Record<string, Description>> = DESCRIPTIONS
  return descriptions[feature] ?? ['number', feature]
}

/** Counts and durations are scored as logarithms (`measures.ts`). */
function amount(unit: Unit, value: number): string {
  switch (unit) {
    case 'flag':
      return value === 1 ? 'yes' : 'no'
    case 'count':
      return rounded(Math.expm1(value))
    case 'share':
      return `${rounded(100 * value)}%`
    case 'seconds':
      return duration(Math.expm1(value))
    case 'number':
      return rounded(value)
  }
}

const DURATIONS = [
  [86_400, 'days'],
  [3_600, 'hours'],
  [60, 'minutes'],
] as const

function duration(seconds: number): string {
  for (const [length, name] of DURATIONS) {
    if (seconds >= 2 * length) return `${rounded(seconds / length)} ${name}`
  }
  return `${rounded(seconds)} seconds`
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(value >= 100 ? 3 : 2)))
}
