/**
 * The published examples of HTTP signatures: RFC 9421 appendix B, draft-cavage appendix C and the fixtures of a bank's
 * open-source server. Each is checked twice where that says something: in the engine as its authors meant it, and under a
 * policy such as a profile would have, which has to refuse what is weak and what covers nothing.
 */
import { fromBase64 } from '../../src/lib/base64.ts'
import { childrenOf, readElement, TAG } from '../../src/lib/der.ts'
import { signatureBase } from '../../src/verify/http-signatures/base.ts'
import { verifyCavage } from '../../src/verify/http-signatures/cavage.ts'
import { agreesWithCertificate } from '../../src/verify/http-signatures/certificate-key-id.ts'
import { checkSignature } from '../../src/verify/http-signatures/check.ts'
import { verifyMessage } from '../../src/verify/http-signatures/message.ts'
import type {
  CavagePolicy,
  CavagePolicySpec,
  MessagePolicy,
  MessagePolicySpec,
} from '../../src/verify/http-signatures/policy.ts'
import { chooseSignature } from '../../src/verify/http-signatures/signature-input.ts'
import type { KeyResolver, SignedMessage, VerificationKey } from '../../src/verify/signed/types.ts'
import { serialText } from '../../src/verify/x509/certificate.ts'
import { readName } from '../../src/verify/x509/names.ts'
import type { HttpSignatureItem } from './http-signature-files.ts'
import { publishedKey } from './published-keys.ts'
import type { Verdict } from './report.ts'

interface Message {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
interface AppendixB {
  readonly keys: Readonly<Record<string, string>>
  readonly request: Message
  readonly response: { readonly status: number; readonly headers: Readonly<Record<string, string>> }
  readonly vectors: readonly {
    readonly name: string
    readonly on: 'request' | 'response'
    readonly signature_input: string
    readonly signature: string
  }[]
}
interface AppendixC {
  readonly private_key_pem: string
  readonly request: Message
  readonly signature_headers: readonly string[]
}

/** 20 April 2021, when the RFC's examples were signed, and what its appendix allows: nothing has to be covered. */
const SIGNED_AT = 1_618_884_473_000
const AS_PUBLISHED: Omit<MessagePolicySpec, 'select'> = {
  coverage: { required: [], whenPresent: [], singletons: [] },
  algorithms: ['PS512', 'RS256', 'ES256', 'Ed25519', 'HS256'],
  digest: { when: 'never', algorithms: [] },
  time: { maxAgeSeconds: 60, skewSeconds: 0 },
  parameters: {
    created: 'required',
    expires: 'optional',
    nonce: 'optional',
    keyid: 'required',
    alg: 'optional',
  },
  maxLifetimeSeconds: 300,
  digestFields: ['content-digest'],
}

export async function judgeAppendixB(text: string): Promise<readonly Verdict[]> {
  // The file is ours beside the checkout; what is not as it says fails below.
  const { keys, request, response, vectors } = JSON.parse(text) as AppendixB
  const verdicts: Verdict[] = []
  for (const { name, on, signature_input, signature } of vectors) {
    const headers = { 'signature-input': signature_input, signature }
    const message = messageOf(request, headers)
    const label = `sig-${name}`
    const resolve: KeyResolver = async ({ keyId = '' }) => valid(await publishedKey(keys[keyId] ?? ''))
    if (on === 'response') {
      const key = await publishedKey(keys['test-key-ecc-p256'] ?? '')
      verdicts.push(verdict(name, 'valid', await responseState(message, response, headers, key, label)))
      continue
    }
    // No constructor makes a policy that requires nothing: only here, past the type.
    const policy = { ...AS_PUBLISHED, select: { label } } as unknown as MessagePolicy
    verdicts.push(verdict(name, 'valid', await messageState(message, policy, resolve)))
    if (name !== 'b21') continue
    const demanding = { ...policy, coverage: { ...policy.coverage, required: ['@method'] } }
    const state = await messageState(message, demanding, resolve)
    verdicts.push(verdict('b21 where something is required', 'coverage_insufficient', state))
  }
  return verdicts
}

async function messageState(
  message: SignedMessage,
  policy: MessagePolicy,
  resolve: KeyResolver,
): Promise<string> {
  const fact = await verifyMessage(message, policy, resolve, SIGNED_AT)
  return fact.state === 'invalid' ? fact.reason : fact.state
}

async function responseState(
  request: SignedMessage,
  { status, headers }: AppendixB['response'],
  signature: Readonly<Record<string, string>>,
  key: VerificationKey,
  label: string,
): Promise<string> {
  const response = { status, headers: new Headers({ ...headers, ...signature }), request }
  const chosen = chooseSignature(response.headers, { label })
  if (chosen === undefined || !chosen.ok) return chosen?.reason ?? 'absent'
  const base = signatureBase(chosen.value, { kind: 'response', response }, [])
  if (!base.ok) return base.reason
  const { signature: bytes } = chosen.value
  const check = {
    key,
    accepted: key.algorithms,
    named: 'unnamed',
    signature: bytes,
    input: base.value.bytes,
  } as const
  const checked = await checkSignature(check)
  return checked.state === 'invalid' ? checked.reason : checked.state
}

/** Between the created and the expires of the draft's third example. */
const CAVAGE_AT = 1_402_170_697_000
const CAVAGE: CavagePolicySpec = {
  coverage: { required: ['date'], whenPresent: [], singletons: [] },
  algorithms: ['RS256'],
  digest: { when: 'never', algorithms: [] },
  time: { maxAgeSeconds: 604_800, skewSeconds: 0 },
  clock: 'none',
}

export async function judgeAppendixC(text: string): Promise<readonly Verdict[]> {
  // The file is ours beside the checkout; what is not as it says fails below.
  const { private_key_pem, request, signature_headers } = JSON.parse(text) as AppendixC
  const key = await publishedKey(private_key_pem)
  const verdicts: Verdict[] = []
  for (const [index, signature] of signature_headers.entries()) {
    const message = messageOf(request, { signature })
    const name = `c${index + 1}`
    const admitted = await cavageState(message, CAVAGE, () => valid(key), CAVAGE_AT, 'admitted')
    verdicts.push(verdict(name, 'valid', admitted))
    const refused = await cavageState(message, CAVAGE, () => valid(key), CAVAGE_AT, 'refused')
    verdicts.push(verdict(`${name} under the rule for keys`, 'key_weak', refused))
  }
  return verdicts
}

async function cavageState(
  message: SignedMessage,
  spec: CavagePolicySpec,
  resolve: (keyId: string) => Awaited<ReturnType<KeyResolver>>,
  now: number,
  weakKeys: 'refused' | 'admitted',
): Promise<string> {
  // The clock of the examples is long past and one of them signs its Date alone: only here, past the type.
  const policy = spec as unknown as CavagePolicy
  const fact = await verifyCavage(message, policy, async ({ keyId = '' }) => resolve(keyId), now, {
    weakKeys,
  })
  return fact.state === 'invalid' ? fact.reason : fact.state
}

/** What the server's own test sends with each of its signatures; the body that its digest is of was not published. */
const FIXTURE_HEADERS = {
  accept: 'application/json',
  'psu-ip-address': '1.1.1.1',
  'psu-id': 'anton.brueckner',
  'x-request-id': '2f77a125-aa7a-45c0-b414-cea25a116035',
  digest: 'SHA-256=cE4iyBDKyP5qdfUyHuB4eZf5iqA5pSAjTzl8l89Oh20=',
  date: 'Sun, 06 Aug 2019 15:02:37 GMT',
}
const FIXTURE_AT = Date.UTC(2019, 7, 6, 15, 3)
const FIXTURE: CavagePolicySpec = {
  ...CAVAGE,
  coverage: { required: ['digest', 'x-request-id'], whenPresent: ['psu-id'], singletons: ['x-request-id'] },
}
/** Signature file, certificate file, and what has to come of it. */
const FIXTURES = [
  ['correct_signature', 'tpp_signature_certificate', 'valid'],
  ['correct_signature', 'tpp_signature_non_normalised_certificate', 'valid'],
  ['signature_wrong_hash', 'tpp_signature_certificate', 'signature_malformed'],
  ['signature_wrong_headers', 'tpp_signature_certificate', 'coverage_insufficient'],
  ['signature_wrong_keyid', 'tpp_signature_certificate', 'key_certificate_mismatch'],
  ['correct_signature', 'wrong_tpp_signature_certificate', 'key_certificate_refused'],
] as const

/** @param files contents of the fixtures' `signature` folder by file name without `.txt` */
export async function judgeFixtures(files: ReadonlyMap<string, string>): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = []
  for (const [signature, certificate, expected] of FIXTURES) {
    const headers = { ...FIXTURE_HEADERS, signature: (files.get(signature) ?? '').trim() }
    const message = messageOf(
      { method: 'POST', url: 'https://bank.example/v1/consents', headers, body: '' },
      {},
    )
    const resolve = (keyId: string) => fixtureKey(files.get(certificate) ?? '', keyId)
    const got = await cavageState(message, FIXTURE, resolve, FIXTURE_AT, 'refused')
    verdicts.push(verdict(`${signature} with ${certificate}`, expected, got))
  }
  // Told nothing of which headers have to be covered, the engine still sees that these were not the ones signed.
  const headers = { ...FIXTURE_HEADERS, signature: (files.get('signature_wrong_headers') ?? '').trim() }
  const message = messageOf(
    { method: 'POST', url: 'https://bank.example/v1/consents', headers, body: '' },
    {},
  )
  const lenient = { ...FIXTURE, coverage: { required: ['digest'], whenPresent: [], singletons: [] } }
  const resolve = (keyId: string) => fixtureKey(files.get('tpp_signature_certificate') ?? '', keyId)
  const got = await cavageState(message, lenient, resolve, FIXTURE_AT, 'refused')
  verdicts.push(verdict('signature_wrong_headers where none of them is required', 'signature_wrong', got))
  return verdicts
}

/**
 * As the header brings it: base64 of the DER, with or without the lines of PEM. The certificate is of version 1, which the
 * gate's own reader refuses (RFC 5280 section 4.1.2.1), so that the three parts that are needed are taken out here.
 */
function fixtureKey(text: string, keyId: string): Awaited<ReturnType<KeyResolver>> {
  const der = fromBase64(text.replace(/-----[A-Z ]+-----/g, '').replace(/\s/g, '')) ?? new Uint8Array()
  const [tbs] = childrenOf(readElement(der), TAG.sequence, 3) ?? []
  const [serial, , issuerName, , , spki] = childrenOf(tbs, TAG.sequence, 6) ?? []
  const issuer = readName(issuerName)
  if (issuer === undefined || serial === undefined || spki === undefined) {
    return { state: 'invalid', reason: 'key_certificate_refused' }
  }
  if (!agreesWithCertificate(keyId, { serial: serialText(serial.content), issuer })) {
    return { state: 'invalid', reason: 'key_certificate_mismatch' }
  }
  return valid({ material: { kind: 'spki', der: spki.der }, algorithms: ['RS256'], thumbprint: 'fixture' })
}

function messageOf(
  { method, url, headers, body }: Message,
  more: Readonly<Record<string, string>>,
): SignedMessage {
  const { origin, pathname, search } = new URL(url)
  return {
    method,
    origin,
    target: pathname + search,
    headers: new Headers({ ...headers, ...more }),
    body: new TextEncoder().encode(body),
  }
}

function valid(value: VerificationKey): { readonly state: 'valid'; readonly value: VerificationKey } {
  return { state: 'valid', value }
}

function verdict(id: string, expected: string, got: string): Verdict {
  const wrong = expected === 'valid' ? 'wrongly_refused' : 'wrongly_accepted'
  return { id, expected, got, result: expected === got ? 'passed' : wrong }
}

export async function judgeHttpSignatures(item: HttpSignatureItem): Promise<readonly Verdict[]> {
  switch (item.kind) {
    case 'appendix_b':
      return judgeAppendixB(item.text)
    case 'appendix_c':
      return judgeAppendixC(item.text)
    case 'fixtures':
      return judgeFixtures(new Map(Object.entries(item.files)))
  }
}
