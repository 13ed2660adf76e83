/**
 * One request's whole way: the order, and nothing else.
 *
 *   exchange > identify > match > verify > observe > score > decide > explain > respond, and record after the answer
 *
 * Every stage takes earlier facts and returns one new one, so that the wrong order does not compile. Nothing
 * short-circuits: every request is decided once, answered once and recorded once.
 */
import { claimsFrom } from './claims.ts'
import { asking, consentRules, withConsent, withOwner } from './consents.ts'
import { decide } from './decide/decide.ts'
import { placeFor, refusalFor, ruleFor } from './decide/reasons.ts'
import { dialectFor } from './dialects/choose.ts'
import type { Client, Evidence, Exchange, Footprint } from './evidence.ts'
import { readContent } from './exchange/content.ts'
import { receive } from './exchange/receive.ts'
import { identify } from './identify/identify.ts'
import { learn } from './lessons.ts'
import { known } from './lib/fact.ts'
import { match } from './match/match.ts'
import { consentQuestion } from './observe/consent/ask.ts'
import { footprint } from './observe/footprint.ts'
import { observe } from './observe/observe.ts'
import { patienceFrom } from './observe/patience.ts'
import { askingQuota, withQuota } from './observe/quota/borrow.ts'
import { originAnswer } from './observe/settling.ts'
import type { Clock, House, Keys } from './ports.ts'
import { respond } from './respond/respond.ts'
import { releaseApp } from './verify/attestation/prove.ts'
import { mintPass, passCookie } from './verify/pass.ts'
import { holding, releaseAll, reserveAll } from './verify/replay/uses.ts'
import { verify } from './verify/verify.ts'

/** Decides and answers one request. Rejects only for a bug of ours; the app answers that, once, in one place. */
export async function guard(request: Request, house: House): Promise<Response> {
  const { clock, config, keys } = house

  const exchange = receive(request, clock, house.certificateSource.kind)
  const client = identify(exchange, house.lists, house.certificateSource, house.told?.(request))
  const matched = match(house.matcher, exchange)
  const content = await readContent(exchange, matched.route)
  const look = house.watch?.look(exchange, matched, content)
  const rules = consentRules(house, matched)
  const claimed = claimsFrom(known(content)?.credentials ?? NO_CREDENTIALS, keys, exchange.arrivedAt)
  const { proof, uses, app } = await verify({ exchange, client, match: matched, content }, house)
  const claims = withConsent(claimed, rules, exchange, proof, keys)
  // Durable before the request is forwarded; while the ledger is asked, so that one wait is enough.
  const reserving = reserveAll(uses, house.replay)
  const seen = { exchange, client, match: matched, claims, proof }
  const question = consentQuestion(seen, rules, { keys, settings: config.consents })
  const asks = asking(footprint(seen, config.ledger.shards), question, config)
  const print = askingQuota(asks, config.quotas)
  const asked = clock.now()
  // One deadline for all that is asked of memory: what the first answer leaves open has what is left of it, both at once.
  const patience = patienceFrom(print, config.ledger.budgetMs, house)
  const further = { ledger: house.ledger, patience, organisationShards: config.ledger.organisationShards }
  const counted = await observe(print, house.ledger, house.estate)
  const [{ consent }, metered] = await Promise.all([
    withOwner(counted, print, further),
    withQuota(counted, print, further),
  ])
  const conduct = { ...metered, consent }
  const told = clock.now()
  const replay = await reserving
  const conformance = look?.conformance
  const operation = look?.signals({ exchange, client, match: matched, content, proof })
  const evidence: Evidence = {
    ...seen,
    content,
    replay,
    conduct,
    ...(question === undefined ? {} : { consent: question.claim }),
    ...(conformance === undefined ? {} : { conformance }),
    ...(operation === undefined ? {} : { operation }),
  }
  const score = house.scorer.score(evidence)
  const verdict = decide(evidence, score, config.policy)
  const explanation = score.state === 'valid' ? house.scorer.explain(score.value, verdict) : undefined
  const bank = holding(house.upstream, uses, replay, house.replay)
  const answer = await respond(
    { ...evidence, score, verdict, attempt: print.attempt, home: print.home },
    {
      upstream: look === undefined ? bank : look.upstream(bank),
      keys,
      clock,
      config,
      dialect: dialectFor(house.dialects, matched.route.dialect, exchange.headers),
      refusal: refusalFor(verdict),
      place: placeFor(verdict, evidence, house.signing.ruleOf(matched.route.id)?.idempotency?.field),
      rule: ruleFor(verdict, evidence),
      passCookie: () => freshPass(exchange, client, print, keys, clock),
    },
  )
  const done = clock.now()
  if (answer.upstream === 'refused') {
    releaseAll(uses, replay, house.replay)
    if (app !== undefined && house.apps !== undefined) releaseApp(app, proof.app, house.apps)
  }

  const facts = originAnswer(answer)
  house.ledger.settle(print, answer.outcome, done, facts)
  house.estate.settle(print, answer.outcome, done, facts)
  const record = {
    evidence,
    score,
    verdict,
    explanation,
    answer,
    ledgerMs: told - asked,
    originMs: done - told,
  }
  house.sink.write(record)
  const response = look?.answered(record) ?? answer.response
  return learn({ seen: { content }, rules, question, print, answer }, response, house)
}

const NO_CREDENTIALS = {}

/** Handed out at the front door. Its id names the shard where this client's other keys are (`observe/shards.ts`). */
function freshPass(
  exchange: Exchange,
  client: Client,
  { home }: Footprint,
  keys: Keys,
  clock: Clock,
): string {
  const pass = { id: `${home}.${clock.id()}`, issuedAt: exchange.arrivedAt, cleared: false }
  return passCookie(mintPass(pass, client.fingerprint, keys))
}
