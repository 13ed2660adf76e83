/** What an operator has put into KV about the invented third parties (docs/runbook.md tells the formats). */
import { CAST, type TppName } from './cast.ts'

/** Key `register`: the extract of a public register, in which one organisation has lost its authorisation. */
export function registerOf(withdrawn: readonly TppName[], asOf: Date): string {
  const organisations = withdrawn.map((name) => ({
    id: CAST[name].organisation,
    status: 'withdrawn',
    note: `${CAST[name].name} gave its licence back`,
  }))
  return JSON.stringify({ asOf: asOf.toISOString(), complete: false, organisations }, null, 2)
}

/** Key `blocked`: whom the bank itself shuts out. */
export function blockListOf(blocked: readonly TppName[]): string {
  const entries = blocked.map((name) => ({
    organisation: CAST[name].organisation,
    note: `${CAST[name].name} lost its keys`,
  }))
  return JSON.stringify({ blocked: entries }, null, 2)
}
