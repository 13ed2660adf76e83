/** The cron trigger: every few minutes everything is looked at once, and what is at risk is written down and told. */
import { type Built, buildPremises, clock, type GateEnv, visibilityOf } from './house.ts'
import { assessAll } from './visibility.ts'

type Scheduled = (event: ScheduledController, env: GateEnv, context: ExecutionContext) => Promise<void>

/** A broken configuration is reported where requests are answered (`app.ts`). */
export function riskRounds(): Scheduled {
  let built: Built | undefined
  return async (_event, env, context) => {
    built ??= buildPremises(env)
    if (!built.ok) return
    const { premises } = built
    await assessAll(
      visibilityOf(premises, env, (work) => context.waitUntil(work)),
      clock.now(),
    )
  }
}
