import type { ConsentRules, ConsentUse } from './consent-rules.ts'

/** Longer than any bank's. */
const MAX_CONSENT = 128
const PLAIN = /^[\x21-\x7e]+$/

/**
 * The consent that a request names, as the bank spells it; undefined where it names none, or nothing that could be one.
 *
 * @param vouched as the bank's own server has it in the token, which is asked where no header names the consent: a token lives
 *   for minutes, and each new one would begin with nothing used
 */
export function consentNamed(
  rules: Pick<ConsentRules, 'header'>,
  use: ConsentUse,
  headers: Headers,
  vouched?: string,
): string | undefined {
  const read = rules.header === undefined ? vouched : headerOf(rules, headers)
  const named = use.kind === 'manage' ? use.consent : use.kind === 'data' ? read : undefined
  return named !== undefined && named.length <= MAX_CONSENT && PLAIN.test(named) ? named : undefined
}

function headerOf({ header }: Pick<ConsentRules, 'header'>, headers: Headers): string | undefined {
  return header === undefined ? undefined : (headers.get(header) ?? undefined)
}
