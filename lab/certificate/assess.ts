/**
 * Holds a certificate against the anchors for one use, step by step and with every reason. The functions are the
 * gate's own; the verdict on a connection is that of `examine`, which the gate asks for each new certificate.
 */
import { toBase64 } from '../../src/lib/base64.ts'
import { examine } from '../../src/verify/examine.ts'
import { CLIENT_AUTH, readProfile } from '../../src/verify/psd2/profile.ts'
import { type CertificateUse, type Judgement, judgeUse, type Vouching } from '../../src/verify/psd2/use.ts'
import { anchorsFor } from '../../src/verify/trust/anchor-set.ts'
import { grantedAt } from '../../src/verify/trust/granted.ts'
import type { AnchorSet, Grant, GrantFault } from '../../src/verify/trust/types.ts'
import { validatePath } from '../../src/verify/x509/path.ts'
import type { Certificate, PathVerdict } from '../../src/verify/x509/types.ts'

export interface Question {
  readonly leaf: Certificate
  readonly chain: readonly Certificate[]
  readonly anchors: AnchorSet
  /** Milliseconds since the epoch. */
  readonly at: number
}

export interface Assessment {
  readonly use: CertificateUse
  readonly accepted: boolean
  /** What the gate would write down for a connection; undefined where it is accepted, and for signatures. */
  readonly problem: string | undefined
  readonly path: PathVerdict
  /** Undefined without a path. */
  readonly grant: Grant | undefined
  readonly grantFault: GrantFault | undefined
  /** By whose word its profile was judged; assumed where nobody gave one. */
  readonly vouching: Vouching
  readonly assumed: boolean
  readonly judgement: Judgement
}

const MAX_INTERMEDIATES = 4
const ANCHOR_USE = { transport: 'web', signature: 'seal' } as const

export async function assess(question: Question, use: CertificateUse): Promise<Assessment> {
  const { leaf, chain, anchors, at } = question
  const path = await validatePath({
    leaf,
    candidates: chain,
    anchors: anchorsFor(anchors, { use: ANCHOR_USE[use], chain: [leaf, ...chain] }),
    at,
    extendedKeyUsage: use === 'transport' ? CLIENT_AUTH : undefined,
    maxIntermediates: MAX_INTERMEDIATES,
  })
  const fact =
    path.ok && path.anchor.entry !== undefined
      ? grantedAt(path.anchor.entry, leaf, ANCHOR_USE[use])
      : undefined
  const grant = fact?.state === 'valid' ? fact.value : undefined
  const grantFault = fact?.state === 'invalid' ? fact.reason : undefined
  const vouching: Vouching = {
    kind: grant?.service.kind ?? assumedKind(anchors),
    qualifiedByList: grant?.qualifiedByList ?? false,
  }
  const judgement = judgeUse(readProfile(leaf), use, vouching)
  const problem = use === 'transport' ? await recorded(question) : undefined
  const accepted = path.ok && grant !== undefined && judgement.refusals.length === 0 && problem === undefined
  return {
    use,
    accepted,
    problem,
    path,
    grant,
    grantFault,
    vouching,
    assumed: grant === undefined,
    judgement,
  }
}

/** Where nobody vouches, the strictest of those who could. */
function assumedKind({ kinds }: AnchorSet): Vouching['kind'] {
  const [kind, ...others] = kinds
  return kind === undefined || others.length > 0 ? 'qualified' : kind
}

async function recorded({ leaf, chain, anchors, at }: Question): Promise<string | undefined> {
  const presented = {
    der: toBase64(leaf.der),
    chain: chain.map(({ der }) => toBase64(der)),
    chainTooLarge: false,
    revoked: false,
  }
  const examined = await examine(presented, anchors, at)
  return examined.ok ? undefined : examined.problem
}
