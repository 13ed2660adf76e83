/** An exported file: findings as they were written, or an inventory that is assessed here by the gate's own checks. */
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { readRisk } from '../../src/config/read-risk.ts'
import type { InventorySnapshot } from '../../src/inventory/learn/types.ts'
import { assess } from '../../src/inventory/risk/assess.ts'
import { CHECKS } from '../../src/inventory/risk/checks.ts'
import { landscapeOf } from '../../src/inventory/risk/landscape.ts'
import { compileOwnCheck } from '../../src/inventory/risk/own-checks.ts'
import { reckon } from '../../src/inventory/risk/reckoning.ts'
import { scoresOf } from '../../src/inventory/risk/score.ts'
import { DEFAULT_SETTINGS } from '../../src/inventory/risk/settings.ts'
import type { Landscape, RiskSettings } from '../../src/inventory/risk/types.ts'
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'
import { compileSpecifications } from '../specs/compile.ts'
import type { Options } from './options.ts'
import type { Report } from './report.ts'

/** An inventory that is full has some 20 MB. */
const MAX_BYTES = 256 * 1024 * 1024

export async function readExport(file: string, options: Options): Promise<Outcome<Report, string>> {
  const value = await readJson(file)
  if (!value.ok) return value
  const known = reportIn(value.value, file)
  if (known !== undefined) return pass(known)
  const snapshots = snapshotsIn(value.value)
  if (snapshots === undefined) return fail(`Cannot read ${file}: neither an inventory nor findings`)
  const settings = await readSettings(options.settings)
  if (!settings.ok) return settings
  const specification = await compile(options.specifications)
  if (!specification.ok) return specification
  const at = options.at ?? Math.max(...snapshots.map((one) => one.at))
  const landscape = landscapeOf(
    { snapshots, specification: specification.value, signals: [], baselines: [] },
    at,
  )
  return pass(reportOn(landscape, settings.value, basename(file)))
}

function reportOn(landscape: Landscape, settings: RiskSettings, source: string): Report {
  const assessment = assess(landscape, settings)
  const { findings } = reckon(new Map(), assessment, settings.endings)
  const { at, blind, problems, operations } = assessment
  return { source, at, findings, scores: scoresOf(findings, operations), blind, problems }
}

async function readJson(file: string): Promise<Outcome<unknown, string>> {
  try {
    const { size } = await stat(file)
    if (size > MAX_BYTES) return fail(`Cannot read ${file}: larger than ${MAX_BYTES} bytes`)
    return pass(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    const why = error instanceof SyntaxError ? 'it is no JSON' : 'there is no such file'
    return fail(`Cannot read ${file}: ${why}`)
  }
}

function reportIn(value: unknown, file: string): Report | undefined {
  if (!has(value, 'findings') || !Array.isArray(value.findings)) return undefined
  const empty = { source: basename(file), at: undefined, scores: [], blind: [], problems: [] }
  // What this command has written (`Report`), or what the console answers.
  return { ...empty, ...(value as Pick<Report, 'findings'>) }
}

/** One shard, a list of them, or an object that has such a list. */
function snapshotsIn(value: unknown): readonly InventorySnapshot[] | undefined {
  const list = Array.isArray(value) ? value : has(value, 'snapshots') ? value.snapshots : [value]
  if (!Array.isArray(list) || list.length === 0) return undefined
  const good = list.every((one) => has(one, 'entries') && Array.isArray(one.entries) && has(one, 'at'))
  // What `npm run inventory` and the console export.
  return good ? (list as readonly InventorySnapshot[]) : undefined
}

function has<Name extends string>(value: unknown, name: Name): value is Readonly<Record<Name, unknown>> {
  return typeof value === 'object' && value !== null && name in value
}

async function readSettings(file: string | undefined): Promise<Outcome<RiskSettings, string>> {
  if (file === undefined) return pass(DEFAULT_SETTINGS)
  const value = await readJson(file)
  if (!value.ok) return value
  const read = readRisk(value.value, {
    checks: CHECKS,
    standard: DEFAULT_SETTINGS,
    compile: compileOwnCheck,
  })
  if (read.ok) return pass(read.settings)
  const mistakes = read.mistakes.map(({ found, allowed }) => `  found ${found}; allowed: ${allowed}`)
  return fail(`Cannot read ${file}:\n${mistakes.join('\n')}`)
}

async function compile(files: readonly string[]): Promise<Outcome<Landscape['specification'], string>> {
  if (files.length === 0) return pass(undefined)
  const sources: { readonly file: string; readonly path: string; readonly bytes: Uint8Array }[] = []
  for (const path of files) {
    const bytes = await readFile(path).catch(() => undefined)
    if (bytes === undefined) return fail(`Cannot read ${path}: there is no such file`)
    sources.push({ file: basename(path), path, bytes })
  }
  const { reports, tables } = await compileSpecifications(sources)
  const useless = reports.find(({ usable }) => !usable)
  return useless === undefined ? pass(tables) : fail(`Cannot read ${useless.file}: it is no OpenAPI document`)
}
