/** The page that solves a puzzle: no outside resource, one script that its own policy names by hash. */
import { cspHash, escapeHtml } from '../lib/html.ts'

/** Where solutions are sent. */
export const CHALLENGE_PATH = '/_portcullis/challenge'

const STYLE =
  ':root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem}code{overflow-wrap:anywhere}'

/** Constant, so that its hash is: what differs from page to page stands in the form. Sixty-four hashes at a time keep the page alive. */
const SCRIPT = `
const form = document.forms[0]
const status = document.getElementById('status')
const encoder = new TextEncoder()
const zeroBits = (digest) => {
  const bytes = new Uint8Array(digest)
  const first = bytes.findIndex((byte) => byte !== 0)
  return first < 0 ? 256 : first * 8 + Math.clz32(bytes[first]) - 24
}
const solve = async (puzzle, bits) => {
  for (let from = 0; ; from += 64) {
    const tries = Array.from({ length: 64 }, (_, index) => String(from + index))
    const digests = await Promise.all(tries.map((text) => crypto.subtle.digest('SHA-256', encoder.encode(puzzle + '.' + text))))
    const found = digests.findIndex((digest) => zeroBits(digest) >= bits)
    if (found >= 0) return tries[found]
  }
}
if (globalThis.crypto && crypto.subtle) {
  solve(form.elements.puzzle.value, Number(form.dataset.bits)).then((solution) => {
    form.elements.solution.value = solution
    form.submit()
  })
} else {
  status.textContent = form.dataset.insecure
}
`

const POLICY = [
  "default-src 'none'",
  `script-src ${cspHash(SCRIPT)}`,
  `style-src ${cspHash(STYLE)}`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

export const CHALLENGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': POLICY,
  // The path that asked is nobody else's business, and our own form needs to say where it comes from.
  'referrer-policy': 'same-origin',
  'content-language': 'en',
} as const

export interface ChallengeText {
  readonly puzzle: string
  readonly bits: number
  readonly reference: string
}

export function challengePage({ puzzle, bits, reference }: ChallengeText): string {
  const quoted = escapeHtml(reference)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Checking your browser</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Checking your browser</h1>
<p id="status" role="status">This takes a moment. You are then taken back, and may have to enter your details again.</p>
<noscript><p>Your browser does not run JavaScript. Please switch it on and open the page again, or contact us and quote the reference below.</p></noscript>
<p>Reference: <code>${quoted}</code></p>
<form method="post" action="${CHALLENGE_PATH}" data-bits="${bits}" data-insecure="Your browser cannot do this check here. Please contact us and quote the reference below.">
<input type="hidden" name="puzzle" value="${escapeHtml(puzzle)}">
<input type="hidden" name="solution" value="">
</form>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`
}
