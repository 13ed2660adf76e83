/** VERIFY: what the caller can prove, each thing for itself, and never more than what is known. */
import { createHash } from 'node:crypto'
import type { BearerToken, Client, ContentFact, Exchange, Match, Proof, VerifierOutage } from '../evidence.ts'
import { fromBase64 } from '../lib/base64.ts'
import { ABSENT, type Fact, invalid, unavailable, valid } from '../lib/fact.ts'
import { fieldIn } from '../lib/header-fields.ts'
import type { Keys } from '../ports.ts'
import { type AgentFact, type AgentTools, agentOf } from './agent.ts'
import { type AppQuestion, type AppTools, proveApp } from './attestation/prove.ts'
import {
  type CertificateProof,
  type CertificateTools,
  unpresented,
  verifyCertificate,
} from './certificate.ts'
import { verifyPass } from './pass.ts'
import type { ReplayQuestion } from './replay/types.ts'
import type { SigningRule } from './signature/rule.ts'
import type { SignatureProof, SignatureTools } from './signature/types.ts'
import { verifySignature } from './signature/verify-signature.ts'
import { readAuthorization, verifyToken } from './token.ts'
import { vouchedToken } from './tokens/access.ts'
import { type PossessionProof, verifyPossession } from './tokens/possession.ts'
import type { TokenTools } from './tokens/types.ts'

export interface VerifyInput {
  readonly exchange: Exchange
  readonly client: Client
  readonly match: Match
  readonly content: ContentFact
}

/** What signed requests are held against. Left out where none are. */
export interface SigningTools extends SignatureTools {
  /** The rule of a route; undefined where it verifies no signatures. */
  ruleOf(route: string): SigningRule | undefined
  /** The organisation that a client of the authorization server stands for. */
  organisationOf(client: string): string | undefined
}

export interface VerifyTools {
  readonly keys: Keys
  certificates(): Promise<CertificateTools>
  readonly signing: SigningTools
  /** Undefined where nobody is configured to vouch for tokens. */
  readonly tokens: TokenTools | undefined
  readonly agents: AgentTools | undefined
  /** Undefined where the bank has no apps that prove themselves. */
  readonly apps: AppTools | undefined
}

/** What verifying a request leaves: its proof, and what the proof has used. */
export interface Verification {
  readonly proof: Proof
  /** What the request uses up. To be reserved before it is forwarded, and given back if it is not. */
  readonly uses: readonly ReplayQuestion[]
  /** What an app was asked to prove; undefined where nothing is. Given back if the request is not forwarded. */
  readonly app: AppQuestion | undefined
}

export async function verify(input: VerifyInput, tools: VerifyTools): Promise<Verification> {
  const { exchange, client } = input
  const { certificate } = client
  const certified =
    certificate.state === 'valid'
      ? await verifyCertificate(certificate.value, await tools.certificates(), exchange.arrivedAt)
      : unpresented(certificate)
  const { token, possession } = await shownToken(input, certified.certificate, tools)
  const signed = await signedRequest(input, certified, token, tools)
  const app = appQuestion(input, tools)
  const proof: Proof = {
    ...certified,
    token,
    dpop: possession.dpop,
    signature: signed.signature,
    signing: signed.signing,
    agent: await declaredAgent(input, tools),
    app: app === undefined || tools.apps === undefined ? ABSENT : await proveApp(app, tools.apps),
    pass: verifyPass(exchange, client, tools.keys),
  }
  return { proof, uses: [possession.use, signed.use].filter((use) => use !== undefined), app }
}

const NO_POSSESSION: PossessionProof = { dpop: ABSENT, use: undefined }

interface Shown {
  readonly token: Proof['token']
  readonly possession: PossessionProof
}

async function shownToken(
  { exchange, client, match }: VerifyInput,
  certificate: CertificateProof['certificate'],
  { tokens }: VerifyTools,
): Promise<Shown> {
  const { headers, arrivedAt: now, id, method, target } = exchange
  const authorization = fieldIn(headers, 'authorization')
  const read = verifyToken(authorization, match.route.token === 'required', now, tokens !== undefined)
  if (tokens === undefined) return { token: read, possession: NO_POSSESSION }
  const shown =
    read.state === 'valid' && authorization !== null ? readAuthorization(authorization) : undefined
  const possession = await verifyPossession(
    { requestId: id, headers, method, uri: target.origin + target.raw, accessToken: shown?.token, now },
    tokens.dpop,
  )
  if (read.state !== 'valid' || shown === undefined) return { token: read, possession }
  if (shown.scheme === 'dpop' && possession.dpop.state === 'absent') {
    return { token: read, possession: { ...possession, dpop: invalid('dpop_missing') } }
  }
  if (possession.dpop.state === 'invalid') return { token: read, possession }
  // Whoever is refused for want of a certificate shall not make us ask a server about tokens that he has guessed.
  const stranger = match.route.certificate === 'required' && certificate.state !== 'valid'
  if (stranger) return { token: read, possession }
  const token = await vouchedToken(
    {
      token: shown.token,
      scheme: shown.scheme,
      read: read.value,
      possession: {
        // RFC 8705 section 3: of the certificate in the handshake, whatever else is thought of it.
        certificateThumbprint: thumbprintOf(client.certificate),
        proofThumbprint: possession.dpop.state === 'valid' ? possession.dpop.value.keyThumbprint : undefined,
      },
      now,
    },
    tokens,
  )
  return { token, possession: ofClient(possession, token) }
}

/**
 * A proof of a client that somebody vouches for counts as that client's. Anybody can make proofs under keys of his own: those
 * share one part of the memory, which is full for them before it is for the others.
 */
function ofClient(possession: PossessionProof, token: Proof['token']): PossessionProof {
  const client = token.state === 'valid' ? token.value.vouching?.client : undefined
  if (possession.use === undefined || client === undefined) return possession
  return { ...possession, use: { ...possession.use, organisation: `client ${client}` } }
}

function thumbprintOf(certificate: Client['certificate']): string | undefined {
  const der = certificate.state === 'valid' ? fromBase64(certificate.value.der) : undefined
  return der === undefined ? undefined : createHash('sha256').update(der).digest('hex')
}

const NOT_SIGNED: SignatureProof = { signature: ABSENT, signing: undefined, use: undefined }

async function signedRequest(
  { exchange, client, match, content }: VerifyInput,
  { certificate }: CertificateProof,
  token: Proof['token'],
  { signing }: VerifyTools,
): Promise<SignatureProof> {
  const rule = match.route.signature === 'ignored' ? undefined : signing.ruleOf(match.route.id)
  if (rule === undefined) return NOT_SIGNED
  const { id, method, target, headers, arrivedAt } = exchange
  return verifySignature(
    rule,
    {
      requestId: id,
      method,
      origin: target.origin,
      target: target.raw,
      headers,
      body: bytesOf(content),
      signed: match.signed === true,
      signer: signerOf(certificate, token, signing),
      transportChain: client.certificate.state === 'valid' ? client.certificate.value.chain : [],
      now: arrivedAt,
    },
    signing,
  )
}

/** No body is a body of no bytes; one that streams past us, or could not be read, is none that we know. */
function bytesOf(content: ContentFact): Uint8Array | undefined {
  if (content.state === 'absent') return new Uint8Array()
  if (content.state !== 'valid' || content.value.streamed) return undefined
  return content.value.bytes ?? new Uint8Array()
}

/** Whose keys may have signed: the certificate's holder, or the client that a bound token was made for. */
function signerOf(
  certificate: CertificateProof['certificate'],
  token: Fact<BearerToken, string, VerifierOutage>,
  { organisationOf }: SigningTools,
): Fact<string, never, VerifierOutage> {
  if (certificate.state === 'valid') return valid(certificate.value.organisation)
  if (certificate.state === 'unavailable') return unavailable(certificate.reason)
  const vouching = token.state === 'valid' ? token.value.vouching : undefined
  // A token that is bound to nothing stands for whoever has stolen it.
  if (vouching?.client === undefined || vouching.boundTo === undefined) return ABSENT
  const organisation = organisationOf(vouching.client)
  return organisation === undefined ? ABSENT : valid(organisation)
}

/** Only where the route asks: an assertion that nobody asked for is not used up. */
function appQuestion(
  { exchange, match, content }: VerifyInput,
  { apps }: VerifyTools,
): AppQuestion | undefined {
  if (apps === undefined || match.route.app === 'ignored') return undefined
  const { id: requestId, arrivedAt: at, method, target, headers } = exchange
  return { requestId, at, method, target: target.raw, headers, body: bytesOf(content) }
}

async function declaredAgent(
  { exchange, content }: VerifyInput,
  { agents }: VerifyTools,
): Promise<AgentFact> {
  if (agents === undefined || !exchange.headers.has('signature-agent')) return ABSENT
  const { method, target, headers, arrivedAt } = exchange
  const body = bytesOf(content) ?? new Uint8Array()
  return agentOf({ method, origin: target.origin, target: target.raw, headers, body }, agents, arrivedAt)
}
