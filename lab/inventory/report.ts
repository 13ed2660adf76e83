/** From logs and documents to an inventory. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { memoryInventory } from '../../src/inventory/learn/memory-inventory.ts'
import { type InventoryOperation, operationsOf } from '../../src/inventory/learn/operations.ts'
import type { InventorySnapshot } from '../../src/inventory/learn/types.ts'
import { matcherFor } from '../../src/inventory/specs/match.ts'
import type { CompiledSpecification } from '../../src/inventory/types.ts'
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'
import { unopenableOf } from '../logs/lines.ts'
import type { LogReport } from '../logs/read.ts'
import { compileSpecifications } from '../specs/compile.ts'
import { readLog } from './lines.ts'
import type { Options } from './options.ts'
import { remarksOn } from './remarks.ts'

type Tables = Pick<CompiledSpecification, 'documents' | 'operations'>

export interface Report {
  readonly sources: readonly (LogReport & { readonly file: string })[]
  readonly first: number | undefined
  readonly last: number | undefined
  readonly specification: Tables
  readonly operations: readonly InventoryOperation[]
  readonly snapshots: readonly InventorySnapshot[]
}

export async function reportOn({
  logs,
  specifications,
  quietDays,
}: Options): Promise<Outcome<Report, string>> {
  const unopenable = await unopenableOf(logs)
  if (unopenable.length > 0) return fail(unopenable.join('\n'))
  const tables = await compile(specifications)
  if (!tables.ok) return tables
  const specification = tables.value
  const match = matcherFor(specification)
  const inventory = memoryInventory(specification)
  const sources: Report['sources'][number][] = []
  let first: number | undefined
  let last: number | undefined
  for (const file of logs) {
    const report = await readLog(file, ({ exchange: logged, answer }) => {
      const exchange = { ...logged, match: match(logged.method, logged.path) }
      first = Math.min(first ?? exchange.at, exchange.at)
      last = Math.max(last ?? exchange.at, exchange.at)
      inventory.observe(exchange, answer)
      const remarks = remarksOn(exchange, answer)
      if (remarks !== undefined) inventory.remark(exchange, answer, remarks)
    })
    if (report.broken !== undefined) return fail(`Cannot read ${file}: ${report.broken}`)
    sources.push({ file: basename(file), ...report })
  }
  const at = last ?? 0
  const snapshots = inventory.snapshots(at)
  const operations = operationsOf(specification, snapshots, { at, quietDays })
  return pass({ sources, first, last, specification, operations, snapshots })
}

async function compile(files: readonly string[]): Promise<Outcome<Tables, string>> {
  if (files.length === 0) return pass({ documents: [], operations: [] })
  const sources: { readonly file: string; readonly path: string; readonly bytes: Uint8Array }[] = []
  for (const path of files) {
    const bytes = await readFile(path).catch(() => undefined)
    if (bytes === undefined) return fail(`Cannot read ${path}: there is no such file`)
    sources.push({ file: basename(path), path, bytes })
  }
  const { reports, tables } = await compileSpecifications(sources)
  const useless = reports.find(({ usable }) => !usable)
  return useless === undefined ? pass(tables) : fail(`Cannot use ${useless.file}: it is no OpenAPI document`)
}
