import type { ConsentRules, ConsentUse } from './consent-rules.ts'

/** Longer than any bank's. */
const MAX_CONSENT = 128
const PLAIN = /^[\x21-\x7e]+$/

/** The consent that a request names, as the bank spells it; undefined where it names none, or nothing that could be one. */
export function consentNamed(
  rules: Pick<ConsentRules, 'header'>,
  use: ConsentUse,
  headers: Headers,
): string | undefined {
  const named =
    use.kind === 'manage' ? use.consent : use.kind === 'data' ? headerOf(rules, headers) : undefined
  return named !== undefined && named.length <= MAX_CONSENT && PLAIN.test(named) ? named : undefined
}

function headerOf({ header }: Pick<ConsentRules, 'header'>, headers: Headers): string | undefined {
  return header === undefined ? undefined : (headers.get(header) ?? undefined)
}
