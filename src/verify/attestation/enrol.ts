/**
 * Takes in the key of an app: a challenge of ours, and an attestation that was made on it. The challenge is used up, and a
 * client whose answer was lost on its way may ask again with the very same words.
 */
import { fromBase64, toBase64url } from '../../lib/base64.ts'
import { type Fact, invalid, unavailable, valid } from '../../lib/fact.ts'
import { parseJson } from '../../lib/json.ts'
import type { Keys } from '../../ports.ts'
import { isObject } from '../jose/header.ts'
import type { Replay, ReplayOutage, ReplayQuestion } from '../replay/types.ts'
import { verifyAttestation } from './apple-attestation.ts'
import { verifyChallenge } from './challenge.ts'
import { hashOf } from './hash.ts'
import type {
  ApplePolicy,
  Attestation,
  AttestationOutage,
  AttestationProblem,
  AttestedKey,
  ChallengeProblem,
} from './types.ts'
import { useOf } from './use.ts'

export interface EnrolQuestion {
  readonly requestId: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly body: Uint8Array
}

export interface EnrolTools {
  readonly policy: ApplePolicy | undefined
  readonly keys: Pick<Keys, 'macWith'>
  readonly attestation: Attestation
  readonly replay: Pick<Replay, 'reserve' | 'release'>
}

export type EnrolProblem =
  | AttestationProblem
  | ChallengeProblem
  | 'enrolment_malformed'
  | 'app_platform_refused'
  /** Another key was attested on it. */
  | 'challenge_used'

export type EnrolFact = Fact<AttestedKey, EnrolProblem, AttestationOutage | ReplayOutage>

export async function enrol({ requestId, at, body }: EnrolQuestion, tools: EnrolTools): Promise<EnrolFact> {
  const { policy, keys } = tools
  if (policy === undefined) return invalid('app_platform_refused')
  const said = readEnrolment(body)
  if (said === undefined) return invalid('enrolment_malformed')
  const { keyId, challenge, attestation: object } = said
  const issued = verifyChallenge(challenge, at, keys)
  if (issued.state !== 'valid') return issued
  const clientDataHash = hashOf(new TextEncoder().encode(challenge))
  const proven = await verifyAttestation({ object, keyId, clientDataHash, policy, at })
  if (proven.state !== 'valid') return proven
  const { app, publicKey, environment } = proven.value
  const key: AttestedKey = {
    keyId: toBase64url(keyId),
    // A copy: what was read is a view of the whole object.
    publicKey: publicKey.slice(),
    app,
    environment,
    attestedAt: at,
    challenge: toBase64url(clientDataHash),
  }
  const use = useOf(challenge, 'app attestation', { requestId, at }, issued.value.expiresAt)
  return keepOnce(key, use, tools)
}

async function keepOnce(
  key: AttestedKey,
  use: ReplayQuestion,
  { attestation, replay }: EnrolTools,
): Promise<EnrolFact> {
  const reserved = await replay.reserve(use)
  if (reserved.state === 'unavailable') return reserved
  if (reserved.state !== 'valid') {
    const known = await attestation.find(key.keyId)
    if (known.state === 'unavailable') return known
    const again = known.state === 'valid' && known.value.challenge === key.challenge
    return again ? valid(known.value) : invalid('challenge_used')
  }
  const kept = await attestation.keep(key)
  if (kept.state === 'valid') return kept
  replay.release(use)
  return kept.state === 'unavailable' ? kept : unavailable('attestation_store_failed')
}

interface Enrolment {
  readonly keyId: Uint8Array
  readonly challenge: string
  readonly attestation: Uint8Array
}

export const MAX_ENROLMENT_BYTES = 20_480
const LIMITS = { maxDepth: 1, maxLength: MAX_ENROLMENT_BYTES }
const KEY_ID_BYTES = 32

/** JSON: `keyId` and `attestation` in base64, as the device gives them, and `challenge` as we gave it. */
function readEnrolment(body: Uint8Array): Enrolment | undefined {
  if (body.length > MAX_ENROLMENT_BYTES) return undefined
  const parsed = parseJson(new TextDecoder().decode(body), LIMITS)
  if (!parsed.ok || !isObject(parsed.value)) return undefined
  const { keyId, challenge, attestation } = parsed.value
  if (typeof keyId !== 'string' || typeof challenge !== 'string' || typeof attestation !== 'string')
    return undefined
  const [id, object] = [fromBase64(keyId), fromBase64(attestation)]
  if (id?.length !== KEY_ID_BYTES || object === undefined) return undefined
  return { keyId: id, challenge, attestation: object }
}
