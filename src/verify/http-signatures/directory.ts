/**
 * Key directories of Web Bot Auth (draft-meunier-http-message-signatures-directory): a JWK set at a well-known place of
 * the agent's own host, whose answer every key in it has signed, so that nobody can show another's keys as his own.
 */
import type { KeySource, PublishedSet, SetAnswer } from '../keys/types.ts'
import type { SignedMessage, VerificationKey } from '../signed/types.ts'
import { namedInMessage } from './algorithms.ts'
import { signatureBase } from './base.ts'
import { checkSignature } from './check.ts'
import { staleness } from './freshness.ts'
import { type ChosenSignature, signaturesOf } from './signature-input.ts'

export const DIRECTORY_PATH = '/.well-known/http-message-signatures-directory'
const MEDIA_TYPE = 'application/http-message-signatures-directory+json'
const TAG = 'http-message-signatures-directory'

/** A directory is served from caches: its signatures live for a day at most, as the requests' do. */
const LIFETIME_SECONDS = 86_400
const TIME = { maxAgeSeconds: LIFETIME_SECONDS, skewSeconds: 60 }

/**
 * @param proof `optional` takes the keys of an unsigned directory too: the host is the operator's choice, and TLS has
 *   proven it; what is signed has to be right all the same
 */
export function directorySource(host: string, proof: 'required' | 'optional'): KeySource {
  return {
    url: `https://${host}${DIRECTORY_PATH}`,
    mediaTypes: [MEDIA_TYPE],
    namedBy: 'thumbprint',
    admit: (answer, set) => admitted(answer, set, proof),
  }
}

async function admitted(
  answer: SetAnswer,
  { keys }: PublishedSet,
  proof: 'required' | 'optional',
): Promise<ReadonlySet<string>> {
  if (proof === 'optional' && !answer.headers.has('signature-input')) {
    return new Set(keys.map(({ key }) => key.thumbprint))
  }
  const signatures = signaturesOf(answer.headers, TAG)
  const proven = new Set<string>()
  for (const { key } of keys) {
    const own = signatures.filter(({ parameters }) => parameters.keyid === key.thumbprint)
    const [signature] = own
    if (signature !== undefined && own.length === 1 && (await isOwn(answer, signature, key))) {
      proven.add(key.thumbprint)
    }
  }
  return proven
}

/** The one component that matters is whose directory was asked for: `"@authority";req`. */
async function isOwn(answer: SetAnswer, chosen: ChosenSignature, key: VerificationKey): Promise<boolean> {
  const { created, expires, alg } = chosen.parameters
  if (created === undefined || expires === undefined) return false
  if (staleness({ created, expires }, TIME, LIFETIME_SECONDS, answer.at) !== undefined) return false
  const response = { status: answer.status, headers: answer.headers, request: askedFor(answer.url) }
  const base = signatureBase(chosen, { kind: 'response', response }, [])
  if (!base.ok || !base.value.covered.includes('"@authority";req')) return false
  const { signature } = chosen
  const accepted = key.algorithms
  const named = namedInMessage(alg)
  return (
    (await checkSignature({ key, accepted, named, signature, input: base.value.bytes })).state === 'valid'
  )
}

function askedFor(url: string): SignedMessage {
  const { origin, pathname } = new URL(url)
  return { method: 'GET', origin, target: pathname, headers: new Headers(), body: new Uint8Array() }
}
