/**
 * Where apps get challenges and leave their attested keys: two paths of the gate's own, beside the pipeline. They decide
 * nothing about any request of the bank's.
 */
import { readBody } from './exchange/body.ts'
import type { Clock, Keys } from './ports.ts'
import { CHALLENGE_TTL_SECONDS, issueChallenge } from './verify/attestation/challenge.ts'
import { type EnrolProblem, type EnrolTools, enrol, MAX_ENROLMENT_BYTES } from './verify/attestation/enrol.ts'

export const APP_CHALLENGE_PATH = '/_portcullis/attestation/challenge'
export const APP_KEYS_PATH = '/_portcullis/attestation/keys'

const NO_STORE = { 'cache-control': 'no-store' }

/** POST {@link APP_CHALLENGE_PATH}: nothing is asked and nothing is stored. */
export function appChallenge(clock: Clock, keys: Keys): Response {
  const challenge = issueChallenge(clock.id(), clock.now(), keys)
  return Response.json({ challenge, expiresInSeconds: CHALLENGE_TTL_SECONDS }, { headers: NO_STORE })
}

/**
 * POST {@link APP_KEYS_PATH}.
 *
 * @param report tells the log why, which the answer does not
 */
export async function enrolApp(
  request: Request,
  clock: Clock,
  tools: EnrolTools,
  report: (reference: string, reason: string) => void,
): Promise<Response> {
  const [requestId, at] = [clock.id(), clock.now()]
  const body = await readBody(request, MAX_ENROLMENT_BYTES)
  if (!body.ok) {
    report(requestId, body.reason)
    return refused(400, requestId)
  }
  const fact = await enrol({ requestId, at, body: body.value }, tools)
  if (fact.state === 'valid') {
    return Response.json({ keyId: fact.value.keyId }, { status: 201, headers: NO_STORE })
  }
  const reason = fact.state === 'absent' ? 'enrolment_malformed' : fact.reason
  report(requestId, reason)
  return refused(fact.state === 'unavailable' ? 503 : statusOf(reason), requestId)
}

/** With another challenge it may succeed. */
const ANOTHER_CHALLENGE: readonly string[] = [
  'challenge_expired',
  'challenge_used',
] satisfies readonly EnrolProblem[]
/** It was not understood, and will not be. */
const MALFORMED: readonly string[] = [
  'enrolment_malformed',
  'challenge_malformed',
  'attestation_too_large',
  'attestation_malformed',
  'authenticator_data_malformed',
] satisfies readonly EnrolProblem[]

function statusOf(reason: string): 400 | 403 | 409 {
  if (ANOTHER_CHALLENGE.includes(reason)) return 409
  return MALFORMED.includes(reason) ? 400 : 403
}

const TITLES = { 400: 'Bad Request', 403: 'Forbidden', 409: 'Conflict', 503: 'Service Unavailable' } as const

function refused(status: keyof typeof TITLES, reference: string): Response {
  return Response.json(
    { title: TITLES[status], status, instance: `urn:uuid:${reference}` },
    {
      status,
      headers: {
        'content-type': 'application/problem+json',
        ...NO_STORE,
        ...(status === 503 ? { 'retry-after': '5' } : {}),
      },
    },
  )
}
