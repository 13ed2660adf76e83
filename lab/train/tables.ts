/** Tables of the model's card, in Markdown. */
import type { ByClass, Measured, Metrics, Recalls, Reliability } from './metrics.ts'

type Cell = string | number

export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string => `| ${cells.join(' | ')} |`
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n')
}

export function percent(value: number | null | undefined): string {
  return value === null || value === undefined ? '-' : `${(value * 100).toFixed(1)}%`
}

export function recallTable(classes: ByClass): string {
  return table(
    ['class', 'rows', 'recall at 1%', 'recall at 0.1%'],
    Object.entries(classes)
      .filter(([, { rows }]) => rows > 0)
      .map(([name, one]) => [name, one.rows, ...both(one)]),
  )
}

function both(one: Recalls | undefined): readonly string[] {
  return [percent(one?.['recall_at_0.01']), percent(one?.['recall_at_0.001'])]
}

export function abuseTable(all: Recalls | undefined, novel: Recalls | undefined): string {
  if (all === undefined) return ''
  const rows: Cell[][] = [['any abuse, by its probability', all.rows, ...both(all)]]
  if (novel !== undefined)
    rows.push(['the same, of software that was never learnt from', novel.rows, ...both(novel)])
  return table(['', 'rows', 'recall at 1%', 'recall at 0.1%'], rows)
}

export function seenTable(bySeen: Readonly<Record<string, ByClass>>): string {
  const ages = Object.keys(bySeen)
  const [first = {}] = Object.values(bySeen)
  const shown = Object.keys(first).filter((name) => !name.startsWith('benign_'))
  const head = ['recall at 1% / 0.1%', ...ages.map((age) => (age === '10' ? '10 or more' : age))]
  return table(
    head,
    shown.map((name) => [name, ...ages.map((age) => both(bySeen[age]?.[name]).join(' / '))]),
  )
}

export function calibrationTable(reliability: Reliability | undefined): string {
  if (reliability === undefined) return 'Not measured.'
  const rows = reliability.bins.map(({ from, to, rows: count, predicted, observed }) => [
    `${from} to ${to}`,
    count,
    predicted.toFixed(4),
    observed.toFixed(4),
  ])
  const error = (100 * reliability.expected_error).toFixed(2)
  return `${table(['probability of abuse', 'requests', 'given on average', 'were abuse'], rows)}

Expected calibration error ${error} points.`
}

/** @param groups what is never divided between parts, in the plural */
export function ablationTable(ablations: Metrics['ablations'], groups: string): string {
  if (ablations === undefined) return 'Not measured: `--quick`.'
  const rows = table(
    ['without', 'log loss', 'abuse: recall at 1%', 'at 0.1%', ...LOST.map(([, head]) => head)],
    Object.entries(ablations).map(([name, one]) => [
      name,
      one.log_loss.toFixed(4),
      ...both(one.abuse),
      ...LOST.map(([intent]) => lost(one, intent)),
    ]),
  )
  return `Each of these learnt from the same quarter of the ${groups}, if there are forty.\n\n${rows}`
}

const LOST = [
  ['credential_stuffing', 'stuffing at 0.1%'],
  ['password_spraying', 'spraying at 0.1%'],
  ['card_testing', 'cards at 0.1%'],
  ['enumeration', 'enumeration at 0.1%'],
  ['scraping', 'scraping at 0.1%'],
  ['account_takeover', 'takeover at 0.1%'],
] as const

function lost(one: Measured, intent: string): string {
  return percent(one.classes[intent]?.['recall_at_0.001'])
}

const SHOWN_FEATURES = 25

export function importanceTable(importance: Metrics['importance']): string {
  const gains = Object.entries(importance)
  const sum = gains.reduce((total, [, gain]) => total + gain, 0)
  const shown = gains.slice(0, SHOWN_FEATURES).map(([name, gain]) => [name, percent(gain / sum)])
  return table(['feature', 'share of all gain'], shown)
}
