/** The model that is deployed: against XGBoost on rows that lie on its thresholds, and against its own card. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { benchModel, benchRows } from '../../lab/bench/scorer-model.ts'
import { equality } from '../../lab/train/equality.ts'
import { NOTES } from '../../lab/train/notes.ts'
import { FEATURE_NAMES, INTENTS } from '../../src/score/features.ts'
import { loadForest } from '../../src/score/forest.ts'
import { scorerModule } from '../../wasm/module.ts'
import { requireReal } from '../real.ts'

const PYTHON = '/usr/bin/python3'
const ROWS = 1_500
const folder = mkdtempSync(join(tmpdir(), 'deployed-model-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const model = benchModel()

function forest() {
  const loaded = loadForest(scorerModule(), model.blob, FEATURE_NAMES, INTENTS)
  if (!loaded.ok) throw new Error(loaded.reason)
  return loaded.value
}

function hasXgboost(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import xgboost'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe('the deployed model', () => {
  it.runIf(requireReal('python3-xgboost', hasXgboost()))(
    'gives the margins of XGBoost to the bit, and its contributions within 1e-5',
    () => {
      const path = join(folder, 'model.json')
      writeFileSync(path, model.json)
      const values = benchRows(model)
      const width = FEATURE_NAMES.length
      const rows = Array.from({ length: ROWS }, (_, row) => values.slice(row * width, (row + 1) * width))
      const { margins, contributions } = equality(forest(), rows, { model: path, python: PYTHON, folder })
      expect(margins).toBe(0)
      expect(contributions).toBeLessThan(1e-5)
    },
  )

  it('is the one that its card describes', () => {
    const card = readFileSync(file('wasm/README.md'), 'utf8')
    expect(card).toContain(createHash('sha256').update(model.blob).digest('hex'))
    expect(card).toContain(forest().hash)
    expect(card.endsWith(`\n\n${NOTES}\n`)).toBe(true)
  })

  it('runs in a module of less than 20 kB', () => {
    expect(statSync(file('wasm/build/scorer.wasm')).size).toBeLessThan(20_000)
  })
})
