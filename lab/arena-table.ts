/** What the arena found, as tables for people. */
import type { ContestResult } from './contest.ts'
import type { FrontierPoint } from './frontier.ts'

export interface ArenaReport extends ContestResult {
  readonly seed: number
  readonly frontier?: readonly FrontierPoint[]
}

export function arenaTable({ seed, scale, campaigns, benign, frontier }: ArenaReport): string {
  const head =
    'campaign,kind,scale,attempts,stopped,challenged,unanswered,through,before 1st,valid through,noticed'
  const others = 'people and machines,,,people,requests,stopped,challenged,people,unanswered,upper 95%'
  const lines = [
    `Seed ${seed}. The bank's own traffic is scaled by each campaign's factor, the smallest of which is ${scale.toPrecision(2)}.`,
    '',
    row(head.split(',')),
    ...campaigns.map((one) =>
      row([
        one.id,
        one.kind,
        one.scale.toPrecision(2),
        one.attempts,
        share(one.stopped, one.attempts),
        share(one.challenged, one.attempts),
        share(one.unanswered, one.attempts),
        one.through,
        one.through_before_first_stop,
        `${one.valid_pairs_through} of ${one.valid_pairs}`,
        one.noticed === null ? 'never' : `${Math.round(one.noticed.after_seconds)} s`,
      ]),
    ),
    '',
    row(others.split(',')),
    ...benign.map((one) =>
      row([
        ...[one.class, '', '', one.people, one.requests, one.stopped, one.challenged, one.people_stopped],
        one.people_unanswered,
        `${(one.upper95 * 100).toFixed(2)}%`,
      ]),
    ),
  ]
  const assumed = campaigns
    .filter((one) => Object.keys(one.assumed).length > 0)
    .map((one) => `${one.id}: ${JSON.stringify(one.assumed)}`)
  if (assumed.length > 0) lines.push('', 'Not given in the file, and what was taken instead:', ...assumed)
  if (frontier !== undefined) lines.push('', ...frontierLines(frontier))
  return `${lines.join('\n')}\n`
}

function frontierLines(points: readonly FrontierPoint[]): readonly string[] {
  const head = 'disguise,,a day,per address,stopped,challenged,through,noticed after'
  return [
    row(head.split(',')),
    ...points.map((one) =>
      row([
        one.disguise,
        one.adapts ? 'adapts' : '',
        one.attempts_per_day,
        one.per_address,
        ...[one.stopped, one.challenged, one.through].map((part) => share(part, 1)),
        one.attempts_before_noticed ?? 'never',
      ]),
    ),
  ]
}

const WIDTHS = [28, 20, 9, 9, 10, 11, 10, 11, 14] as const

function row(cells: readonly (string | number)[]): string {
  return cells
    .map((cell, index) => String(cell).padEnd(WIDTHS[index] ?? 10))
    .join(' ')
    .trimEnd()
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)}%`
}
