/**
 * The dear part of a certificate: reading it, finding its path, asking the trust list about its issuer, and judging what
 * it says of its holder. Nothing here changes between two requests but by the clock and the set of anchors, so that
 * `path-memory.ts` remembers the result; what does change (revocation, register, block list) is not asked here.
 */
import type { CertificateProblem, Examination, PresentedCertificate, Tpp } from '../evidence.ts'
import { fromBase64 } from '../lib/base64.ts'
import { known } from '../lib/fact.ts'
import { CLIENT_AUTH, type Profile, readProfile } from './psd2/profile.ts'
import { tppFrom } from './psd2/tpp.ts'
import { type CertificateUse, judgeUse, organisationOf, type Vouching } from './psd2/use.ts'
import { anchorsFor } from './trust/anchor-set.ts'
import { freshness } from './trust/freshness.ts'
import { grantedAt } from './trust/granted.ts'
import type { AnchorSet, Grant } from './trust/types.ts'
import { MAX_LEAF_BYTES, readCertificate } from './x509/certificate.ts'
import { validatePath } from './x509/path.ts'
import { spellingsOf } from './x509/spellings.ts'
import type { Certificate, PathFault, PathVerdict } from './x509/types.ts'

export type Examined = Held | Refused

/** A certificate that holds, as far as nothing of today is asked. */
export interface Held {
  readonly ok: true
  /** With the roles that the certificate tells. */
  readonly tpp: Tpp
  readonly examination: Examination
  /** Leaf first, anchor last. */
  readonly path: readonly Certificate[]
  /** Of the leaf, in every spelling of its signature. */
  readonly thumbprints: readonly string[]
  /** Of what stands above the leaf. */
  readonly issuers: readonly string[]
  /** Last moment of the shortest life on the path, milliseconds since the epoch. */
  readonly expiresAt: number
  /** When the list that the anchor is on goes out of date; undefined: never. */
  readonly staleAt: number | undefined
  readonly withdrawnAt: number | undefined
}

export interface Refused {
  readonly ok: false
  readonly problem: CertificateProblem
  /** Undefined where the bytes are no certificate. */
  readonly examination: Examination | undefined
}

/** TS 119 412 chains have one or two intermediates; a cross-signed one has three. */
const MAX_INTERMEDIATES = 4

/** What each use asks of a path: who may have issued it, and for what. Seals mostly name no purpose at all. */
const USES = {
  transport: { anchors: 'web', purpose: CLIENT_AUTH },
  signature: { anchors: 'seal', purpose: undefined },
} as const satisfies Record<CertificateUse, object>

/** @param now milliseconds since the epoch */
export async function examine(
  presented: PresentedCertificate,
  anchors: AnchorSet,
  now: number,
  use: CertificateUse = 'transport',
): Promise<Examined> {
  const der = fromBase64(presented.der)
  const read = der === undefined ? undefined : readCertificate(der, MAX_LEAF_BYTES)
  if (read?.state !== 'valid') {
    const tooLarge = read?.state === 'invalid' && read.reason === 'certificate_too_large'
    const problem = tooLarge ? 'certificate_too_large' : 'certificate_malformed'
    return { ok: false, problem, examination: undefined }
  }
  const leaf = read.value
  const profile = readProfile(leaf)
  // What we cannot read issues nothing; that it came along takes nothing from the rest.
  const candidates = presented.chain.flatMap((text) => known(readIssuer(text)) ?? [])
  const verdict = await validatePath({
    leaf,
    candidates,
    anchors: anchorsFor(anchors, { use: USES[use].anchors, chain: [leaf, ...candidates] }),
    at: now,
    extendedKeyUsage: USES[use].purpose,
    maxIntermediates: MAX_INTERMEDIATES,
  })
  if (!verdict.ok) {
    const problem = problemOf(verdict.fault, presented)
    return { ok: false, problem, examination: examinationOf(leaf, profile, verdict.fault) }
  }
  return judge({ leaf, profile, verdict, anchors, use }, now)
}

function readIssuer(text: string): ReturnType<typeof readCertificate> {
  return readCertificate(fromBase64(text) ?? new Uint8Array())
}

interface Found {
  readonly leaf: Certificate
  readonly profile: Profile
  readonly verdict: Extract<PathVerdict, { ok: true }>
  readonly anchors: AnchorSet
  readonly use: CertificateUse
}

function judge({ leaf, profile, verdict, anchors, use }: Found, now: number): Examined {
  const { path, anchor, expiresAt } = verdict
  const grant = anchor.entry === undefined ? undefined : grantedAt(anchor.entry, leaf, USES[use].anchors)
  if (grant?.state !== 'valid') {
    const fault = grant?.state === 'invalid' ? grant.reason : 'service_not_granted'
    return {
      ok: false,
      problem: 'certificate_not_qualified',
      examination: examinationOf(leaf, profile, fault),
    }
  }
  const { service, qualifiedByList, withdrawnSince } = grant.value
  const vouching: Vouching = { kind: service.kind, qualifiedByList }
  const fact = tppFrom({ certificate: leaf, profile, anchor, vouching, use })
  const { refusals, warnings } = judgeUse(profile, use, vouching)
  if (fact.state !== 'valid') {
    const problem = fact.state === 'invalid' ? fact.reason : 'certificate_malformed'
    return { ok: false, problem, examination: examinationOf(leaf, profile, refusals[0]?.id ?? problem) }
  }
  return {
    ok: true,
    tpp: fact.value,
    examination: {
      ...examinationOf(leaf, profile, ''),
      organisation: organisationOf(profile, service.kind),
      warnings: [...new Set(warnings.map(({ id }) => id))],
    },
    path,
    thumbprints: spellingsOf(leaf, path[1]),
    issuers: path.slice(1).flatMap((one, at) => spellingsOf(one, path[at + 2])),
    expiresAt,
    staleAt: staleAt(anchors, grant.value, now),
    withdrawnAt: withdrawnSince,
  }
}

/** The bank's own anchors are on no list and grow no older. */
function staleAt(anchors: AnchorSet, { service }: Grant, now: number): number | undefined {
  if (service.kind !== 'qualified') return undefined
  const state = freshness(anchors, now, service.territory)
  return state.state === 'stale' ? state.since : state.until
}

function examinationOf(leaf: Certificate, profile: Profile, fault: string): Examination {
  return {
    thumbprint: leaf.thumbprint,
    organisation: profile.organisation?.text,
    kind: profile.kind,
    fault,
    warnings: [],
  }
}

/** What a fault of the path is called outside of this room. */
const PROBLEMS = {
  path_not_found: 'certificate_untrusted',
  path_too_long: 'certificate_path_invalid',
  path_work_exceeded: 'certificate_path_invalid',
  certificate_not_yet_valid: 'certificate_not_yet_valid',
  certificate_expired: 'certificate_expired',
  signature_wrong: 'certificate_path_invalid',
  signature_algorithm_refused: 'certificate_weak',
  public_key_refused: 'certificate_weak',
  issuer_not_a_ca: 'certificate_path_invalid',
  path_length_exceeded: 'certificate_path_invalid',
  key_usage_wrong: 'certificate_path_invalid',
  extended_key_usage_wrong: 'certificate_wrong_type',
  name_constraint_violated: 'certificate_path_invalid',
  name_constraint_unsupported: 'certificate_path_invalid',
  critical_extension_unknown: 'certificate_path_invalid',
  key_identifier_wrong: 'certificate_path_invalid',
  profile_violated: 'certificate_path_invalid',
} as const satisfies Record<PathFault, CertificateProblem>

function problemOf(fault: PathFault, { chainTooLarge }: PresentedCertificate): CertificateProblem {
  // The missing issuer may be in what the edge left out.
  return fault === 'path_not_found' && chainTooLarge ? 'certificate_too_large' : PROBLEMS[fault]
}
