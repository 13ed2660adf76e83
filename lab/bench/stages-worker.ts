/**
 * Runs the first stages of the pipeline again and again on one login, for `stages.ts` to time from outside: inside,
 * workerd's clock stands still. Each step includes all before it, so that costs are differences.
 */
import { claimsFrom } from '../../src/claims.ts'
import { decide } from '../../src/decide/decide.ts'
import { refusalFor } from '../../src/decide/reasons.ts'
import { dialectFor } from '../../src/dialects/choose.ts'
import type { Evidence } from '../../src/evidence.ts'
import { readContent } from '../../src/exchange/content.ts'
import { receive } from '../../src/exchange/receive.ts'
import { buildPremises, type GateEnv, openHouse } from '../../src/house.ts'
import { identify } from '../../src/identify/identify.ts'
import { ABSENT, known, valid } from '../../src/lib/fact.ts'
import { match } from '../../src/match/match.ts'
import { footprint } from '../../src/observe/footprint.ts'
import { memoryLedger } from '../../src/observe/memory-ledger.ts'
import { observe } from '../../src/observe/observe.ts'
import type { House } from '../../src/ports.ts'
import { respond } from '../../src/respond/respond.ts'
import { verify } from '../../src/verify/verify.ts'

export { Inventory } from '../../src/inventory/learn/inventory-object.ts'
export { Findings } from '../../src/inventory/risk/findings-object.ts'
export { Estate } from '../../src/observe/estate/estate-object.ts'
export { Ledger } from '../../src/observe/ledger-object.ts'
export { Journal } from '../../src/record/journal-object.ts'
export { Attestation } from '../../src/verify/attestation/attestation-object.ts'
export { Replay } from '../../src/verify/replay/replay-object.ts'
export { Revocation } from '../../src/verify/revocation/revocation-object.ts'

const ledger = memoryLedger()
const BANK = { forward: () => Promise.resolve(valid(new Response(null, { status: 303 }))) }

export default {
  async fetch(request: Request, env: GateEnv, context: ExecutionContext): Promise<Response> {
    const built = buildPremises(env)
    if (!built.ok) return Response.json(built.mistakes, { status: 503 })
    const house: House = {
      ...(await openHouse(built.premises, env, (work) => context.waitUntil(work))),
      ledger,
      upstream: BANK,
    }
    const query = new URL(request.url).searchParams
    const steps = Number(query.get('steps'))
    const times = Math.min(Number(query.get('times')), 100_000)
    const init = {
      method: 'POST',
      headers: request.headers,
      body: await request.text(),
      cf: request.cf ?? {},
    }
    for (let time = 0; time < times; time++) {
      await run(new Request('https://localhost:8443/login', init), house, steps)
    }
    return new Response('done')
  },
}

/** `guard.ts`, with a way out after each stage. Step 0 is the making of the request alone. */
async function run(request: Request, house: House, steps: number): Promise<void> {
  const { clock, config, keys } = house
  if (steps === 0) return
  const exchange = receive(request, clock)
  if (steps === 1) return
  const client = identify(exchange, house.lists, house.certificateSource)
  if (steps === 2) return
  const matched = match(house.matcher, exchange)
  if (steps === 3) return
  const content = await readContent(exchange, matched.route)
  if (steps === 4) return
  const claims = claimsFrom(known(content)?.credentials ?? {}, keys, exchange.arrivedAt)
  if (steps === 5) return
  const { proof } = await verify({ exchange, client, match: matched, content }, house)
  if (steps === 6) return
  const print = footprint({ exchange, client, match: matched, claims, proof }, config.ledger.shards)
  const conduct = await observe(print, house.ledger, house.estate)
  if (steps === 7) return
  const evidence: Evidence = {
    exchange,
    client,
    match: matched,
    content,
    claims,
    proof,
    replay: ABSENT,
    conduct,
  }
  const score = house.scorer.score(evidence)
  if (steps === 8) return
  const verdict = decide(evidence, score, config.policy)
  if (steps === 9) return
  // One login again and again is a flood, and explained as what is stopped: of who is let pass nothing is.
  const explanation = score.state === 'valid' ? house.scorer.explain(score.value, verdict) : undefined
  if (steps === 10) return
  const answer = await respond(
    { ...evidence, score, verdict, attempt: print.attempt, home: print.home },
    {
      ...house,
      dialect: dialectFor(house.dialects, matched.route.dialect, exchange.headers),
      refusal: refusalFor(verdict),
      passCookie: () => '',
    },
  )
  if (steps === 11) return
  house.ledger.settle(print, answer.outcome, exchange.arrivedAt)
  house.estate.settle(print, answer.outcome, exchange.arrivedAt)
  if (steps === 12) return
  house.sink.write({ evidence, score, verdict, explanation, answer, ledgerMs: 0, originMs: 0 })
}
