/** What a card says of where its rows come from: all of them generated, or an operator's own decisions with them or alone. */
import { type Counts, WORLDS } from './collect.ts'
import { NOTES } from './notes.ts'
import { percent } from './tables.ts'
import { BENIGN_WEIGHT, MODES, NOVEL_SHARE } from './world.ts'

/** An operator's labelled decisions among the rows. */
export interface OwnTraffic {
  readonly decisions: number
  /** Nothing else was learnt from. */
  readonly alone: boolean
}

export interface ProvenanceFacts {
  readonly seed: number
  readonly xgboost: string
  readonly counts: Counts
  /** Undefined where all is generated. */
  readonly own: OwnTraffic | undefined
}

export interface Provenance {
  /** By which command, and how far another run gives the same bytes. */
  readonly written: string
  readonly source: string
  /** How rows were chosen, weighed and divided. */
  readonly rows: string
  /** What is never divided between parts, in the plural. */
  readonly groups: string
  /** Since when requests of an address were counted. */
  readonly since: string
  /** Of abuse and of everything else, where it was measured. */
  readonly mixture: string
  readonly notes: string
}

export function provenanceOf(facts: ProvenanceFacts): Provenance {
  return facts.own === undefined ? generated(facts) : operators(facts, facts.own)
}

function generated({ seed, xgboost, counts }: ProvenanceFacts): Provenance {
  const worlds = Object.values(WORLDS).reduce((sum, part) => sum + part, 0)
  return {
    written: `Written by \`npm run train -- --seed ${seed}\`, which also wrote \`model.bin\`; the same seed and the same XGBoost
(${xgboost}, Debian's python3-xgboost) give the same bytes, which \`npm run train -- --seed ${seed} --check\` verifies.
FORMAT.md describes the blob.`,
    source: `Generated traffic, all of it (\`lab/README.md\` says what in it is real). ${drawn(worlds)} ${counts.withoutBotManagement} of them without Cloudflare Bot Management (no JA4).`,
    rows: `Of an attacker's requests only the attempts are rows; of the people's all are. ${divided('campaign')} Each part has seeds of its own, so nobody and no campaign is in two of them.
${percent(NOVEL_SHARE)} of all software, drawn by name and version, is kept out of the first two parts.`,
    groups: 'campaigns',
    since: 'so far',
    mixture: "the\nlaboratory's",
    notes: NOTES,
  }
}

function operators({ seed, xgboost }: ProvenanceFacts, { decisions, alone }: OwnTraffic): Provenance {
  const told = `${decisions} decisions of an operator's own journal with the operator's labels`
  const shared = {
    written: `Written by \`npm run train -- --seed ${seed} --journal FILE --labels FILE${alone ? ' --alone' : ''}\`, which also wrote \`model.bin\`; the same
files, seed, version of Portcullis and XGBoost (${xgboost}, Debian's python3-xgboost) give the same bytes. Its \`wasm/FORMAT.md\`
describes the blob.`,
    since: 'within the hour',
    mixture: 'that of the\nlabelled decisions',
    notes: OWN_NOTES,
  }
  if (alone) {
    return {
      ...shared,
      source: `${told}, and nothing else.`,
      rows: `Each decision is a row, as the gate saw it. ${divided('network')} No network is in two parts.`,
      groups: 'networks',
    }
  }
  return {
    ...shared,
    source: `${told}. Beside them trees grow on generated traffic (\`lab/README.md\`
says what in it is real), by which nothing is calibrated or measured. ${drawn(WORLDS.learn)}`,
    rows: `Of a generated attacker's requests only the attempts are rows; of the people's all are, and so is each decision.
${divided('campaign and by network')} All campaigns are in the first part, and no network is in two.`,
    groups: 'campaigns and networks',
  }
}

function drawn(worlds: number): string {
  return `${worlds} campaigns were drawn at random, each
beside the people of a bank of its own, each through the same guard: a third with nothing enforced (\`${MODES[0]}\`), a third with the
gate's rules enforced, a third with a stand-in for the model that knows the truth and errs at times, because a gate
that stops a campaign changes what it sees of it.`
}

function divided(by: string): string {
  return `A benign row weighs ${BENIGN_WEIGHT === 4 ? 'four' : BENIGN_WEIGHT} times one of
abuse. Split by ${by}, never by row: trees grow on the first part, probabilities are calibrated on the second, and
everything below is measured on the third.`
}

const OWN_NOTES = `## Known weaknesses

- It is as right as the labels, and knows the attacks that they name. What a gate has stopped is known by its beginning only.
- No network is in two parts, but whoever attacks from many is: what is reported of such an attack was learnt from itself.
- What was measured on few rows is hardly known: look at \`rows\` in every table.
- What was tried, and what the model that comes with the gate is known to get wrong, is in that model's card (\`wasm/README.md\`).
  Look at this one from the shadow before it decides (\`docs/models.md\`).`
