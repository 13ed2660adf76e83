/** The packed model against XGBoost itself, on every row that it is reported on: margins to the bit, contributions nearly. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Forest } from '../../src/score/forest.ts'

export interface Equality {
  readonly rows: number
  /** Zero: every margin has the same bits. */
  readonly margins: number
  readonly contributions: number
}

/** Contributions of so many rows are a few megabytes; of all of them, gigabytes. */
const CHUNK = 4_096
const REFERENCE = fileURLToPath(new URL('../../wasm/reference.py', import.meta.url))

/**
 * @param model path of XGBoost's own JSON of what the forest runs
 * @param python an interpreter that has xgboost
 */
export function equality(
  forest: Forest,
  rows: readonly Float32Array[],
  { model, python, folder }: { readonly model: string; readonly python: string; readonly folder: string },
): Equality {
  let margins = 0
  let contributions = 0
  for (let start = 0; start < rows.length; start += CHUNK) {
    const chunk = rows.slice(start, start + CHUNK)
    const theirs = reference(chunk, { model, python, folder: join(folder, 'reference') })
    const ours = oursOf(forest, chunk)
    margins = Math.max(margins, largestDifference(ours.margins, theirs.margins))
    contributions = Math.max(contributions, largestDifference(ours.contributions, theirs.contributions))
  }
  return { rows: rows.length, margins, contributions }
}

interface Told {
  readonly margins: Float32Array
  /** Row by row, class by class: one for each feature, and the bias last. */
  readonly contributions: Float32Array
}

function reference(
  rows: readonly Float32Array[],
  { model, python, folder }: { readonly model: string; readonly python: string; readonly folder: string },
): Told {
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, 'rows.f32'),
    Buffer.concat(rows.map((row) => new Uint8Array(row.buffer, row.byteOffset, row.byteLength))),
  )
  const options = ['--model', model, '--rows', join(folder, 'rows.f32'), '--out', folder]
  execFileSync(python, [REFERENCE, ...options], { stdio: ['ignore', 'ignore', 'inherit'] })
  const floats = (name: string) => new Float32Array(new Uint8Array(readFileSync(join(folder, name))).buffer)
  const told = { margins: floats('margins.f32'), contributions: floats('contributions.f32') }
  rmSync(folder, { recursive: true })
  return told
}

function oursOf(forest: Forest, rows: readonly Float32Array[]): Told {
  const { classes } = forest
  const width = (rows[0]?.length ?? 0) + 1
  const margins = new Float32Array(rows.length * classes.length)
  const contributions = new Float32Array(margins.length * width)
  for (const [index, row] of rows.entries()) {
    margins.set(forest.score(row), index * classes.length)
    for (const owner of classes.keys()) {
      const told = forest.explain(owner)
      const at = (index * classes.length + owner) * width
      contributions.set(told.contributions, at)
      contributions[at + width - 1] = told.bias
    }
  }
  return { margins, contributions }
}

/** Infinity where one is a number and the other is not, and where there is not the same number of them. */
export function largestDifference(ours: Float32Array, theirs: Float32Array): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY
  let largest = 0
  for (const [index, our] of ours.entries()) {
    const difference = Math.abs(our - (theirs[index] ?? Number.NaN))
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference
  }
  return largest
}
