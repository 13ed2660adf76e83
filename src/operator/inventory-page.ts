/** The console's page of the inventory. Plain HTML that works without script; the template escapes what came from a request. */
import { html } from 'hono/html'
import type { Counted, InventoryEntry, InventorySnapshot } from '../inventory/learn/types.ts'
import type { Operation } from '../inventory/types.ts'
import { heading, type Page, page, time } from './pages.ts'

/** The rest is in the API. */
const MAX_ROWS = 500

export function inventoryPage(
  snapshots: readonly InventorySnapshot[],
  published: readonly Operation[],
): Page {
  const operations = new Map(published.map((operation) => [operation.id, operation]))
  const entries = snapshots.flatMap((one) => one.entries)
  const sorted = entries.toSorted(
    (left, right) => order(left) - order(right) || right.usage.requests - left.usage.requests,
  )
  const unused = published.length - entries.filter(({ key }) => operations.has(key)).length
  return page(
    'Inventory',
    html`${heading('Inventory')}
      <p>${entries.length} operations are in use; ${unused} are published and were never called. What no specification
        has stands first. <a href="/_portcullis/api/inventory">JSON</a></p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Operation</th><th>Standing</th><th class="number">Requests</th><th class="number">Callers</th>
              <th>Channels</th><th>Authentication</th><th>Hidden</th><th>Last seen (UTC)</th>
            </tr>
          </thead>
          <tbody>${sorted.slice(0, MAX_ROWS).map((entry) => row(entry, operations.get(entry.key)))}</tbody>
        </table>
      </div>
      ${sorted.length > MAX_ROWS ? html`<p class="soft">The rest is in the API.</p>` : ''}`,
  )
}

export function noInventoryPage(reason: string): Page {
  return page(
    'Not to be read',
    html`${heading('Not to be read')}<p role="alert">The inventory cannot be read: ${reason}.</p>`,
  )
}

function order({ origin }: InventoryEntry): number {
  return origin === 'published' ? 1 : 0
}

function row(
  { key, origin, methodUndeclared, usage, hidden }: InventoryEntry,
  operation: Operation | undefined,
): Page {
  return html`<tr>
    <td><code>${key}</code></td>
    <td>${standing(origin, methodUndeclared, operation)}</td>
    <td class="number">${usage.requests}</td>
    <td class="number">${Math.round(usage.sessions)}</td>
    <td>${names(usage.channels)}</td>
    <td>${names(usage.authentication)}</td>
    <td>${hidden.map(({ place, name }) => `${place} ${name}`).join(', ')}</td>
    <td class="mono">${time(usage.lastSeenAt)}</td>
  </tr>`
}

function standing(
  origin: InventoryEntry['origin'],
  methodUndeclared: boolean,
  operation: Operation | undefined,
): string {
  if (operation === undefined) return methodUndeclared ? 'method undeclared' : `undocumented (${origin})`
  if (operation.deprecated) return 'deprecated'
  return operation.standing === 'older' ? 'superseded' : 'published'
}

function names(counted: readonly Counted[]): string {
  return counted
    .toSorted((left, right) => right.count - left.count)
    .slice(0, 3)
    .map(({ name }) => name)
    .join(', ')
}
