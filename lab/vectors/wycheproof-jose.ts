/**
 * Wycheproof's JWS and JWK vectors through the gate's own engine: the key set is read as a published one is, the key is
 * chosen as the gate chooses, and the policy is the widest there is (any algorithm, HMAC among them).
 */
import { invalid, valid } from '../../src/lib/fact.ts'
import type { JsonValue } from '../../src/lib/json.ts'
import { fail } from '../../src/lib/outcome.ts'
import { isObject } from '../../src/verify/jose/header.ts'
import { verificationKey } from '../../src/verify/jose/jwk.ts'
import { verifyJws } from '../../src/verify/jose/jws.ts'
import { chooseKey, readKeySet } from '../../src/verify/jose/key-set.ts'
import type { JwsPolicy } from '../../src/verify/jose/types.ts'
import { chooseKey as choosePublished, readPublishedSet } from '../../src/verify/keys/published-set.ts'
import { ALGORITHMS } from '../../src/verify/signed/algorithms.ts'
import type { KeyResolver, SignatureAlgorithm } from '../../src/verify/signed/types.ts'
import type { Verdict } from './report.ts'

export interface JoseGroup {
  readonly private?: JsonValue
  readonly public?: JsonValue
  readonly tests: readonly {
    readonly tcId: number
    readonly comment: string
    readonly jws: JsonValue
    readonly result: string
  }[]
}

export interface JoseVectors {
  readonly testGroups: readonly JoseGroup[]
}

export interface JudgedVector {
  readonly id: number
  readonly comment: string
  readonly label: string
  readonly accepted: boolean
  readonly reason: string
  readonly text: JsonValue
  /** Whether another of its group, labelled valid, is the same text. */
  readonly twin: boolean
}

/**
 * Judged otherwise than labelled, by number, comment and what the engine says of them: docs/conformance.md says the same. An
 * altered file has no excuse for what its vectors have become.
 */
export const EXCEPTIONS: readonly {
  readonly ids: readonly number[]
  readonly comment: string
  readonly reason: string
  readonly why: string
}[] = [
  {
    ids: [346, 350],
    comment: 'Figure20',
    reason: 'key_algorithm_refused',
    why: 'the key names PS256 and the message PS384: a key is for the algorithm that it names (RFC 7517 section 4.4)',
  },
  {
    ids: [347, 351],
    comment: 'Figure27',
    reason: 'key_algorithm_refused',
    why: 'the key names ES521, which is no algorithm; ES512 is (RFC 7518 section 3.1)',
  },
  {
    ids: [372],
    comment: 'InvalidCharacterInsertedInHeader',
    reason: 'jws_malformed',
    why: 'labelled valid with a question mark in the header, which base64url has not (RFC 7515 section 2)',
  },
  {
    ids: [373],
    comment: 'InvalidCharacterInsertedInPayload',
    reason: 'jws_malformed',
    why: 'labelled valid with a question mark in the payload, which base64url has not (RFC 7515 section 2)',
  },
  {
    ids: [367],
    comment: 'invalidBase64Padding',
    reason: 'valid',
    why: 'labelled invalid, and octet for octet the same JWS under the same key as 357, which is labelled valid',
  },
  {
    ids: [370],
    comment: 'invalidBase64PaddingInPayload',
    reason: 'valid',
    why: 'labelled invalid, and octet for octet the same JWS under the same key as 357, which is labelled valid',
  },
]

export function exceptionFor({
  id,
  comment,
  reason,
  accepted,
  twin,
}: Omit<JudgedVector, 'text' | 'label'>): string | undefined {
  if (accepted && !twin) return undefined
  return EXCEPTIONS.find((one) => one.ids.includes(id) && one.comment === comment && one.reason === reason)
    ?.why
}

const POLICY: JwsPolicy = {
  algorithms: Object.keys(ALGORITHMS) as SignatureAlgorithm[], // the table's own keys
  required: [],
  members: {},
  understood: [],
  b64: 'absent',
  maxCharacters: 65_536,
}

/** For `npm run vectors`. What is judged otherwise than labelled is shown with the reason for that, if it has one. */
export async function judgeWycheproofJose(group: JoseGroup): Promise<readonly Verdict[]> {
  const judged = await judgeGroup(group)
  return judged.map((one): Verdict => {
    const { id, comment, label, accepted, reason } = one
    const named = { id: `${id} ${comment}`, expected: label }
    if (accepted === (label === 'valid')) return { ...named, result: 'passed', got: reason }
    const excuse = exceptionFor(one)
    if (excuse !== undefined) return { ...named, result: 'not_applicable', got: excuse }
    return { ...named, result: accepted ? 'wrongly_accepted' : 'wrongly_refused', got: reason }
  })
}

export async function judgeJose({ testGroups }: JoseVectors): Promise<readonly JudgedVector[]> {
  return (await Promise.all(testGroups.map(judgeGroup))).flat()
}

async function judgeGroup(group: JoseGroup): Promise<readonly JudgedVector[]> {
  // A secret has no public half: the vectors give it as `private` alone.
  const resolve = await resolverOf(group.public ?? group.private ?? null)
  const good = new Set(group.tests.flatMap(({ jws, result }) => (result === 'valid' ? [jws] : [])))
  const judged: JudgedVector[] = []
  for (const { tcId, comment, jws, result } of group.tests) {
    const verdict =
      typeof jws === 'string'
        ? await verifyJws({ text: jws, policy: POLICY, resolve, now: 0 })
        : ({ state: 'invalid', reason: 'jws_malformed' } as const)
    const accepted = verdict.state === 'valid'
    const reason = 'reason' in verdict ? verdict.reason : verdict.state
    judged.push({ id: tcId, comment, label: result, accepted, reason, text: jws, twin: good.has(jws) })
  }
  return judged
}

/** As the gate reads a published set and chooses from it; of secrets alone, which nobody publishes, in a way of their own. */
async function resolverOf(keys: JsonValue): Promise<KeyResolver> {
  const listed = isObject(keys) && Array.isArray(keys.keys) ? keys.keys : [keys]
  const text = JSON.stringify({ keys: listed })
  if (listed.every((one) => isObject(one) && one.kty === 'oct')) return secretsIn(text)
  const set = await readPublishedSet(text, () => undefined)
  return async (hint) => {
    const chosen = set.ok ? choosePublished(set.value, hint, 'kid', 0) : fail('key_unknown' as const)
    return chosen.ok ? valid(chosen.value) : invalid(chosen.reason)
  }
}

function secretsIn(text: string): KeyResolver {
  const set = readKeySet(text)
  return async (hint) => {
    const chosen = set.ok ? chooseKey(set.value, hint) : undefined
    if (chosen?.ok) return valid(await verificationKey(chosen.value))
    return invalid('key_unknown')
  }
}
