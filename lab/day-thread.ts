/** A thread that plays the days it is given, one after the other. */
import { parentPort } from 'node:worker_threads'
import { type Job, playDay } from './day.ts'
import type { Played } from './parallel.ts'

const port = parentPort
if (port === null) throw new Error('day-thread.ts is a thread of the arena')

async function answer(job: Job): Promise<Played> {
  try {
    return { ok: true, result: await playDay(job) }
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

port.on('message', (job: Job) => {
  answer(job).then(
    (played) => port.postMessage(played),
    // `answer` never rejects.
    () => undefined,
  )
})
