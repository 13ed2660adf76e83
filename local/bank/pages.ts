/** The pages that people see: plain, readable without script, nothing loaded from elsewhere. */
import { html } from 'hono/html'

type Page = ReturnType<typeof html>

const STYLE = `
  :root { color-scheme: light dark; font: 100%/1.6 system-ui, sans-serif }
  body { margin: 0 auto; max-width: 34rem; padding: 3rem 1.25rem }
  h1 { font-size: 1.75rem; line-height: 1.2 }
  form { display: grid; gap: .75rem; max-width: 20rem }
  label { display: grid; gap: .25rem; font-weight: 600 }
  input, button { border: 1px solid #767676; border-radius: .375rem; font: inherit; padding: .5rem .75rem }
  button { background: #1d4d4f; border-color: #1d4d4f; color: #fff; cursor: pointer; font-weight: 600 }
  :focus-visible { outline: 3px solid #d98c21; outline-offset: 2px }
  table { border-collapse: collapse; width: 100% }
  th, td { border-bottom: 1px solid #9998; padding: .5rem 0; text-align: left }
  td:last-child, th:last-child { font-variant-numeric: tabular-nums; text-align: right }
  [role=alert] { border-left: 4px solid #b3261e; padding-left: .75rem }
`

/** `connect-src` lets a script that a tester types into the page call the JSON login; the pages have none. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

function page(title: string, main: Page): Page {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - Demo Bank</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${main}
</main>
</body>
</html>
`
}

export function landingPage(): Page {
  return page(
    'Demo Bank',
    html`<p>This bank is invented, and so are its customers and their money.</p>
<p><a href="/login">Log in</a> to see your accounts.</p>`,
  )
}

export function loginPage(problem?: string): Page {
  return page(
    'Log in',
    html`${problem === undefined ? '' : html`<p role="alert" id="problem">${problem}</p>`}
<form method="post" action="/login">
<label>User name
<input name="username" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="128" required autofocus>
</label>
<label>Password
<input name="password" type="password" autocomplete="current-password" maxlength="128" required>
</label>
<button type="submit">Log in</button>
</form>`,
  )
}

export interface AccountLine {
  readonly nickname: string
  readonly number: string
  readonly balance: string
}

export function accountPage(name: string, accounts: readonly AccountLine[]): Page {
  return page(
    `Welcome, ${name}`,
    html`<table>
<thead><tr><th scope="col">Account</th><th scope="col">Number</th><th scope="col">Balance</th></tr></thead>
<tbody>
${accounts.map(
  ({ nickname, number, balance }) =>
    html`<tr><th scope="row">${nickname}</th><td>${number}</td><td>${balance}</td></tr>`,
)}
</tbody>
</table>
<form method="post" action="/logout"><p><button type="submit">Log out</button></p></form>`,
  )
}
