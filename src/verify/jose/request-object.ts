/** Authorization requests that a client signed (JAR, RFC 9101), and the pushed ones that carry them (PAR, RFC 9126). */
import { parseForm } from '../../lib/form.ts'
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import type { KeyResolver } from '../signed/types.ts'
import { type JwtFault, type JwtPolicy, type VerifiedJwt, verifyJwt } from './jwt.ts'
import { refuse } from './refuse.ts'
import type { Judgement } from './types.ts'

export type RequestObjectFault = JwtFault | 'client_mismatch' | 'request_nested'

export interface RequestObjectQuestion {
  readonly text: string
  /** The client that authenticated, or `client_id` of the request around it. */
  readonly clientId: string
  readonly policy: JwtPolicy
  /** The keys of that client. */
  readonly resolve: KeyResolver
  /** Milliseconds since the epoch. */
  readonly now: number
}

export async function verifyRequestObject(
  question: RequestObjectQuestion,
): Promise<Judgement<VerifiedJwt, RequestObjectFault>> {
  const verdict = await verifyJwt(question)
  if (verdict.state !== 'valid') return verdict
  const { claims } = verdict.value
  // RFC 9101 section 4: a request inside a request would be judged by nobody.
  const nested = ['request', 'request_uri'].find((name) => Object.hasOwn(claims, name))
  if (nested !== undefined) return refuse('request_nested', nested)
  // Section 5: "identical", so that nobody answers a request in another client's name.
  if (claims.client_id === undefined) return refuse('claim_missing', 'client_id')
  if (claims.client_id !== question.clientId) return refuse('client_mismatch', 'client_id')
  const { iss } = claims
  if (iss !== undefined && iss !== question.clientId) return refuse('client_mismatch', 'iss')
  return verdict
}

export type PushedRequestFault =
  | 'form_malformed'
  | 'form_parameter_twice'
  | 'form_parameter_refused'
  | 'request_object_missing'

export interface PushedRequest {
  readonly request: string | undefined
  readonly clientId: string | undefined
  readonly assertionType: string | undefined
  readonly assertion: string | undefined
  readonly parameters: ReadonlyMap<string, string>
}

const MAX_PARAMETERS = 64
/** RFC 9126 section 3: with a request object, only these and the client's authentication stand beside it. */
const BESIDE_REQUEST = new Set(['request', 'client_id', 'client_assertion', 'client_assertion_type'])

/**
 * Reads the body of a pushed authorization request (RFC 9126 section 2.1).
 *
 * @param signed whether the request must be in a request object
 */
export function readPushedRequest(
  body: string,
  signed: 'required' | 'optional',
): Outcome<PushedRequest, PushedRequestFault> {
  const form = parseForm(body, MAX_PARAMETERS)
  if (!form.ok) return fail('form_malformed')
  const parameters = new Map<string, string>()
  for (const [name, value] of form.value) {
    // RFC 6749 section 3.1: parameters must not be included more than once. Two readers take different ones.
    if (parameters.has(name)) return fail('form_parameter_twice')
    parameters.set(name, value)
  }
  // RFC 9126 section 2.1: a pushed request that points to another one would be fetched by the bank.
  if (parameters.has('request_uri')) return fail('form_parameter_refused')
  const request = parameters.get('request')
  if (request === undefined && signed === 'required') return fail('request_object_missing')
  if (request !== undefined && [...parameters.keys()].some((name) => !BESIDE_REQUEST.has(name))) {
    return fail('form_parameter_refused')
  }
  return pass({
    request,
    clientId: parameters.get('client_id'),
    assertionType: parameters.get('client_assertion_type'),
    assertion: parameters.get('client_assertion'),
    parameters,
  })
}
