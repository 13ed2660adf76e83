/**
 * Keeps the invented third parties in a folder that only its owner reads, in files that curl takes. Keys never leave
 * it. The root's key is never written: a root that somebody trusts by mistake must not be able to sign any more.
 */
import { createHash, X509Certificate } from 'node:crypto'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { certificatePem, type Issued, privateKeyPem } from '../edge/issue.ts'
import { AUTHORITY, CAST, type InventedTpp, type TppName } from './cast.ts'
import { makeCrl } from './crl.ts'
import {
  CRL_HOST,
  chainPem,
  issueSeal,
  issueTransport,
  type Level,
  makeTrustService,
  RESPONDER_HOST,
  type TrustService,
} from './trust-service.ts'

/** A certificate with its key, as files: `curl --cert CERTIFICATE --key KEY`. */
export interface Files {
  /** PEM, the issuing authority's behind the leaf. */
  readonly certificate: string
  readonly key: string
}

export interface LocalTpps {
  readonly folder: string
  /** PEM of the root, as a file and as text. */
  readonly anchorsPath: string
  readonly anchors: string
  /** The issuing authority, in PEM and as its DER in base64. */
  readonly issuing: string
  readonly issuingDer: string
  /** What a third party shows in the handshake. */
  transport(name: TppName): Files
  /** What it seals its messages with. */
  seal(name: TppName): Files
  /** SHA-256 of the leaf's DER, lower-case hexadecimal. */
  thumbprint(name: TppName): string
  /** The leaf's DER in base64. */
  der(name: TppName): string
}

export const CAST_NAMES = Object.keys(CAST).filter((name): name is TppName => Object.hasOwn(CAST, name))

const LIFETIME_MS = 397 * 86_400_000
const RENEW_MS = 14 * 86_400_000
const PROVIDER = 'Larch Trust'
/** What was made by another recipe is made anew. */
const RECIPE = createHash('sha256')
  .update(JSON.stringify([1, CAST, AUTHORITY, RESPONDER_HOST, CRL_HOST]))
  .digest('hex')

/** The third parties of this folder, made where they are missing, damaged, of another recipe, or about to expire. */
export async function localTpps(folder: string): Promise<LocalTpps> {
  const kept = await readKept(folder)
  if (kept) return kept
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // Until it stands there again, nothing in here counts: a making that was interrupted is not kept.
  await rm(join(folder, 'recipe'), { force: true })
  await make(folder)
  const made = await readKept(folder)
  if (!made) throw new Error(`Cannot keep third parties in ${folder}: they do not read back`)
  return made
}

async function readKept(folder: string): Promise<LocalTpps | undefined> {
  try {
    const recipe = await readFile(join(folder, 'recipe'), 'utf8')
    const certificates = new Map<string, X509Certificate>()
    for (const name of ALL_FILES) {
      certificates.set(name, new X509Certificate(await readFile(join(folder, `${name}.pem`))))
      if (name !== 'anchors') await readFile(join(folder, `${name}.key`))
    }
    const [anchors, issuing] = await Promise.all(
      ['anchors.pem', 'issuing.pem'].map((name) => readFile(join(folder, name), 'utf8')),
    )
    const root = certificates.get('anchors')
    if (recipe !== RECIPE || root === undefined || anchors === undefined || issuing === undefined)
      return undefined
    if (Date.parse(root.validTo) < Date.now() + RENEW_MS) return undefined
    return {
      folder,
      anchors,
      issuing,
      issuingDer: new X509Certificate(issuing).raw.toString('base64'),
      anchorsPath: join(folder, 'anchors.pem'),
      transport: (name) => files(folder, name),
      seal: (name) => files(folder, sealOf(name)),
      thumbprint: (name) => certificates.get(name)?.fingerprint256.replaceAll(':', '').toLowerCase() ?? '',
      der: (name) => certificates.get(name)?.raw.toString('base64') ?? '',
    }
  } catch {
    // Absent or damaged: made anew.
    return undefined
  }
}

function files(folder: string, name: string): Files {
  return { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) }
}

export function sealOf(name: TppName): string {
  return `${name}-seal`
}

export function responderOf(level: Level): string {
  return `${level}-responder`
}

const ALL_FILES: readonly string[] = [
  'anchors',
  'issuing',
  ...(['root', 'issuing'] as const).map(responderOf),
  ...CAST_NAMES,
  ...CAST_NAMES.filter((name) => isSealing(CAST[name])).map(sealOf),
]

function isSealing(tpp: InventedTpp): boolean {
  return tpp.seals === true
}

async function make(folder: string): Promise<void> {
  const notAfter = new Date(Date.now() + LIFETIME_MS)
  const service = await makeTrustService(PROVIDER, notAfter)
  const others: ReadonlyMap<InventedTpp['trouble'], TrustService> = new Map([
    ['untrusted', await makeTrustService('Thistle Trust', notAfter)],
    ['forged', await makeTrustService(PROVIDER, notAfter)],
  ])
  await writeFile(join(folder, 'anchors.pem'), certificatePem(service.root))
  await writeFile(join(folder, 'root.crl'), await rootCrl(service))
  await write(folder, 'issuing', certificatePem(service.issuing), service.issuing)
  for (const level of ['root', 'issuing'] as const) {
    const responder = service.responders[level]
    await write(folder, responderOf(level), certificatePem(responder), responder)
  }
  for (const name of CAST_NAMES) {
    const tpp: InventedTpp = CAST[name]
    const issuer = others.get(tpp.trouble) ?? service
    const transport = await issueTransport(issuer, tpp)
    await write(folder, name, chainPem(issuer, transport), transport)
    if (!isSealing(tpp)) continue
    const seal = await issueSeal(issuer, tpp)
    await write(folder, sealOf(name), chainPem(issuer, seal), seal)
  }
  await writeFile(join(folder, 'recipe'), RECIPE)
}

/** Signed once and for good, because the key is gone afterwards: the root never revokes. */
function rootCrl({ root, notAfter }: TrustService): Promise<Uint8Array> {
  return makeCrl({
    issuer: certificatePem(root),
    signingKey: root.keys.privateKey,
    revoked: new Map(),
    thisUpdate: new Date(Date.now() - 3_600_000),
    nextUpdate: notAfter,
  })
}

async function write(folder: string, name: string, pem: string, issued: Issued): Promise<void> {
  const { certificate, key } = files(folder, name)
  await writeFile(certificate, pem)
  await writeFile(key, await privateKeyPem(issued), { mode: 0o600 })
  await chmod(key, 0o600)
}
