/** An operator's own decisions as rows to learn from, and a model of them with its card. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { random } from '../../lab/traffic/random.ts'
import { ownRows } from '../../lab/train/journal.ts'
import { packVector } from '../../src/lib/vector.ts'
import { FEATURE_NAMES, INTENTS } from '../../src/score/features.ts'
import { loadForest } from '../../src/score/forest.ts'
import { scorerModule } from '../../wasm/module.ts'
import { requireReal } from '../real.ts'

const folder = mkdtempSync(join(tmpdir(), 'train-journal-'))
const [journal, labels] = [join(folder, 'decisions.ndjson'), join(folder, 'labels.csv')]
afterAll(() => rmSync(folder, { recursive: true }))

const draw = random('own journal')
const DECISIONS = Array.from({ length: 1_500 }, (_, index) => {
  const attack = index % 5 === 0
  const features = Float32Array.from(FEATURE_NAMES, () => (draw.chance(0.2) ? Number.NaN : draw.next()))
  features[0] = attack ? 1 : 0
  return {
    ...{ reference: `r${index}`, prefix: `192.0.2.${index % 200}/32`, features },
    intent: attack ? 'credential_stuffing' : 'benign_person',
  }
})

beforeAll(() => {
  const entries = DECISIONS.map(({ reference, prefix, features }) => ({
    ...{ type: 'decision', reference, prefix, vector: packVector(features) },
    conduct: { address: { requests: 4, attempts: 1 } },
  }))
  // One whole answer of the console, then one decision a line.
  const lines = [{ decisions: entries.slice(0, 500) }, ...entries.slice(500)]
  writeFileSync(journal, lines.map((line) => JSON.stringify(line)).join('\n'))
  const told = DECISIONS.slice(0, 1_400).map(({ reference, intent }) => `${reference},${intent}`)
  writeFileSync(labels, ['reference,intent', ...told, '{"reference":"gone","intent":"scraping"}'].join('\n'))
})

describe("an operator's own decisions", () => {
  it('become rows with exactly what was scored, where they have a label', () => {
    const { rows, unmatched } = ownRows(journal, labels)
    expect(rows).toHaveLength(1_400)
    expect(unmatched).toBe(1)
    expect(rows[5]?.features).toEqual(DECISIONS[5]?.features)
    expect(rows[5]).toMatchObject({ intent: 'credential_stuffing', weight: 1, seen: 5, novel: false })
    expect(rows[6]).toMatchObject({ intent: 'benign_person', weight: 4 })
  })

  it('are divided by network: what is reported on was not learnt from', () => {
    const { rows } = ownRows(journal, labels)
    const parts = new Map<number, Set<string>>()
    for (const { group, part } of rows) parts.set(group, (parts.get(group) ?? new Set()).add(part))
    expect([...parts.values()].every((found) => found.size === 1)).toBe(true)
    expect(new Set(rows.map(({ part }) => part))).toEqual(new Set(['learn', 'tune', 'report']))
  })

  it.each([
    ['an intent that there is not', 'r1,guessing', 'line 1'],
    ['half an object', 'r1,scraping\n{"reference":', 'line 2 is no JSON'],
  ])('are refused with %s, naming the line', (_, text, message) => {
    const bad = join(folder, 'bad.csv')
    writeFileSync(bad, text)
    expect(() => ownRows(journal, bad)).toThrow(message)
  })

  it.runIf(requireReal('python3-xgboost', hasXgboost()))(
    'make a model that the gate takes, and a card that says what it was learnt from',
    { timeout: 60_000 },
    () => {
      const out = join(folder, 'out')
      const project = fileURLToPath(new URL('../..', import.meta.url))
      const options = ['--journal', journal, '--labels', labels, '--alone', '--quick', '--out', out]
      execFileSync(process.execPath, ['lab/train.ts', ...options], { cwd: project, stdio: 'pipe' })
      const blob = new Uint8Array(readFileSync(join(out, 'model.bin')))
      const loaded = loadForest(scorerModule(), blob, FEATURE_NAMES, INTENTS)
      expect(loaded.ok).toBe(true)
      const card = readFileSync(join(out, 'README.md'), 'utf8')
      expect(card).toContain(
        "1400 decisions of an operator's own journal with the operator's labels, and nothing else.",
      )
      expect(card).toContain('margins differ by 0,')
    },
  )
})

function hasXgboost(): boolean {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import xgboost'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
