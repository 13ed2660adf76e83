/** HTTP around the pipeline: the console, a broken configuration, and the one place that answers our own bugs. */
import { Hono } from 'hono'
import { clear } from './clearance.ts'
import { REASONS } from './decide/reasons.ts'
import { guard } from './guard.ts'
import {
  type Built,
  buildPremises,
  clock,
  type GateEnv,
  journalOf,
  openHouse,
  type Premises,
} from './house.ts'
import { operatorConsole } from './operator/console.ts'
import { logBug, logMistakes } from './record/log.ts'
import { CHALLENGE_PATH } from './respond/challenge-page.ts'

type Gate = { Bindings: GateEnv; Variables: { premises: Premises } }

/** Built when the isolate meets its first request: bindings are not there before. */
let built: Built | undefined

/** Not strict: the console is found with and without its last slash. The pipeline does its own matching. */
export const app = new Hono<Gate>({ strict: false })

app.use(async (c, next) => {
  built ??= buildPremises(c.env)
  if (!built.ok) {
    const reference = clock.id()
    logMistakes(built.mistakes, reference)
    return closed(503, reference)
  }
  c.set('premises', built.premises)
  return next()
})

app.post(CHALLENGE_PATH, async (c) => {
  const house = await openHouse(c.get('premises'), c.env, (work) => c.executionCtx.waitUntil(work))
  return clear(c.req.raw, house)
})

app.route(
  '/_portcullis',
  operatorConsole((c) => {
    const premises: Premises = c.get('premises')
    return {
      journal: journalOf(premises, c.env, (work) => c.executionCtx.waitUntil(work)),
      keys: premises.keys,
      clock,
      token: premises.secrets.operatorToken,
      explain: (reason) => (reason in REASONS ? REASONS[reason as keyof typeof REASONS].meaning : reason),
    }
  }),
)

app.all('*', async (c) => {
  const house = await openHouse(c.get('premises'), c.env, (work) => c.executionCtx.waitUntil(work))
  return guard(c.req.raw, house)
})

app.onError((error) => {
  const reference = clock.id()
  logBug(error, reference)
  return closed(500, reference)
})

/** No dialect: without a configuration there is no route, and after a bug there may be none either. */
function closed(status: 500 | 503, reference: string): Response {
  const title = status === 503 ? 'Service Unavailable' : 'Internal Server Error'
  return Response.json(
    { title, status, instance: `urn:uuid:${reference}` },
    { status, headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' } },
  )
}
