/** What a card says of its rows: of generated ones, of an operator's own, and of both. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type CardFacts, modelCard } from '../../lab/train/card.ts'
import { WORLDS } from '../../lab/train/collect.ts'
import type { Metrics, Recalls } from '../../lab/train/metrics.ts'

const FOUND: Recalls = { 'recall_at_0.01': 0.9, 'recall_at_0.001': null, rows: 5, negatives: 6 }
const MEASURED = { log_loss: 0.1, classes: { scraping: FOUND }, abuse: FOUND }
const METRICS: Metrics = {
  xgboost: '1.7.4',
  parameters: { rounds: 80, max_depth: 6 },
  ignored: ['cohortTopAccount'],
  counts: { learn: { rows: 60, groups: 6 }, tune: { rows: 20, groups: 2 }, report: { rows: 20, groups: 2 } },
  calibration: null,
  report: { ...MEASURED, by_seen: { 1: MEASURED.classes } },
  ablations: { nothing: MEASURED },
  importance: { claimsTool: 1 },
}

function card(own: CardFacts['own']): string {
  return modelCard({
    seed: 1,
    counts: { byIntent: { scraping: 3 }, novelSoftware: [], withoutBotManagement: 9 },
    metrics: METRICS,
    equality: { rows: 20, margins: 0, contributions: 1e-7 },
    blob: new Uint8Array(64),
    own,
    clients: '| client |',
    unasked: ['cohortTopAccount', 'listed', 'signerKeyAge'],
  })
}

describe("a model's card", () => {
  it('tells what was kept from the trees from what none of them found a use for', () => {
    expect(card(undefined)).toContain('| kept from every tree | cohortTopAccount |')
    expect(card(undefined)).toContain('| asked for by no tree, though it might be | listed, signerKeyAge |')
  })

  it('of generated traffic begins as the committed one does', () => {
    const committed = readFileSync(fileURLToPath(new URL('../../wasm/README.md', import.meta.url)), 'utf8')
    const paragraph = (text: string) => text.split('\n\n')[1]
    expect(paragraph(card(undefined))).toBe(paragraph(committed))
  })

  it("of an operator's decisions alone speaks of networks, and of nothing that was generated or compared", () => {
    const text = card({ decisions: 100, alone: true })
    expect(text).toContain('npm run train -- --seed 1 --journal FILE --labels FILE --alone`')
    expect(text).toContain(
      "100 decisions of an operator's own journal with the operator's labels, and nothing else.",
    )
    expect(text).toContain('| part | networks | rows |')
    expect(text).toContain('that of the\nlabelled decisions')
    expect(text).not.toMatch(/--check|campaign|generated|laboratory/i)
  })

  it("of an operator's decisions beside generated traffic says what each is for", () => {
    const text = card({ decisions: 100, alone: false })
    expect(text).toContain('npm run train -- --seed 1 --journal FILE --labels FILE`')
    expect(text).toContain('by which nothing is calibrated or measured')
    expect(text).toContain(`${WORLDS.learn} campaigns were drawn at random`)
    expect(text).toContain('| part | campaigns and networks | rows |')
    expect(text).not.toMatch(/--check|without Cloudflare|the\nlaboratory's/)
  })
})
