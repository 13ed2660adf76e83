/** All that is to be said of a certificate, as one value: `--json` writes it, `text.ts` tells it. */
import { readProfile } from '../../src/verify/psd2/profile.ts'
import { MAX_LEAF_BYTES, readCertificate } from '../../src/verify/x509/certificate.ts'
import type { Certificate, CertificateFault } from '../../src/verify/x509/types.ts'
import type { Anchors } from './anchors.ts'
import { assess } from './assess.ts'
import { describeCertificate } from './describe.ts'
import type { Input } from './input.ts'
import { describeProfile, describeUse } from './profile.ts'
import { rightsOf } from './rights.ts'
import { FAULTS } from './wording.ts'

export interface Case {
  readonly file: string
  readonly input: Extract<Input, { ok: true }>
  readonly anchors: Extract<Anchors, { ok: true }>
  /** Milliseconds since the epoch. */
  readonly at: number
}

export async function reportOn({ file, input, anchors, at }: Case) {
  const { leaf, chain, unread } = readAll(input)
  const head = {
    file,
    form: input.form,
    at: new Date(at).toISOString(),
    anchors: anchors.about,
    remarks: [...input.remarks, ...unread, ...anchors.remarks],
  }
  if (typeof leaf === 'string') {
    return { ...head, accepted_for: [], unreadable: { id: leaf, meaning: FAULTS[leaf] } }
  }
  const profile = readProfile(leaf)
  const question = { leaf, chain, anchors: anchors.set, at }
  const transport = await assess(question, 'transport')
  const signature = await assess(question, 'signature')
  return {
    ...head,
    accepted_for: [transport, signature].filter(({ accepted }) => accepted).map(({ use }) => use),
    certificate: describeCertificate(leaf, at),
    chain: chain.map((one) => describeCertificate(one, at)),
    profile: describeProfile(profile),
    uses: { transport: describeUse(transport), signature: describeUse(signature) },
    rights: rightsOf(profile.roles),
    not_asked: ['revocation', 'register', 'block list'],
  }
}

export type Report = Awaited<ReturnType<typeof reportOn>>

interface Contents {
  /** Or why it is none that the gate reads. */
  readonly leaf: Certificate | CertificateFault
  readonly chain: readonly Certificate[]
  readonly unread: readonly string[]
}

/** The gate takes no larger leaf than an edge passes on, and leaves out what it cannot read above it. */
function readAll({ encodings, unordered }: Case['input']): Contents {
  const [first, ...others] = unordered ? leafFirst(encodings) : encodings
  const read = readCertificate(first ?? new Uint8Array(), MAX_LEAF_BYTES)
  const above = others.map((der) => readCertificate(der))
  const chain = above.flatMap((one) => (one.state === 'valid' ? [one.value] : []))
  const unread = above.flatMap((one, index) =>
    one.state === 'invalid' ? [`certificate ${index + 2} was left out: ${FAULTS[one.reason]}`] : [],
  )
  if (read.state !== 'valid') {
    return { leaf: read.state === 'invalid' ? read.reason : 'certificate_malformed', chain, unread }
  }
  const backwards = isAuthority(read.value) && chain.some((one) => !isAuthority(one))
  const remark = 'the first certificate is an authority and another is not: a chain begins with its leaf'
  return { leaf: read.value, chain, unread: backwards ? [...unread, remark] : unread }
}

function leafFirst(encodings: readonly Uint8Array[]): readonly Uint8Array[] {
  const leaf = encodings.find((der) => {
    const read = readCertificate(der)
    return read.state === 'valid' && !isAuthority(read.value)
  })
  return leaf === undefined ? encodings : [leaf, ...encodings.filter((der) => der !== leaf)]
}

function isAuthority({ basicConstraints }: Certificate): boolean {
  return basicConstraints?.ca === true
}
