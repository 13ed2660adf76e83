/** The inventory as others take it: rows for a screen, and files for spreadsheets, programs and tools that read OpenAPI. */
import { operationsOf } from '../learn/operations.ts'
import type { InventorySnapshot } from '../learn/types.ts'
import type { CompiledSpecification } from '../types.ts'
import { diffOf } from './diff.ts'
import { openApiOf } from './openapi.ts'
import { csvOf, type InventoryRow, rowOf } from './rows.ts'

/** `diff` is what was published against what was seen. */
export type ExportForm = 'csv' | 'openapi' | 'diff'

export interface InventoryView {
  /** Of everything that is published or was seen. */
  rows(snapshots: readonly InventorySnapshot[]): readonly InventoryRow[]
  written(form: ExportForm, snapshots: readonly InventorySnapshot[]): string
}

export function inventoryView(
  specification: Pick<CompiledSpecification, 'operations' | 'documents'>,
  at: number,
): InventoryView {
  const operations = (snapshots: readonly InventorySnapshot[]) =>
    operationsOf(specification, snapshots, { at })
  return {
    rows: (snapshots) => operations(snapshots).map(rowOf),
    written(form, snapshots) {
      const all = operations(snapshots)
      if (form === 'csv') return csvOf(all.map(rowOf))
      return json(form === 'openapi' ? openApiOf(all, { at }) : { differences: diffOf(all, specification) })
    },
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
