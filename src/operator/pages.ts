/** The console's pages. Plain HTML that works without script; the template escapes whatever came from a request. */
import { html, raw } from 'hono/html'
import type { JournalEntry } from '../record/entry.ts'
import type { JournalCounts } from '../record/journal-page.ts'
import { STYLE } from './style.ts'

export type Page = ReturnType<typeof html>

export const ACTIONS: readonly string[] = ['deny', 'throttle', 'challenge', 'flag', 'allow']

export function signInPage(refused: boolean): Page {
  return page(
    'Sign in',
    html`<h1>Portcullis</h1>
      ${refused ? html`<p role="alert">That is not the operator's token.</p>` : ''}
      <form method="post" action="/_portcullis/sign-in">
        <label>
          Operator's token
          <input type="password" name="token" autocomplete="current-password" required autofocus />
        </label>
        <button>Sign in</button>
      </form>`,
  )
}

export interface Overview {
  readonly entries: readonly JournalEntry[]
  readonly hour: JournalCounts
  /** The verdict that the list is filtered by. */
  readonly chosen: string | undefined
}

export function decisionsPage({ entries, hour, chosen }: Overview): Page {
  const last = entries.at(-1)
  return page(
    'Decisions',
    html`${heading('Decisions')}
      <h2>The last hour: ${hour.total} decisions</h2>
      <div class="counts">${tally('Verdict', hour.action, hour.total)} ${tally('Rule', hour.rule, hour.total)}</div>
      <h2>Last decisions</h2>
      <nav aria-label="Verdict">${[undefined, ...ACTIONS].map((action) => filter(action, chosen))}</nav>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Time (UTC)</th><th>Verdict</th><th>Reason</th><th>Request</th><th>Client</th>
              <th>Network</th><th class="number">Abuse</th><th>Reference</th>
            </tr>
          </thead>
          <tbody>${entries.map(row)}</tbody>
        </table>
      </div>
      ${last === undefined ? html`<p class="soft">No decision yet.</p>` : older(last, chosen)}`,
  )
}

export function unavailablePage(reason: string): Page {
  return page(
    'Not to be read',
    html`${heading('Not to be read')}<p role="alert">The journal cannot be read: ${reason}.</p>`,
  )
}

export function notFoundPage(reference: string): Page {
  return page(
    'No such decision',
    html`${heading('No such decision')}
      <p>The journal holds no decision with the reference <code>${reference}</code>: mistyped, or older than the retention.</p>`,
  )
}

export function heading(title: string): Page {
  return html`<nav class="top">
      <a href="/_portcullis/">Decisions</a>
      <a href="/_portcullis/inventory">Inventory</a>
      <a href="/_portcullis/findings">Findings</a>
      <form class="inline" method="get" action="/_portcullis/decisions">
        <label>Reference <input name="reference" size="38" /></label> <button>Find</button>
      </form>
      <form class="inline" method="post" action="/_portcullis/sign-out"><button>Sign out</button></form>
    </nav>
    <h1>${title}</h1>`
}

export function page(title: string, body: Page): Page {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title} · Portcullis</title>
        <style>${raw(STYLE)}</style>
      </head>
      <body>${body}</body>
    </html>`
}

/** ISO 8601 to the second. */
export function time(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ')
}

function row(entry: JournalEntry): Page {
  const spared =
    entry.intended === entry.action ? '' : html`<br /><span class="soft">would ${entry.intended}</span>`
  return html`<tr>
    <td class="mono">${time(entry.at)}</td>
    <td><span class="action ${entry.action}">${entry.action}</span>${spared}</td>
    <td>${entry.reason}<br /><span class="soft">${entry.rule}</span></td>
    <td>${entry.method} <code>${entry.pattern}</code><br /><span class="soft">${entry.outcome}</span></td>
    <td>${entry.family} ${entry.major ?? ''}<br /><code class="soft">${entry.ja4}</code></td>
    <td>${entry.prefix}<br /><span class="soft">${entry.asn === null ? '' : `AS${entry.asn}`} ${entry.country}</span></td>
    <td class="number">${entry.abuse ?? ''}</td>
    <td><a class="mono" href="/_portcullis/decisions?reference=${encodeURIComponent(entry.reference)}">${entry.reference}</a></td>
  </tr>`
}

function tally(title: string, counts: Readonly<Record<string, number>>, total: number): Page {
  const rows = Object.entries(counts).sort(([, left], [, right]) => right - left)
  return html`<table class="tally">
    <thead><tr><th>${title}</th><th class="number">Count</th><th class="number">Share</th></tr></thead>
    <tbody>
      ${rows.map(
        ([name, count]) => html`<tr>
          <td><span class="action ${name}">${name}</span></td>
          <td class="number">${count}</td>
          <td class="number">${((100 * count) / total).toFixed(1)} %</td>
        </tr>`,
      )}
    </tbody>
  </table>`
}

function filter(action: string | undefined, chosen: string | undefined): Page {
  const name = action ?? 'all'
  if (action === chosen) return html`<strong>${name}</strong>`
  return html`<a href="/_portcullis/${action === undefined ? '' : `?verdict=${action}`}">${name}</a>`
}

function older({ at }: JournalEntry, chosen: string | undefined): Page {
  const verdict = chosen === undefined ? '' : `&verdict=${chosen}`
  return html`<p><a href="/_portcullis/?before=${at}${raw(verdict)}">Older</a></p>`
}
