/** One question of path validation, asked of the modules that the gate uses, and what should come of it. */
import { fromBase64 } from '../../src/lib/base64.ts'
import { checkCrls } from '../../src/verify/revocation/crl.ts'
import { readCrl } from '../../src/verify/revocation/crl-reading.ts'
import { MAX_LEAF_BYTES, readCertificate } from '../../src/verify/x509/certificate.ts'
import { nameEquals } from '../../src/verify/x509/names.ts'
import { validatePath } from '../../src/verify/x509/path.ts'
import type { Certificate, KeyUsage, TrustAnchor } from '../../src/verify/x509/types.ts'
import type { Verdict } from './report.ts'

export interface PathItem {
  readonly id: string
  readonly expected: 'accepted' | 'refused'
  /** Why the gate has no such rule, decided from the case alone, before it is run. */
  readonly notApplicable: string | undefined
  /** What else would refuse a path that is sound, and is no rule of the gate: acceptance is not judged then. */
  readonly unasked: string | undefined
  /** Base64 of DER. */
  readonly leaf: string
  readonly candidates: readonly string[]
  readonly anchors: readonly string[]
  readonly crls: readonly string[]
  /** Whether a certificate of which no list tells is refused, even where no list is given at all. */
  readonly revocationNeeded: boolean
  readonly at: number
  readonly purposes: readonly string[]
  readonly keyUsage: readonly KeyUsage[]
  readonly maxIntermediates: number
}

export async function judgePathItem(item: PathItem): Promise<Verdict> {
  const { id, expected, notApplicable } = item
  if (notApplicable !== undefined) return { id, result: 'not_applicable', expected, got: notApplicable }
  const reason = await findReason(item)
  const got = reason === undefined ? 'accepted' : `refused: ${reason}`
  if ((reason === undefined) === (expected === 'accepted')) return { id, result: 'passed', expected, got }
  if (reason !== undefined) return { id, result: 'wrongly_refused', expected, got }
  if (item.unasked !== undefined) return { id, result: 'not_applicable', expected, got: item.unasked }
  return { id, result: 'wrongly_accepted', expected, got }
}

interface Material {
  readonly candidates: readonly Certificate[]
  readonly anchors: readonly TrustAnchor[]
  readonly crls: readonly Uint8Array[]
  readonly at: number
  readonly maxIntermediates: number
}

/** Why the leaf is refused, or undefined. */
async function findReason(item: PathItem): Promise<string | undefined> {
  const leaf = readCertificate(bytesOf(item.leaf), MAX_LEAF_BYTES)
  if (leaf.state !== 'valid') return leaf.state === 'invalid' ? leaf.reason : leaf.state
  const material: Material = {
    candidates: certificatesOf(item.candidates),
    anchors: certificatesOf(item.anchors).map((certificate) => ({ certificate, name: 'listed' })),
    // As with certificates, what cannot be read is as if it had not come.
    crls: item.crls.map(bytesOf).filter((crl) => readCrl(crl) !== undefined),
    at: item.at,
    maxIntermediates: item.maxIntermediates,
  }
  const { keyUsage } = leaf.value
  if (keyUsage !== undefined && !item.keyUsage.every((usage) => keyUsage.has(usage))) return 'key_usage_wrong'
  for (const purpose of item.purposes.length === 0 ? [undefined] : item.purposes) {
    const verdict = await ask(leaf.value, purpose, material)
    if (!verdict.ok) return `${verdict.fault} (${verdict.detail})`
    if (material.crls.length === 0 && !item.revocationNeeded) continue
    const reason = await findRevocation(verdict.path, material, MAX_SIGNER_DEPTH)
    if (reason !== undefined) return reason
  }
  return undefined
}

function ask(leaf: Certificate, extendedKeyUsage: string | undefined, material: Material) {
  return validatePath({ leaf, extendedKeyUsage, ...material })
}

function bytesOf(base64: string): Uint8Array {
  return fromBase64(base64) ?? new Uint8Array()
}

function certificatesOf(texts: readonly string[]): readonly Certificate[] {
  return texts.flatMap((text) => {
    const read = readCertificate(bytesOf(text))
    return read.state === 'valid' ? [read.value] : []
  })
}

/** The key that signs a list has a certificate of its own, whose list another key signs. */
const MAX_SIGNER_DEPTH = 2

async function findRevocation(
  path: readonly Certificate[],
  material: Material,
  depth: number,
): Promise<string | undefined> {
  for (const [place, certificate] of path.slice(0, -1).entries()) {
    const issuer = path[place + 1]
    if (issuer === undefined) return 'path_not_found'
    const signers = depth === 0 ? [] : await findSigners(certificate, issuer, material, depth)
    const { crls, at } = material
    const finding = await checkCrls({ certificate, issuer, signers, crls, at })
    if (!finding.ok) return finding.reason
    if (finding.value.status !== 'good') return finding.value.status
  }
  return undefined
}

/** Other certificates of the issuer, each with a path of its own that no list revokes (RFC 5280 section 6.3.3 step f). */
async function findSigners(
  certificate: Certificate,
  issuer: Certificate,
  material: Material,
  depth: number,
): Promise<readonly Certificate[]> {
  const signers: Certificate[] = []
  for (const candidate of material.candidates) {
    if (candidate === issuer || candidate === certificate) continue
    if (!nameEquals(candidate.subject, certificate.issuer)) continue
    const verdict = await ask(candidate, undefined, material)
    if (!verdict.ok) continue
    if ((await findRevocation(verdict.path, material, depth - 1)) === undefined) signers.push(candidate)
  }
  return signers
}
