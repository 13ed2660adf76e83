/** The model's card (wasm/README.md): what it learnt from, what it can do by measurement, and what it cannot. */
import { createHash } from 'node:crypto'
import { FEATURE_NAMES, INTENTS } from '../src/score/features.ts'
import type { Counts } from './collect.ts'

/** What wasm/train.py measures on the campaigns that it held out. */
export interface Metrics {
  readonly xgboost: string
  readonly parameters: Readonly<Record<string, string | number>>
  readonly counts: {
    readonly rows: number
    readonly trained: number
    readonly held_out: number
    readonly groups: number
    readonly groups_held_out: number
  }
  readonly held_out: {
    readonly log_loss: number
    readonly classes: Readonly<
      Record<
        string,
        {
          readonly rows: number
          readonly negatives: number
          readonly 'recall_at_0.01': number | null
          readonly 'recall_at_0.001': number | null
        }
      >
    >
  } | null
  readonly importance: Readonly<Record<string, number>>
}

export interface CardFacts {
  readonly seed: number
  readonly counts: Counts
  readonly metrics: Metrics
  readonly blob: Uint8Array
}

const SHOWN_FEATURES = 20

export function modelCard({ seed, counts, metrics, blob }: CardFacts): string {
  const { parameters, counts: split } = metrics
  const trees = Number(parameters.rounds) * INTENTS.length
  const sha256 = createHash('sha256').update(blob).digest('hex')
  return `# The scoring model

Written by \`npm run train -- --seed ${seed}\`, which also wrote \`model.bin\`; the same seed and the same XGBoost
(${metrics.xgboost}, Debian's python3-xgboost) give the same bytes. FORMAT.md describes the blob.

| | |
|---|---|
| \`model.bin\` | ${blob.length} bytes, SHA-256 \`${sha256}\` |
| trees | ${trees}: ${parameters.rounds} rounds of ${INTENTS.length} classes, depth at most ${parameters.max_depth} |
| features | ${FEATURE_NAMES.length}, from \`src/score/features.ts\` through the gate's own scorer port |
| learning rate, row share, column share | ${parameters.eta}, ${parameters.subsample}, ${parameters.colsample_bytree} |
| least child weight, L2 | ${parameters.min_child_weight}, ${parameters.lambda} |

## Data

Generated traffic, all of it (\`lab/README.md\` says what in it is real). ${counts.worlds} campaigns were drawn at random, each
beside the people of a bank of its own, each through the same guard: ${counts.byMode.observe} with nothing enforced, ${counts.byMode.rules} with the
gate's rules enforced, ${counts.byMode['stand-in']} with a stand-in for the model that knows the truth and errs at times, because a gate
that stops a campaign changes what it sees of it. ${counts.withoutBotManagement} of them without Cloudflare Bot Management (no JA4).

| class | rows |
|---|---|
${Object.entries(counts.byIntent)
  .map(([intent, rows]) => `| ${intent} | ${rows} |`)
  .join('\n')}

Of an attacker's requests only the attempts are rows; of the people's all are. A benign row weighs four times one of
abuse. Split by campaign, never by row: ${split.groups_held_out} of ${split.groups} campaigns with their people (${split.held_out} of ${split.rows} rows)
were held out and are what the next table measures.

## Held-out campaigns

Recall of each class at a threshold that at most so many of the benign requests exceed (for the two benign classes:
of all other requests). Log loss ${metrics.held_out === null ? 'not measured' : metrics.held_out.log_loss.toFixed(4)}.

| class | rows | recall at 1% | recall at 0.1% |
|---|---|---|---|
${Object.entries(metrics.held_out?.classes ?? {})
  .map(
    ([name, one]) =>
      `| ${name} | ${one.rows} | ${percent(one['recall_at_0.01'])} | ${percent(one['recall_at_0.001'])} |`,
  )
  .join('\n')}

## What it looks at

Total gain, as shares of the ${SHOWN_FEATURES} strongest features.

| feature | share |
|---|---|
${strongest(metrics.importance)}

## Known weaknesses

- It has never seen a real bank. Probabilities are those of the laboratory's mixture and not calibrated to anybody's
  traffic: start with the posture \`observe\` and look at your own people first.
- A browser that is driven, one attempt for each address, with fresh cookies, differs from a person only by what its
  whole cohort does. Where a popular browser's cohort is mixed with an attack, the model holds back, and lets through.
- Spraying and stuffing are told apart poorly: no feature counts distinct passwords yet.
- The estate's picture is one isolate's own: in production it sees a share of the traffic, here it sees all.
- People who are stopped stop trying in the laboratory; real ones try again, and that is not in the data.
`
}

function percent(value: number | null): string {
  return value === null ? '-' : `${(value * 100).toFixed(1)}%`
}

function strongest(importance: Metrics['importance']): string {
  const shown = Object.entries(importance).slice(0, SHOWN_FEATURES)
  const sum = shown.reduce((total, [, gain]) => total + gain, 0)
  return shown.map(([name, gain]) => `| ${name} | ${percent(gain / sum)} |`).join('\n')
}
