/** The console's pages of findings. Plain HTML that works without script; the template escapes what came from a request. */
import { html } from 'hono/html'
import type { Finding } from '../inventory/risk/finding-types.ts'
import type { Found, Standing } from '../inventory/risk/findings-object.ts'
import type { FindingPage, FindingQuery } from '../inventory/risk/listing.ts'
import { heading, type Page, page, time } from './pages.ts'

export interface FindingsView extends FindingPage {
  readonly standing: Standing | undefined
  readonly query: FindingQuery
}

export function findingsPage({ findings, total, standing, query }: FindingsView): Page {
  return page(
    'Findings',
    html`${heading('Findings')}
      ${standing === undefined ? html`<p class="soft">Nothing was assessed yet.</p>` : stand(standing)}
      <h2>${total} ${query.states.join(', ')}</h2>
      <nav aria-label="State">
        ${['open', 'accepted', 'fixed'].map(
          (state) => html`<a href="/_portcullis/findings?state=${state}">${state}</a>`,
        )}
        <a href="/_portcullis/api/findings.csv">CSV</a> <a href="/_portcullis/api/findings.sarif">SARIF</a>
      </nav>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Severity</th><th>Finding</th><th>Operation</th><th>Owner</th>
              <th class="number">Seen</th><th>Last seen (UTC)</th>
            </tr>
          </thead>
          <tbody>${findings.map(row)}</tbody>
        </table>
      </div>
      ${findings.length < total ? html`<p class="soft">The rest is in the API: /_portcullis/api/findings?offset=${findings.length}</p>` : ''}`,
  )
}

function stand({ at, scores, blind, problems, targets }: Standing): Page {
  return html`<p>Assessed ${time(at)} UTC.</p>
    <table>
      <thead><tr><th>API</th><th class="number">Score</th><th class="number">Operations</th><th class="number">Open</th><th class="number">Accepted</th></tr></thead>
      <tbody>${scores.map(
        ({ api, score, operations, open, accepted }) => html`<tr>
          <td>${api === '' ? 'everything' : api}</td><td class="number">${score}</td><td class="number">${operations}</td>
          <td class="number">${open.low + open.medium + open.high + open.critical}</td><td class="number">${accepted}</td>
        </tr>`,
      )}</tbody>
    </table>
    ${list('Problems', problems)}
    ${list(
      'Checks that cannot see',
      blind.filter(({ wholly }) => wholly).map(({ check, lacks }) => `${check} lacks ${lacks.join(', ')}`),
    )}
    ${list(
      'Webhooks',
      targets.map(
        ({ name, queued, delivered, dropped, lastFault }) =>
          `${name}: ${delivered} delivered, ${queued} waiting, ${dropped} given up${lastFault === undefined ? '' : `, last trouble ${lastFault}`}`,
      ),
    )}`
}

function list(title: string, lines: readonly string[]): Page | '' {
  if (lines.length === 0) return ''
  return html`<details><summary>${title}: ${lines.length}</summary><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul></details>`
}

function row(finding: Finding): Page {
  const { id, severity, title, check, operation, pointer, owner, count, lastSeenAt } = finding
  return html`<tr>
    <td>${severity}</td>
    <td><a href="/_portcullis/findings/${id}">${title}</a><br /><span class="soft">${check}</span></td>
    <td><code>${operation}</code><br /><code class="soft">${pointer}</code></td>
    <td>${owner ?? ''}</td>
    <td class="number">${count}</td>
    <td class="mono">${time(lastSeenAt)}</td>
  </tr>`
}

/** @param refused why the last decision was not taken */
export function findingPage({ finding, history }: Found, refused: string | undefined): Page {
  return page(
    finding.title,
    html`${heading('Finding')}
      ${refused === undefined ? '' : html`<p role="alert">Nothing was changed: ${refused}.</p>`}
      <p><strong>${finding.title}</strong></p>
      <p>${finding.remediation}</p>
      <table class="facts"><tbody>${facts(finding)
        .filter(([, value]) => value !== '')
        .map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}</tbody></table>
      <h2>Evidence</h2>
      <ul>${finding.evidence.map(({ what, count }) => html`<li><code>${what}</code> ${count}</li>`)}</ul>
      <h2>What became of it</h2>
      <ul>${history.map(({ at, kind, by, why }) => html`<li>${time(at)} <strong>${kind}</strong> by ${by}: ${why}</li>`)}</ul>
      ${forms(finding)}`,
  )
}

function facts(finding: Finding): readonly (readonly [string, string])[] {
  const { acceptance, fixed } = finding
  return [
    ['Severity', `${finding.severity} (${finding.likelihood}, ${finding.exposure} data)`],
    ['State', finding.state],
    [
      'Accepted',
      acceptance === undefined
        ? ''
        : `until ${time(acceptance.until)} by ${acceptance.by}: ${acceptance.why}`,
    ],
    ['Fixed', fixed === undefined ? '' : `${time(fixed.at)} by ${fixed.by}: ${fixed.why}`],
    ['Operation', finding.operation],
    ['Where', finding.pointer],
    ['Specification', finding.specification ?? ''],
    ['Check', `${finding.check} (${finding.owasp.join(', ')})`],
    ['Policy', finding.policies.join(', ')],
    ['API', finding.api],
    ['Owner', finding.owner ?? ''],
    ['Tags', finding.tags.join(', ')],
    ['Seen', `${finding.count} times, from ${time(finding.firstSeenAt)} to ${time(finding.lastSeenAt)}`],
    ['Reopened', finding.reopened === 0 ? '' : String(finding.reopened)],
  ]
}

function forms({ id, state }: Finding): Page {
  const who = html`<label>Your name <input name="by" required maxlength="128" /></label>
    <label>Why <input name="why" required maxlength="1000" size="60" /></label>`
  const form = (
    kind: string,
    label: string,
    more: Page | '',
  ) => html`<form method="post" action="/_portcullis/findings/${id}">
      <input type="hidden" name="kind" value="${kind}" /> ${who} ${more} <button>${label}</button>
    </form>`
  const until = html`<label>Until <input type="date" name="until" required /></label>`
  return html`<h2>Decide</h2>
    ${state === 'fixed' ? '' : form('accept', 'Accept the risk', until)}
    ${state === 'fixed' ? '' : form('fix', 'It is fixed', '')}
    ${state === 'open' ? '' : form('reopen', 'Open again', '')}`
}

export function noFindingsPage(reason: string): Page {
  return page(
    'Not to be read',
    html`${heading('Not to be read')}<p role="alert">The findings cannot be read: ${reason}.</p>`,
  )
}

export function noFindingPage(id: string): Page {
  return page(
    'No such finding',
    html`${heading('No such finding')}<p>There is no finding <code>${id}</code>: mistyped, or forgotten long after it was fixed.</p>`,
  )
}
