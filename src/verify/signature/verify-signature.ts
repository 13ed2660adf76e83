/**
 * Whether a request is signed as its route's profile has it, by a key of the organisation that its sender has proven to
 * be, over the very bytes that came.
 */
import type { SignatureProblem } from '../../evidence.ts'
import { ABSENT, invalid, unavailable, valid } from '../../lib/fact.ts'
import { verifyCavage } from '../http-signatures/cavage.ts'
import { verifyMessage } from '../http-signatures/message.ts'
import { verifyJades } from '../jose/jades.ts'
import { verifyJws } from '../jose/jws.ts'
import type { Judgement, VerifiedJws } from '../jose/types.ts'
import type { KeyResolver, SignedMessage, Verified } from '../signed/types.ts'
import { type ReadClaims, readBodyClaims } from './body-claims.ts'
import { type EngineFault, problemOf, type RoomFault } from './faults.ts'
import { type Resolution, resolutionFor } from './resolve.ts'
import type { SigningRule } from './rule.ts'
import type { SignatureProof, SignatureQuestion, SignatureTools } from './types.ts'
import { useOf } from './use.ts'

const NOT_SIGNED: SignatureProof = { signature: ABSENT, signing: undefined, use: undefined }

export async function verifySignature(
  rule: SigningRule,
  question: SignatureQuestion,
  tools: SignatureTools,
): Promise<SignatureProof> {
  const { signer, body, headers } = question
  if (!isSigned(rule, headers)) return NOT_SIGNED
  if (!question.signed) return refused(rule, 'signature_unexpected')
  if (body === undefined) return refused(rule, 'signature_body_unread')
  if (signer.state === 'unavailable') {
    return { ...refused(rule, 'signer_unproven'), signature: unavailable(signer.reason) }
  }
  if (signer.state !== 'valid') return refused(rule, 'signer_unproven')
  return held(rule, { ...question, body }, signer.value, tools)
}

type Read = SignatureQuestion & { readonly body: Uint8Array }

async function held(
  rule: SigningRule,
  question: Read,
  organisation: string,
  tools: SignatureTools,
): Promise<SignatureProof> {
  const { now } = question
  const resolution = resolutionFor(rule, question, organisation, tools)
  const verdict = await judge(rule, question, organisation, resolution.resolve, tools)
  const failures = tools.failures.count(organisation, now)
  const examination = { profile: rule.name, fault: '', place: '', failures }
  if (verdict.state === 'unavailable') {
    return { signature: unavailable(verdict.reason), signing: examination, use: undefined }
  }
  if (verdict.state !== 'valid') {
    tools.failures.add(organisation, now)
    // The engine found a signature field and then none in it: its words cannot be read.
    const fault = verdict.state === 'invalid' ? verdict.reason : 'signature_malformed'
    const place = (verdict.state === 'invalid' ? verdict.member : undefined) ?? placeOf(fault, rule)
    return {
      signature: invalid(problemIn(fault, resolution)),
      signing: { ...examination, fault, place },
      use: undefined,
    }
  }
  const { verified, claims } = verdict.value
  return {
    signature: valid(signatureOf(verified, resolution, now)),
    signing: examination,
    use: useOf(rule, question, organisation, verified, claims),
  }
}

function problemIn(fault: EngineFault | RoomFault, { sealProblem }: Resolution): SignatureProblem {
  return fault === 'key_certificate_refused' ? (sealProblem() ?? problemOf(fault)) : problemOf(fault)
}

interface Good {
  readonly verified: Verified
  readonly claims: ReadClaims | undefined
}

async function judge(
  rule: SigningRule,
  question: Read,
  organisation: string,
  resolve: KeyResolver,
  tools: SignatureTools,
): Promise<Judgement<Good, EngineFault | RoomFault>> {
  const verdict = await engine(rule, question, resolve)
  if (verdict.state !== 'valid') return verdict
  const verified = verdict.value
  const issuer = issuerOf(rule, verified)
  if (issuer !== undefined && !tools.isIssuer(organisation, issuer.value)) {
    return { state: 'invalid', reason: 'issuer_mismatch', member: issuer.member }
  }
  if (rule.body === undefined) return valid({ verified, claims: undefined })
  const claims = readBodyClaims(question.body, question.headers, rule.body, question.now)
  return claims.ok ? valid({ verified, claims: claims.value }) : invalid(claims.reason)
}

async function engine(
  { scheme }: SigningRule,
  { headers, method, origin, target, body, now }: Read,
  resolve: KeyResolver,
): Promise<Judgement<Verified | VerifiedJws, EngineFault>> {
  const message: SignedMessage = { method, origin, target, headers, body }
  switch (scheme.kind) {
    case 'jws': {
      const text = headers.get(scheme.field) ?? ''
      return verifyJws({ text, detached: body, policy: scheme.policy, resolve, now })
    }
    case 'jades': {
      const text = headers.get(scheme.field) ?? ''
      return verifyJades({ text, message, policy: scheme.policy, resolve, now })
    }
    case 'cavage':
      return verifyCavage(message, scheme.policy, resolve, now)
    case 'message':
      return verifyMessage(message, scheme.policy, resolve, now)
  }
}

function isSigned({ scheme }: SigningRule, headers: Headers): boolean {
  switch (scheme.kind) {
    case 'jws':
    case 'jades':
      return headers.has(scheme.field)
    case 'cavage':
      return headers.has('signature')
    case 'message':
      return headers.has('signature-input') || headers.has('signature')
  }
}

function issuerOf(
  { scheme }: SigningRule,
  verified: Verified | VerifiedJws,
): { readonly member: string; readonly value: string } | undefined {
  if (scheme.kind !== 'jws' || scheme.issuer === undefined || !('header' in verified)) return undefined
  const value = verified.header.members[scheme.issuer]
  return { member: scheme.issuer, value: typeof value === 'string' ? value : '' }
}

/** Where the fault is, for standards that want it named, as far as the fault itself says it. */
function placeOf(fault: EngineFault | RoomFault, { scheme, body }: SigningRule): string {
  if (fault.startsWith('key_')) return scheme.kind === 'jws' || scheme.kind === 'jades' ? 'kid' : 'keyId'
  if (fault.startsWith('digest_')) return scheme.kind === 'message' ? 'content-digest' : 'digest'
  if (fault === 'body_claim_mismatch') return body?.requestId.field ?? ''
  if (fault === 'body_stale' || fault === 'body_from_future') return body?.sentAt.pointer ?? ''
  return ''
}

function refused(rule: SigningRule, reason: SignatureProblem): SignatureProof {
  return {
    signature: invalid(reason),
    signing: { profile: rule.name, fault: '', place: '', failures: 0 },
    use: undefined,
  }
}

function signatureOf(
  { keyId, algorithm, keyThumbprint, covered, keyFirstSeenAt, createdAt }: Verified,
  { sealUnknownSince }: Resolution,
  now: number,
) {
  return {
    keyId,
    algorithm,
    keyThumbprint,
    covered,
    keyAge: keyFirstSeenAt === undefined ? undefined : Math.max(0, now - keyFirstSeenAt),
    skew: createdAt === undefined ? undefined : now - createdAt,
    sealUnknownSince: sealUnknownSince(),
  }
}
