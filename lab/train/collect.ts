/** Plays campaigns to learn from, on all cores, and keeps what the gate's own features said of every request. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { INTENTS } from '../../src/score/features.ts'
import type { Row } from './rows.ts'
import type { Played, World } from './world.ts'

/**
 * Many small ones teach more than a few large ones: what differs between campaigns is what there is to learn. Twice as many as 200 halved the people who were
 * taken for attackers, and found as much.
 */
export const WORLDS = { learn: 1_400, tune: 96, report: 144 } as const satisfies Record<World['part'], number>

export interface Counts {
  readonly byIntent: Readonly<Record<string, number>>
  readonly novelSoftware: readonly string[]
  readonly withoutBotManagement: number
}

export interface Collected {
  readonly rows: readonly Row[]
  readonly counts: Counts
}

/** Each part draws from streams of its own: no campaign, nobody and no order of events is in two of them. */
export async function collect(seed: number, say: (text: string) => void): Promise<Collected> {
  const worlds = Object.entries(WORLDS).flatMap(([part, count]) =>
    // Object.entries forgets what the keys are.
    Array.from({ length: count }, (_, index) => ({ seed, part: part as World['part'], index })),
  )
  const played = await onThreads(
    worlds.map((world, group) => ({ ...world, group })),
    say,
  )
  const rows = played.flatMap(({ rows: of }) => of)
  return {
    rows,
    counts: {
      byIntent: counted(rows),
      novelSoftware: [...new Set(played.flatMap(({ novelSoftware }) => novelSoftware))].sort(),
      withoutBotManagement: played.filter(({ botManagement }) => !botManagement).length,
    },
  }
}

/** In the order of the worlds, whoever was first: the same rows on every machine. */
async function onThreads(worlds: readonly World[], say: (text: string) => void): Promise<readonly Played[]> {
  const played: Played[] = []
  const queue = worlds.entries()
  let done = 0
  const work = async (): Promise<void> => {
    const thread = new Worker(new URL('thread.ts', import.meta.url))
    try {
      for (const [at, world] of queue) {
        played[at] = await ask(thread, world)
        done += 1
        if (done % 20 === 0) say(`${done} of ${worlds.length} campaigns`)
      }
    } finally {
      await thread.terminate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), worlds.length) }, work))
  return played
}

function ask(thread: Worker, world: World): Promise<Played> {
  return new Promise((resolve, reject) => {
    const answered = (answer: Played | string): void => {
      thread.off('error', reject)
      if (typeof answer === 'string') reject(new Error(answer))
      else resolve(answer)
    }
    thread.once('message', answered)
    thread.once('error', reject)
    thread.postMessage(world)
  })
}

export function counted(rows: readonly Row[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    INTENTS.map((intent) => [intent, rows.filter((row) => row.intent === intent).length]),
  )
}
