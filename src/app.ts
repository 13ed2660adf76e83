/** HTTP around the pipeline: the console, a broken configuration, and the one place that answers our own bugs. */
import { type Context, Hono } from 'hono'
import { clear } from './clearance.ts'
import type { Mistake } from './config.ts'
import { meaningOf } from './decide/reasons.ts'
import { APP_CHALLENGE_PATH, APP_KEYS_PATH, appChallenge, enrolApp } from './enrolment.ts'
import { erase, SUBJECT_KINDS } from './erasure.ts'
import { guard } from './guard.ts'
import {
  appsOf,
  type Built,
  buildPremises,
  clock,
  type GateEnv,
  journalOf,
  openHouse,
  type Premises,
  visibilityOf,
} from './house.ts'
import { edgeProperties } from './identify/edge.ts'
import { networkFrom } from './identify/network.ts'
import { inventoryView } from './inventory/export/view.ts'
import { csvOf } from './inventory/notify/csv.ts'
import { sarifOf } from './inventory/notify/sarif.ts'
import { CHECKS } from './inventory/risk/checks.ts'
import { type Desk, operatorConsole } from './operator/console.ts'
import { type ErasureDesk, erasureConsole } from './operator/erasure.ts'
import { type FindingsDesk, findingsConsole } from './operator/findings.ts'
import { type InventoryRoom, inventoryConsole } from './operator/inventory.ts'
import type { House } from './ports.ts'
import { logBug, logMistakes } from './record/log.ts'
import { CHALLENGE_PATH } from './respond/challenge-page.ts'
import { assessAll, findingsOf, inventoryOf, type VisibilityRoom } from './visibility.ts'

type Gate = { Bindings: GateEnv; Variables: { premises: Premises } }

type Invocation = Pick<ExecutionContext, 'waitUntil' | 'passThroughOnException' | 'props'>

/** What the Worker is asked through. */
export interface GateApp {
  fetch(request: Request, env: GateEnv, context: Invocation): Response | Promise<Response>
}

/**
 * Makes the app of one isolate.
 *
 * @param open opens the house for a request; the bench opens one without a ledger hop
 */
export function gateApp(open: typeof openHouse = openHouse): GateApp {
  /** Built when the isolate meets its first request: bindings are not there before. */
  let built: Built | undefined

  /** A router, its context and its middleware are for what there is a choice about: most requests are the bank's. */
  async function toBank(request: Request, env: GateEnv, context: Invocation): Promise<Response> {
    try {
      built ??= buildPremises(env)
      if (!built.ok) return unbuilt(built.mistakes)
      return await guard(request, await open(built.premises, env, (work) => context.waitUntil(work)))
    } catch (error) {
      return bug(error)
    }
  }

  // Not strict: the console is found with and without its last slash. The pipeline does its own matching.
  const app = new Hono<Gate>({ strict: false })

  app.use(async (c, next) => {
    built ??= buildPremises(c.env)
    if (!built.ok) return unbuilt(built.mistakes)
    c.set('premises', built.premises)
    return next()
  })
  app.post(CHALLENGE_PATH, async (c) => {
    const { refusals } = c.get('premises')
    return clear(c.req.raw, await houseOf(c, open), (reference, reason) =>
      refusals.challenge(reference, reason, clock.now()),
    )
  })
  // Where the bank has no apps, these paths are not there.
  app.post(APP_CHALLENGE_PATH, (c, next) => {
    const { apps, keys } = c.get('premises')
    return apps === undefined ? next() : Promise.resolve(appChallenge(clock, keys))
  })
  app.post(APP_KEYS_PATH, async (c, next) => {
    const premises = c.get('premises')
    const tools = appsOf(premises, c.env, (work) => c.executionCtx.waitUntil(work))
    if (tools === undefined) return next()
    return enrolApp(c.req.raw, clock, { ...tools, policy: tools.policy.apple }, (reference, reason) =>
      premises.refusals.enrolment(reference, reason, clock.now()),
    )
  })
  app.route('/_portcullis', operatorConsole(deskOf, annexes))
  app.all('*', async (c) => guard(c.req.raw, await houseOf(c, open)))
  app.onError(bug)
  return {
    fetch(request, env, context) {
      return isPlainlyForBank(request) ? toBank(request, env, context) : app.fetch(request, env, context)
    },
  }
}

/**
 * Whether no reading of the target leads to a path of our own: a router decodes before it compares, so that whatever could be
 * decoded is left to it. So is HEAD, whose answers it rids of their bodies.
 */
function isPlainlyForBank({ method, url }: Request): boolean {
  const query = url.indexOf('?')
  const path = query < 0 ? url : url.slice(0, query)
  return method !== 'HEAD' && !path.includes('_portcullis') && !path.includes('%')
}

function unbuilt(mistakes: readonly Mistake[]): Response {
  const reference = clock.id()
  logMistakes(mistakes, reference)
  return closed(503, reference)
}

function bug(error: unknown): Response {
  const reference = clock.id()
  logBug(error, reference)
  return closed(500, reference)
}

function houseOf(c: Context<Gate>, open: typeof openHouse): Promise<House> {
  return open(c.get('premises'), c.env, (work) => c.executionCtx.waitUntil(work))
}

function deskOf(c: Context): Desk {
  const premises: Premises = c.get('premises')
  return {
    journal: journalOf(premises, c.env, (work) => c.executionCtx.waitUntil(work)),
    keys: premises.keys,
    clock,
    token: premises.secrets.operatorToken,
    explain: meaningOf,
    failures: premises.failures,
    refused: (reference, prefix) => premises.refusals.operator(reference, prefix, clock.now()),
    prefixOf: (request) =>
      networkFrom(request.headers.get('cf-connecting-ip') ?? '', edgeProperties(request)).prefix,
  }
}

/** As in package.json. */
const VERSION = '0.1.0'

/** What is there and what is at risk, behind the console's own sign-in. */
const annexes: NonNullable<Parameters<typeof operatorConsole>[1]> = (app) => {
  app.route('/', findingsConsole(findingsDeskOf))
  app.route('/', inventoryConsole(inventoryRoomOf))
  app.route('/', erasureConsole(erasureDeskOf))
}

function erasureDeskOf(c: Context): ErasureDesk {
  const means = {
    premises: c.get('premises'),
    env: c.env,
    waitUntil: (work: Promise<unknown>) => c.executionCtx.waitUntil(work),
  }
  return { kinds: SUBJECT_KINDS, erase: (subject) => erase(subject, means) }
}

function visibilityRoomOf(c: Context): VisibilityRoom {
  return visibilityOf(c.get('premises'), c.env, (work) => c.executionCtx.waitUntil(work))
}

function findingsDeskOf(c: Context): FindingsDesk {
  return {
    findings: findingsOf(visibilityRoomOf(c)),
    sarif: (findings) => JSON.stringify(sarifOf(findings, CHECKS, { version: VERSION })),
    csv: csvOf,
  }
}

function inventoryRoomOf(c: Context): InventoryRoom {
  const room = visibilityRoomOf(c)
  return {
    inventory: inventoryOf(room),
    clock,
    view: inventoryView(room.premises.conformance.specification, clock.now()),
    assess: () => assessAll(room, clock.now()),
  }
}

/** No dialect: without a configuration there is no route, and after a bug there may be none either. */
function closed(status: 500 | 503, reference: string): Response {
  const title = status === 503 ? 'Service Unavailable' : 'Internal Server Error'
  return Response.json(
    { title, status, instance: `urn:uuid:${reference}` },
    { status, headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' } },
  )
}
