/** Which features go together when one asks what a model would be worth without them. */
import { FEATURE_NAMES } from '../../src/score/features.ts'

/** By what the feature is read from. The first pattern that fits a name decides; every name fits one. */
const GROUPS = {
  tls: /^(?:tls|protocolUnlike|http1)/,
  headers:
    /^(?:clientHints|fetchMetadata|accept|userAgent|header|claims|declares|hasCookie|hasReferer|languages|formSubmission)/,
  estate: /^(?:cohort|route|network|country(?!Unknown)|tpp(?!Channel)|bin|password|estate)/,
  behaviour:
    /^(?:address|client|prefix|account(?!Data)|card|pass(?:Attempts|Accounts|Failure)|token(?:Requests|Misses)|consent|signer|app|history|order|walk|actor)/,
  'proof and place': /./,
} as const satisfies Record<string, RegExp>

type Group = keyof typeof GROUPS

export function groupOf(feature: string): Group {
  const found = Object.entries(GROUPS).find(([, pattern]) => pattern.test(feature))
  // Object.entries forgets what the keys are; the last pattern fits everything.
  return (found?.[0] ?? 'proof and place') as Group
}

/** Without each of these the learner learns again; what is proven, and where the request goes, is never in doubt. */
export function ablations(): Readonly<Record<string, readonly string[]>> {
  const of = (group: Group): readonly string[] => FEATURE_NAMES.filter((name) => groupOf(name) === group)
  return {
    tls: of('tls'),
    headers: of('headers'),
    'tls and headers': [...of('tls'), ...of('headers')],
    behaviour: of('behaviour'),
    estate: of('estate'),
  }
}
