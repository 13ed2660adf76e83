/** Days on as many threads as there are cores; each has its own seed, so that nobody's result depends on who was first. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Runner } from './contest.ts'
import { type DayResult, type Job, playDay } from './day.ts'

/** What a thread says when it has played a day. */
export type Played =
  | { readonly ok: true; readonly result: DayResult }
  | { readonly ok: false; readonly reason: string }

/** `begins` is told the name of each day as it begins. */
export function onThreads(threads: number, begins: (name: string) => void): Runner {
  return async (jobs) => {
    const results = new Array<DayResult | undefined>(jobs.length)
    // The longest first would be better still, but nobody knows which that is.
    const queue = jobs.entries()
    const play = async (one: (job: Job) => Promise<DayResult>): Promise<void> => {
      for (const [index, job] of queue) {
        begins(job.name)
        results[index] = await one(job)
      }
    }
    if (threads === 1) await play(playDay)
    else await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, () => withThread(play)))
    return results.filter((result) => result !== undefined)
  }
}

export function allThreads(): number {
  return availableParallelism()
}

async function withThread(play: (one: (job: Job) => Promise<DayResult>) => Promise<void>): Promise<void> {
  const worker = new Worker(new URL('day-thread.ts', import.meta.url))
  try {
    await play((job) => askThread(worker, job))
  } finally {
    await worker.terminate()
  }
}

function askThread(worker: Worker, job: Job): Promise<DayResult> {
  return new Promise((resolve, reject) => {
    const settle = (answer: Played): void => {
      worker.off('error', reject)
      if (answer.ok) resolve(answer.result)
      else reject(new Error(answer.reason))
    }
    worker.once('message', settle)
    worker.once('error', reject)
    worker.postMessage(job)
  })
}
