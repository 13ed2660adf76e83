/** The model's card (wasm/README.md): what it learnt from, what it can do by measurement, and what it cannot. */
import { createHash } from 'node:crypto'
import { FEATURE_NAMES, INTENTS } from '../../src/score/features.ts'
import { type Counts, WORLDS } from './collect.ts'
import type { Equality } from './equality.ts'
import type { Metrics } from './metrics.ts'
import { NOTES } from './notes.ts'
import {
  ablationTable,
  abuseTable,
  calibrationTable,
  importanceTable,
  percent,
  recallTable,
  seenTable,
  table,
} from './tables.ts'
import { BENIGN_WEIGHT, MODES, NOVEL_SHARE } from './world.ts'

export type { Metrics }

export interface CardFacts {
  readonly seed: number
  readonly counts: Counts
  readonly metrics: Metrics
  readonly equality: Equality
  readonly blob: Uint8Array
  /** An operator's labelled decisions among the rows; undefined where all is generated. */
  readonly own: number | undefined
  /** What the model makes of every captured client, as a table. */
  readonly clients: string
}

export function modelCard(facts: CardFacts): string {
  return `${[head(facts), data(facts), measured(facts), captured(facts), NOTES].join('\n\n')}\n`
}

function head({ seed, metrics, blob, equality }: CardFacts): string {
  const { parameters: p, xgboost } = metrics
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
    ['asked for by no tree', metrics.ignored.join(', ')],
    ['least child weight, L2', `${p.min_child_weight}, ${p.lambda}`],
    [
      `against XGBoost on all ${equality.rows} rows of the report`,
      `margins differ by ${equality.margins}, contributions by ${equality.contributions.toExponential(1)} at most`,
    ],
  ]
  return `# The scoring model

Written by \`npm run train -- --seed ${seed}\`, which also wrote \`model.bin\`; the same seed and the same XGBoost
(${xgboost}, Debian's python3-xgboost) give the same bytes, which \`npm run train -- --seed ${seed} --check\` verifies.
FORMAT.md describes the blob.

${table(['', ''], rows)}`
}

function data({ counts, metrics, own }: CardFacts): string {
  const worlds = Object.values(WORLDS).reduce((sum, part) => sum + part, 0)
  const source =
    own === undefined
      ? 'Generated traffic, all of it (`lab/README.md` says what in it is real).'
      : `${own} decisions of an operator's own journal with the operator's labels; the rest is generated traffic.`
  return `## Data

${source} ${worlds} campaigns were drawn at random, each
beside the people of a bank of its own, each through the same guard: a third with nothing enforced (\`${MODES[0]}\`), a third with the
gate's rules enforced, a third with a stand-in for the model that knows the truth and errs at times, because a gate
that stops a campaign changes what it sees of it. ${counts.withoutBotManagement} of them without Cloudflare Bot Management (no JA4).

${table(['class', 'rows'], Object.entries(counts.byIntent))}

Of an attacker's requests only the attempts are rows; of the people's all are. A benign row weighs ${BENIGN_WEIGHT === 4 ? 'four' : BENIGN_WEIGHT} times one of
abuse. Split by campaign, never by row: trees grow on the first part, probabilities are calibrated on the second, and
everything below is measured on the third. Each part has seeds of its own, so nobody and no campaign is in two of them.
${percent(NOVEL_SHARE)} of all software, drawn by name and version, is kept out of the first two parts.

${table(
  ['part', 'campaigns', 'rows'],
  Object.entries(metrics.counts).map(([name, { rows, groups }]) => [name, groups, rows]),
)}`
}

function captured({ clients }: CardFacts): string {
  return `## Every client that was captured

Real programs, as \`npm run capture\` recorded them (\`lab/captures/\`), each a single request and a session, sent by somebody who
has an account and knows the password, to a gate that has never seen them and enforces nothing.

${clients}`
}

function measured({ metrics, counts }: CardFacts): string {
  const { report } = metrics
  if (report === null) return '## Report\n\nNot measured: there were no rows for it.'
  const { novel } = report
  return `## Recall by class

Recall of each class at a threshold that at most so many of the benign requests exceed (for the two benign classes:
of all other requests). Log loss ${report.log_loss.toFixed(4)}.

${recallTable(report.classes)}

${abuseTable(report.abuse, novel?.abuse)}

## By requests seen

Requests of the same address so far, with this one; false alarms are counted among benign clients of the same age.

${seenTable(report.by_seen)}

${novel === undefined ? '' : `## Software that was never learnt from\n\n${counts.novelSoftware.length} names and versions: ${counts.novelSoftware.join(', ')}.\n\n${recallTable(novel.classes)}\n`}
## Calibration

After training, each class's margin got a factor and an addend, found on the second part and written into the leaves.
Of the third part's requests that were given such a probability of abuse, so many were abuse. The mixture is the
laboratory's; where attacks are rarer than in it, more of those who are stopped are people.

${calibrationTable(report.reliability)}

## Without groups of features

Learnt again on the first part and measured on the second, before calibration, the named features missing everywhere.

${ablationTable(metrics.ablations)}

## What it looks at

Total gain, as shares of the strongest features.

${importanceTable(metrics.importance)}`
}
