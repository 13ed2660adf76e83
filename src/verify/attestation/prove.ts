/**
 * Whether a request comes from a genuine copy of the bank's app: an assertion under an attested key, or an integrity token.
 *
 * What may be used once is used here, durably, before anything is forwarded. An assertion's counter stays used whatever is
 * decided afterwards: it only rises, and an app makes a new assertion for every try. A token can be given back.
 */
import { fromBase64, toBase64url } from '../../lib/base64.ts'
import { ABSENT, invalid, unavailable, valid } from '../../lib/fact.ts'
import type { Keys } from '../../ports.ts'
import type { Replay, ReplayQuestion } from '../replay/types.ts'
import { verifyAssertion } from './apple-assertion.ts'
import { clientData } from './client-data.ts'
import { type Freshness, readFreshness } from './freshness.ts'
import { hashOf } from './hash.ts'
import { verificationOf } from './key-memory.ts'
import { openToken } from './play-token.ts'
import { judgeVerdicts } from './play-verdict.ts'
import type { AppFact, AppPolicy, AppProblem, Attestation } from './types.ts'
import { useOf } from './use.ts'

export interface AppQuestion {
  readonly requestId: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly method: string
  /** Path and query exactly as received. */
  readonly target: string
  readonly headers: Headers
  /** As received; undefined where it streams past the gate. */
  readonly body: Uint8Array | undefined
}

export interface AppTools {
  readonly policy: AppPolicy
  readonly keys: Pick<Keys, 'macWith'>
  readonly attestation: Attestation
  readonly replay: Pick<Replay, 'reserve' | 'release'>
}

export async function proveApp(question: AppQuestion, tools: AppTools): Promise<AppFact> {
  const { headers, body, method, target, at } = question
  const { headers: names, freshness } = tools.policy
  const [keyId, assertion] = [headers.get(names.keyId), headers.get(names.assertion)]
  const token = headers.get(names.integrityToken)
  const isApple = keyId !== null || assertion !== null
  if (!isApple && token === null) return ABSENT
  if (isApple && token !== null) return invalid('app_evidence_ambiguous')
  if (body === undefined) return unavailable('body_not_read')
  const fresh = readFreshness(headers, names, freshness, at, tools.keys)
  if (fresh.state !== 'valid') return fresh
  const evidence = { data: clientData({ method, target, body }, fresh.value), fresh: fresh.value, at }
  if (token !== null) return proveToken(token, evidence, question, tools)
  return proveAssertion(keyId ?? '', assertion ?? '', evidence, tools)
}

/** The gate refused the request after all. */
export function releaseApp(
  question: AppQuestion,
  fact: AppFact,
  { policy, replay }: Pick<AppTools, 'policy' | 'replay'>,
): void {
  const token = question.headers.get(policy.headers.integrityToken)
  if (fact.state !== 'valid' || fact.value.platform !== 'google' || token === null) return
  replay.release(tokenUse(token, fact.value.app, question, question.at))
}

interface Evidence {
  readonly data: Uint8Array
  readonly fresh: Freshness
  readonly at: number
}

const KEY_ID_BYTES = 32
const MAX_ASSERTION_CHARACTERS = 4_096

async function proveAssertion(
  keyId: string,
  assertion: string,
  { data, fresh }: Evidence,
  { policy, attestation }: AppTools,
): Promise<AppFact> {
  if (policy.apple === undefined) return invalid('app_platform_refused')
  if (assertion.length > MAX_ASSERTION_CHARACTERS) return invalid('assertion_too_large')
  const [id, bytes] = [fromBase64(keyId), fromBase64(assertion)]
  if (id?.length !== KEY_ID_BYTES || !bytes?.length) return invalid('assertion_malformed')
  const keyThumbprint = toBase64url(id)
  const found = await attestation.find(keyThumbprint)
  if (found.state !== 'valid') return found
  const { app, environment, attestedAt } = found.value
  const verification = verificationOf(found.value)
  if (verification === undefined) return invalid('app_key_malformed')
  const key = { app, environment, verification }
  const verified = await verifyAssertion({ assertion: bytes, clientData: data, key, policy: policy.apple })
  if (verified.state !== 'valid') return attributed(verified, keyThumbprint)
  const { counter, build } = verified.value
  const raised = await attestation.raise(keyThumbprint, counter)
  if (raised.state !== 'valid') return attributed(raised, keyThumbprint)
  return valid({
    platform: 'apple',
    app,
    madeAt: fresh.madeAt,
    keyThumbprint,
    counter,
    previousCounter: raised.value.previous,
    keyFirstSeenAt: attestedAt,
    environment,
    build,
  })
}

/** Refusals that come after the key has signed: whoever sends them holds the key, or a copy of what it signed. */
const AFTER_SIGNATURE: ReadonlySet<AppProblem> = new Set<AppProblem>([
  'assertion_replayed',
  'app_refused',
  'app_environment_refused',
  'app_category_refused',
  'app_version_refused',
])

function attributed(fact: Exclude<AppFact, { state: 'valid' }>, keyThumbprint: string): AppFact {
  const proven = fact.state === 'invalid' && AFTER_SIGNATURE.has(fact.reason)
  return proven ? { ...fact, keyThumbprint } : fact
}

async function proveToken(
  token: string,
  { data, fresh, at }: Evidence,
  question: AppQuestion,
  { policy, replay }: AppTools,
): Promise<AppFact> {
  if (policy.google.length === 0) return invalid('app_platform_refused')
  const opened = await openToken(token, policy.google, at)
  if (opened.state !== 'valid') return opened
  const { app, payload } = opened.value
  const requestHash = toBase64url(hashOf(data))
  const judged = judgeVerdicts({ payload, app, requestHash, now: at })
  if (judged.state !== 'valid') return judged
  const { binding, issuedAt, verdicts } = judged.value
  const until = Math.min(judged.value.until, fresh.until)
  const reserved = await replay.reserve(tokenUse(token, app.packageName, question, until))
  if (reserved.state === 'unavailable') return reserved
  if (reserved.state !== 'valid') return invalid('integrity_token_replayed')
  const proven = { platform: 'google', app: app.packageName, madeAt: fresh.madeAt } as const
  return valid({ ...proven, binding, issuedAt, verdicts })
}

/**
 * A token as what is used once. Its text serves as its name: nobody without the key can write the same verdict in
 * another encryption, and `openToken` takes one spelling of each.
 */
function tokenUse(token: string, app: string, question: AppQuestion, until: number): ReplayQuestion {
  return useOf(token, `app ${app}`, question, until)
}
