/** The cron trigger of a gate on this machine: more often than a deployed one's, because somebody is waiting for it. */
import type { Workers } from './workerd.ts'

const EVERY_MS = 30_000

export interface Rounds {
  stop(): void
}

export async function startRounds({ mf }: Pick<Workers, 'mf'>, everyMs = EVERY_MS): Promise<Rounds> {
  const gate = await mf.getWorker('portcullis')
  const timer = setInterval(() => {
    // A gate that is being stopped while it looks around has nothing to say.
    void gate.scheduled({ cron: '*/5 * * * *' }).catch(() => undefined)
  }, everyMs)
  return { stop: () => clearInterval(timer) }
}
