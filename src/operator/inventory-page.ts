/** The console's page of the inventory. Plain HTML that works without script; the template escapes what came from a request. */
import { html } from 'hono/html'
import type { InventoryRow } from '../inventory/export/rows.ts'
import { heading, type Page, page } from './pages.ts'

/** The rest is in the exports. */
const MAX_ROWS = 500

/** What needs looking at comes first. */
const ORDER: readonly string[] = ['shadow', 'zombie', 'orphan', 'dormant', 'published']

export function inventoryPage(rows: readonly InventoryRow[]): Page {
  const shown = rows
    .filter(({ ignored }) => !ignored)
    .toSorted(
      (left, right) =>
        ORDER.indexOf(left.status) - ORDER.indexOf(right.status) || right.requests - left.requests,
    )
  const counts = ORDER.map((status) => `${shown.filter((row) => row.status === status).length} ${status}`)
  const more = shown.length > MAX_ROWS ? html`<p class="soft">The rest is in the exports.</p>` : ''
  return page(
    'Inventory',
    html`${heading('Inventory')}
      <p>${counts.join(', ')}. As a file: ${EXPORTS}</p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Operation</th><th>Status</th><th class="number">Requests</th><th class="number">Callers</th>
              <th>Channels</th><th>Authentication</th><th>Data</th><th>Hidden</th><th>Last seen (UTC)</th>
            </tr>
          </thead>
          <tbody>${shown.slice(0, MAX_ROWS).map(lineOf)}</tbody>
        </table>
      </div>
      ${more}`,
  )
}

const EXPORTS = html`<a href="/_portcullis/api/inventory">JSON</a>,
  <a href="/_portcullis/api/inventory.csv">CSV</a>,
  <a href="/_portcullis/api/inventory.openapi.json">OpenAPI of what was seen</a>,
  <a href="/_portcullis/api/inventory.diff.json">published against seen</a>.`

export function noInventoryPage(reason: string): Page {
  return page(
    'Not to be read',
    html`${heading('Not to be read')}<p role="alert">The inventory cannot be read: ${reason}.</p>`,
  )
}

function lineOf(row: InventoryRow): Page {
  const status = row.weak ? `${row.status}?` : row.status
  return html`<tr>
    <td><code>${row.key}</code></td>
    <td>${status}<br /><span class="soft">${row.reason.replaceAll('_', ' ')}</span></td>
    <td class="number">${row.requests}</td>
    <td class="number">${Math.round(row.callers)}</td>
    <td>${few(row.channels)}</td>
    <td>${few(row.authentication_accepted)}</td>
    <td>${few(row.data)}</td>
    <td>${row.hidden.join(', ')}</td>
    <td class="mono">${row.last_seen.slice(0, 19).replace('T', ' ')}</td>
  </tr>`
}

/** The most frequent stand first. */
function few(names: readonly string[]): string {
  return names.slice(0, 3).join(', ')
}
