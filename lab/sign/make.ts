/** From what was asked for to a command that sends it: reads the files, and says everything that a developer should know. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { SigningProfile } from '../../src/dialects/signing/profile.ts'
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'
import { signingRule } from '../../src/verify/signature/rule.ts'
import { chooseAlgorithm, listOf } from './algorithms.ts'
import { type OwnCertificate, readOwnCertificate } from './certificate.ts'
import { type Connection, curlArguments, curlCommand } from './curl.ts'
import { prepare } from './fields.ts'
import { readAtMost } from './files.ts'
import { readSigningKey, type SigningKey } from './key.ts'
import { profileCalled } from './names.ts'
import { fromCaller, type Options } from './options.ts'
import type { PlainRequest } from './request.ts'
import { signatureFields } from './schemes.ts'
import { isSeal, type Note, signerOf } from './signer.ts'

export interface Signed {
  readonly dialect: string
  readonly algorithm: string
  readonly key_id: string | null
  /** Header fields and components under the signature; `body` where that is signed itself. */
  readonly covered: readonly string[]
  readonly good_for_seconds: number
  readonly headers: Readonly<Record<string, string>>
  /** Without a shell between. */
  readonly curl: readonly string[]
  readonly command: string
  readonly notes: readonly string[]
}

/** More than a gate on Workers takes into its memory by far. */
const MAX_BODY_BYTES = 16_777_216

export async function makeSigned(options: Options): Promise<Outcome<Signed, string>> {
  const notes: string[] = []
  const note: Note = (text) => void notes.push(text)
  const profile = profileCalled(options.dialect)
  if (!profile.ok) return profile
  const key = await readSigningKey(options.key)
  if (!key.ok) return key
  const certificate =
    options.certificate === undefined ? pass(undefined) : await readOwnCertificate(options.certificate)
  if (!certificate.ok) return certificate
  const body =
    options.body === undefined ? pass(new Uint8Array()) : await readAtMost(options.body, MAX_BODY_BYTES)
  if (!body.ok) return body
  const { method, url, fields } = options
  const plain: PlainRequest = { method, url, fields, body: body.value, bodyPath: options.body }
  const connection = await connectionOf(options, certificate.value, key.value, note)
  if (!connection.ok) return connection
  const signed = await signedRequest(profile.value, plain, key.value, certificate.value, options, note)
  if (!signed.ok) return signed
  const { request, algorithm, keyId, covered } = signed.value
  return pass({
    dialect: profile.value.name,
    algorithm,
    key_id: keyId ?? null,
    covered: covered.length === 0 ? ['body'] : covered,
    good_for_seconds: lifeOf(profile.value),
    headers: Object.fromEntries(request.fields.map(({ name, value }) => [name, value])),
    curl: curlArguments(request, connection.value),
    command: curlCommand(request, connection.value),
    notes,
  })
}

interface Made {
  readonly request: PlainRequest
  readonly covered: readonly string[]
  readonly algorithm: string
  readonly keyId: string | undefined
}

async function signedRequest(
  profile: SigningProfile,
  plain: PlainRequest,
  key: SigningKey,
  certificate: OwnCertificate | undefined,
  options: Options,
  note: Note,
): Promise<Outcome<Made, string>> {
  const accepted = profile.scheme.policy.algorithms
  const algorithm = chooseAlgorithm(key, accepted, options.alg)
  if (!algorithm.ok) return fail(`Cannot sign by ${profile.name}: ${algorithm.reason}`)
  if (!accepted.includes(algorithm.value)) {
    note(
      `${profile.name} takes ${listOf(accepted)}: only a bank that takes ${algorithm.value} too takes this`,
    )
  }
  const signer = signerOf(profile, options, key, certificate, note)
  if (!signer.ok) return fail(`Cannot sign by ${profile.name}: ${signer.reason}`)
  const prepared = prepare(profile, plain, signer.value, options, note)
  if (!prepared.ok) return fail(`Cannot sign by ${profile.name}: ${prepared.reason}`)
  if (!isSignedOperation(profile, plain)) {
    note(`${profile.name} leaves ${plain.method} of this path unsigned, and a gate refuses a signature there`)
  }
  const { request, covered } = prepared.value
  const signing = { request, covered, signer: signer.value, algorithm: algorithm.value, at: options.at }
  const more = await signatureFields(profile, signing)
  const { keyId } = signer.value
  return pass({
    covered,
    algorithm: algorithm.value,
    keyId,
    request: { ...request, fields: [...request.fields, ...more] },
  })
}

function isSignedOperation({ operations }: SigningProfile, { method, url }: PlainRequest): boolean {
  const { methods, signed, unsigned } = operations
  if (methods.length > 0 && !methods.includes(method)) return false
  const segments = new URL(url).pathname.toLowerCase().split('/')
  return segments.some((one) => signed.has(one)) || !segments.some((one) => unsigned.has(one))
}

/** Where the signature says nothing of time, the body does. */
function lifeOf(profile: SigningProfile): number {
  const rule = signingRule(profile, {})
  const seconds = rule.ok ? rule.value.lifeSeconds : 0
  return seconds > 0 ? seconds : (profile.body?.sentAt.maxAgeSeconds ?? 0)
}

async function connectionOf(
  { transport, certificate: path, url, trust }: Options,
  certificate: OwnCertificate | undefined,
  key: SigningKey,
  note: Note,
): Promise<Outcome<Connection, string>> {
  const trusted = trust ?? authorityOf(url)
  if (transport !== undefined) {
    const shown = await readOwnCertificate(transport.certificate)
    if (!shown.ok) return shown
    const transportKey = await readSigningKey(transport.key)
    if (!transportKey.ok) return transportKey
    const mistake = mistakeIn(shown.value, transportKey.value)
    if (mistake !== undefined) return fail(mistake)
    if (isSeal(shown.value.kind)) note(`${transport.certificate} is a seal: a gate refuses it in a handshake`)
    return pass({ transport, trust: trusted })
  }
  if (certificate === undefined || path === undefined || isSeal(certificate.kind)) {
    note('curl shows no certificate in the handshake: --transport-certificate and --transport-key name one')
    return pass({ transport: undefined, trust: trusted })
  }
  const mistake = mistakeIn(certificate, key)
  return mistake === undefined
    ? pass({ transport: { certificate: path, key: key.path }, trust: trusted })
    : fail(`${mistake}, or name others by --transport-certificate and --transport-key`)
}

function mistakeIn(certificate: OwnCertificate, key: SigningKey): string | undefined {
  if (!certificate.isOf(key)) return `The key in ${key.path} is not that of ${certificate.path}`
  if (!certificate.isPem)
    return `curl takes certificates in PEM: openssl x509 -in ${certificate.path} -out FILE`
  return key.form === 'PEM' ? undefined : `curl takes keys in PEM, and ${key.path} is a JWK`
}

/** The local edge's own authority, where the local edge is asked: of the folder that `npm start` says, or the project's. */
function authorityOf(url: string): string | undefined {
  if (!['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)) return undefined
  return [fromCaller(AUTHORITY), fileURLToPath(new URL(`../../${AUTHORITY}`, import.meta.url))].find(
    existsSync,
  )
}

const AUTHORITY = '.portcullis/edge-authority.pem'
