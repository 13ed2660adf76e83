/** The model's card (wasm/README.md): what it learnt from, what it can do by measurement, and what it cannot. */
import { createHash } from 'node:crypto'
import { FEATURE_NAMES, INTENTS } from '../../src/score/features.ts'
import type { Counts } from './collect.ts'
import type { Equality } from './equality.ts'
import type { Metrics } from './metrics.ts'
import { type OwnTraffic, type Provenance, provenanceOf } from './provenance.ts'
import {
  ablationTable,
  abuseTable,
  calibrationTable,
  importanceTable,
  recallTable,
  seenTable,
  table,
} from './tables.ts'

export type { Metrics }

export interface CardFacts {
  readonly seed: number
  readonly counts: Counts
  readonly metrics: Metrics
  readonly equality: Equality
  readonly blob: Uint8Array
  /** Undefined where all is generated. */
  readonly own: OwnTraffic | undefined
  /** Features that no tree has a threshold of. */
  readonly unasked: readonly string[]
  /** What the model makes of every captured client, as a table. */
  readonly clients: string
}

export function modelCard(facts: CardFacts): string {
  const told = provenanceOf({ ...facts, xgboost: facts.metrics.xgboost })
  const parts = [head(facts, told), data(facts, told), measured(facts, told), captured(facts), told.notes]
  return `${parts.join('\n\n')}\n`
}

function head({ metrics, blob, equality, unasked }: CardFacts, { written }: Provenance): string {
  const p = metrics.parameters
  const trees = Number(p.rounds) * INTENTS.length
  const sha256 = createHash('sha256').update(blob).digest('hex')
  const rows: readonly (readonly [string, string])[] = [
    ['`model.bin`', `${blob.length} bytes, SHA-256 \`${sha256}\``],
    ['name in journal and configuration', `\`${Buffer.from(blob.subarray(-32)).toString('hex')}\``],
    ['trees', `${trees}: ${p.rounds} rounds of ${INTENTS.length} classes, depth at most ${p.max_depth}`],
    [
      'features',
      `${FEATURE_NAMES.length}, from \`src/score/features.ts\` through the gate's own scorer port`,
    ],
    ['learning rate, row share, column share', `${p.eta}, ${p.subsample}, ${p.colsample_bytree}`],
    ['kept from every tree', metrics.ignored.join(', ')],
    [
      'asked for by no tree, though it might be',
      unasked.filter((name) => !metrics.ignored.includes(name)).join(', '),
    ],
    ['least child weight, L2', `${p.min_child_weight}, ${p.lambda}`],
    [
      `against XGBoost on all ${equality.rows} rows of the report`,
      `margins differ by ${equality.margins}, contributions by ${equality.contributions.toExponential(1)} at most`,
    ],
  ]
  return `# The scoring model

${written}

${table(['', ''], rows)}`
}

function data({ counts, metrics }: CardFacts, { source, rows: chosen, groups: name }: Provenance): string {
  return `## Data

${source}

${table(['class', 'rows'], Object.entries(counts.byIntent))}

${chosen}

${table(
  ['part', name, 'rows'],
  Object.entries(metrics.counts).map(([part, { rows, groups }]) => [part, groups, rows]),
)}`
}

function captured({ clients }: CardFacts): string {
  return `## Every client that was captured

Real programs, as \`npm run capture\` recorded them (\`lab/captures/\`), each a single request and a session, sent by somebody who
has an account and knows the password, to a gate that has never seen them and enforces nothing.

${clients}`
}

function measured({ metrics, counts }: CardFacts, told: Provenance): string {
  const { report } = metrics
  if (report === null) return '## Report\n\nNot measured: there were no rows for it.'
  const { novel } = report
  return `## Recall by class

Recall of each class at a threshold that at most so many of the benign requests exceed (for the two benign classes:
of all other requests). Log loss ${report.log_loss.toFixed(4)}.

${recallTable(report.classes)}

${abuseTable(report.abuse, novel?.abuse)}

## By requests seen

Requests of the same address ${told.since}, with this one; false alarms are counted among benign clients of the same age.

${seenTable(report.by_seen)}

${novel === undefined ? '' : `## Software that was never learnt from\n\n${counts.novelSoftware.length} names and versions: ${counts.novelSoftware.join(', ')}.\n\nOf abuse the attempts of these alone; of the benign classes all rows, whatever their software, as above.\n\n${recallTable(novel.classes)}\n`}
## Calibration

After training, each class's margin got a factor and an addend, found on the second part and written into the leaves.
Of the third part's requests that were given such a probability of abuse, so many were abuse. The mixture is ${told.mixture}; where attacks are rarer than in it, more of those who are stopped are people.

${calibrationTable(report.reliability)}

## Without groups of features

Learnt again on the first part and measured on the second, before calibration, the named features missing everywhere.

${ablationTable(metrics.ablations, told.groups)}

## What it looks at

Total gain, as shares of the strongest features.

${importanceTable(metrics.importance)}`
}
