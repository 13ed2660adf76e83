/**
 * Says which third party a client certificate proves at this moment. Five things must have nothing against it, and each
 * leaves a fact of its own: its path and profile (`examine.ts`, remembered), the bank's block list, its revocation, and the
 * register. What is not known is no refusal here: it is a fact, and a row of policy decides.
 */
import type {
  CertificateProblem,
  PresentedCertificate,
  Proof,
  RevocationFact,
  Tpp,
  VerifierOutage,
} from '../evidence.ts'
import { ABSENT, type Fact, invalid, known, unavailable, valid } from '../lib/fact.ts'
import type { Kept } from '../lists.ts'
import { type BlockList, blockingOf } from './block-list.ts'
import { type Examined, examine, type Held } from './examine.ts'
import { nameOf, type PathMemory } from './path-memory.ts'
import type { CertificateUse } from './psd2/use.ts'
import { type Register, type RegistrationFact, registrationOf } from './register.ts'
import { type Revocation, revocationFact } from './revocation/revocation.ts'
import type { AnchorSet } from './trust/types.ts'
import type { Certificate } from './x509/types.ts'

/** What a certificate is held against. Snapshots, but for the revocation, which may wait as long as it was told to. */
export interface CertificateTools {
  readonly anchors: AnchorSet
  readonly memory: PathMemory
  readonly revocation: Revocation
  readonly register: Kept<Register>
  readonly blockList: Kept<BlockList>
}

export type CertificateProof = Pick<
  Proof,
  'certificate' | 'revocation' | 'registration' | 'blocking' | 'trust' | 'examination'
>

const NOTHING = {
  revocation: ABSENT,
  registration: ABSENT,
  blocking: ABSENT,
  trust: ABSENT,
  examination: undefined,
} as const

/** @param now milliseconds since the epoch */
export async function verifyCertificate(
  presented: PresentedCertificate,
  tools: CertificateTools,
  now: number,
): Promise<CertificateProof> {
  // Without an anchor nothing can be proven and nothing refuted: that is ours to mend and nobody's fault.
  if (tools.anchors.certificates === 0) {
    return { ...NOTHING, certificate: unavailable('anchors_unavailable') }
  }
  const examined = await remembered(presented, tools, now)
  if (!examined.ok) {
    return { ...NOTHING, certificate: invalid(examined.problem), examination: examined.examination }
  }
  return stand(examined, presented, tools, now)
}

/** Nothing to verify: none came, or what came could not be read. */
export function unpresented(
  fact: Exclude<Fact<PresentedCertificate, CertificateProblem>, { state: 'valid' }>,
): CertificateProof {
  return { ...NOTHING, certificate: fact.state === 'invalid' ? invalid(fact.reason) : ABSENT }
}

async function remembered(
  presented: PresentedCertificate,
  { anchors, memory }: CertificateTools,
  now: number,
  use: CertificateUse = 'transport',
): Promise<Examined> {
  const name = await nameOf(presented, anchors.version, use)
  const kept = memory.recall(name, now)
  if (kept !== undefined) return kept
  const examined = await examine(presented, anchors, now, use)
  memory.keep(name, examined, now)
  return examined
}

/** A certificate for signatures: whom it proves, and the certificate itself, whose key is then tried. */
export interface Seal {
  readonly tpp: Fact<Tpp, CertificateProblem, VerifierOutage>
  readonly leaf: Certificate | undefined
  /** Since when nobody vouches that it is not revoked. */
  readonly unknownSince: number | undefined
}

/** @param now milliseconds since the epoch */
export async function proveSeal(
  presented: PresentedCertificate,
  tools: CertificateTools,
  now: number,
): Promise<Seal> {
  const nothing = { leaf: undefined, unknownSince: undefined }
  if (tools.anchors.certificates === 0) return { ...nothing, tpp: unavailable('anchors_unavailable') }
  const examined = await remembered(presented, tools, now, 'signature')
  if (!examined.ok) return { ...nothing, tpp: invalid(examined.problem) }
  const { certificate, revocation } = await stand(examined, presented, tools, now)
  // Our own memory that does not answer vouches for nothing, from now on.
  const unvouched = revocation.state === 'valid' ? revocation.value.unknownSince : now
  return { tpp: certificate, leaf: examined.path[0], unknownSince: unvouched }
}

/** What holds by itself, against what is known today. */
async function stand(
  held: Held,
  { revoked }: PresentedCertificate,
  { anchors, revocation: port, register, blockList }: CertificateTools,
  now: number,
): Promise<CertificateProof> {
  const { tpp, path, thumbprints, issuers, staleAt, withdrawnAt, examination } = held
  const blocking = blockingOf({ organisation: tpp.organisation, thumbprints, issuers }, blockList, now)
  const registration = registrationOf(tpp.organisation, register, now)
  const revocation: RevocationFact = revoked
    ? invalid('certificate_revoked')
    : revocationFact(await port.check(path, now), now)
  const problem = [blocking, revocation, registration].find(({ state }) => state === 'invalid')
  return {
    certificate: problem?.state === 'invalid' ? invalid(problem.reason) : valid(withRoles(tpp, registration)),
    revocation,
    registration,
    blocking,
    trust: valid({
      version: anchors.version,
      staleSince: staleAt !== undefined && staleAt < now ? staleAt : undefined,
      withdrawnAt,
    }),
    examination,
  }
}

/** The register is newer than any certificate: where it tells roles, they are the organisation's. */
function withRoles(tpp: Tpp, registration: RegistrationFact): Tpp {
  const roles = known(registration)?.roles
  return roles === undefined ? tpp : { ...tpp, roles }
}
