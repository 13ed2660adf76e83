/** A page for a person: plain, without script, with the reference that the bank's staff can look up. */
import { cspHash, escapeHtml } from '../lib/html.ts'
import type { Dialect, Refusal, RefusalBody } from './dialect.ts'
import { authenticate, STATUS } from './wording.ts'

interface Wording {
  readonly title: string
  readonly advice: string
}

const REFUSED: Wording = {
  title: 'We could not accept this request',
  advice: 'Go back and try again. If it happens again, contact us and quote the reference below.',
}
const SIGN_IN: Wording = {
  title: 'Please sign in again',
  advice: 'Your session is not valid any more. Go back to the start page and sign in.',
}
const OUTAGE: Wording = {
  title: 'The service is not available at the moment',
  advice: 'Nothing is wrong with your browser. Please try again in a few minutes.',
}

const WORDING = {
  malformed: REFUSED,
  nonconforming: REFUSED,
  method: REFUSED,
  too_large: { ...REFUSED, advice: 'What you sent is larger than we can accept.' },
  media_type: REFUSED,
  certificate_missing: REFUSED,
  certificate_invalid: REFUSED,
  certificate_expired: REFUSED,
  certificate_revoked: REFUSED,
  certificate_blocked: REFUSED,
  role_missing: REFUSED,
  token_missing: SIGN_IN,
  token_invalid: SIGN_IN,
  signature_missing: REFUSED,
  signature_unexpected: REFUSED,
  signature_malformed: REFUSED,
  signature_claim_missing: REFUSED,
  signature_claim_invalid: REFUSED,
  signature_stale: REFUSED,
  signature_uncovered: REFUSED,
  signature_wrong: REFUSED,
  seal_missing: REFUSED,
  seal_invalid: REFUSED,
  seal_expired: REFUSED,
  seal_revoked: REFUSED,
  seal_blocked: REFUSED,
  replayed: REFUSED,
  idempotency_reused: REFUSED,
  proof_invalid: REFUSED,
  app_missing: REFUSED,
  app_unknown: REFUSED,
  app_invalid: REFUSED,
  consent_unknown: REFUSED,
  consent_invalid: REFUSED,
  consent_expired: REFUSED,
  forbidden: REFUSED,
  challenged: { ...REFUSED, advice: 'We need to check your browser first. Please open the page again.' },
  too_many: {
    title: 'Too many requests',
    advice: 'Please wait a minute and try again. Your account is not locked.',
  },
  upgrade: REFUSED,
  origin_down: OUTAGE,
  origin_slow: OUTAGE,
  unavailable: OUTAGE,
} as const satisfies Record<Refusal, Wording>

/** Dark and light follow the reader's own setting; sizes follow the reader's own font. */
const STYLE =
  ':root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem}code{overflow-wrap:anywhere}'

const POLICY = [
  "default-src 'none'",
  `style-src ${cspHash(STYLE)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export const page: Dialect = {
  name: 'page',
  readBy: 'people',
  forPrograms: 'problem',
  operations: new Map(),
  signing: [],
  playedBack: [],
  refuse(refusal, reference): RefusalBody {
    return {
      status: STATUS[refusal],
      mediaType: 'text/html; charset=utf-8',
      body: render(WORDING[refusal], reference),
      headers: {
        ...authenticate(refusal),
        'content-security-policy': POLICY,
        'referrer-policy': 'no-referrer',
        'content-language': 'en',
      },
    }
  },
}

function render({ title, advice }: Wording, reference: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(advice)}</p>
<p>Reference: <code>${escapeHtml(reference)}</code></p>
</main>
</body>
</html>
`
}
