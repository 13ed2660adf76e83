/**
 * x509-limbo (github.com/C2SP/x509-limbo): path validation cases as one JSON file. Which of them ask for something that
 * the gate does not do is told by what a case contains and by limbo's own taxonomy, never by the name of a case.
 */
import { readCertificates } from '../../src/verify/x509/pem.ts'
import { readPublicKey } from '../../src/verify/x509/public-key.ts'
import type { Certificate, KeyUsage } from '../../src/verify/x509/types.ts'
import type { VectorFile } from './files.ts'
import type { Suite } from './formats.ts'
import { presents } from './names-of-servers.ts'
import type { PathItem } from './path-case.ts'

/** What is read of limbo-schema.json. */
interface LimboCase {
  readonly id: string
  readonly conflicts_with?: readonly string[]
  readonly validation_kind: 'CLIENT' | 'SERVER'
  readonly trusted_certs: readonly string[]
  readonly untrusted_intermediates?: readonly string[]
  readonly peer_certificate: string
  readonly validation_time?: string | null
  readonly signature_algorithms?: readonly string[]
  readonly key_usage?: readonly string[]
  readonly extended_key_usage?: readonly string[]
  readonly expected_result: 'SUCCESS' | 'FAILURE'
  readonly expected_peer_name?: { readonly kind: string; readonly value: string } | null
  readonly max_chain_depth?: number | null
  readonly crls?: readonly string[]
}

export function findLimbo(files: readonly VectorFile[]): readonly Suite[] {
  const found = files.flatMap((file) => {
    const cases = file.name.endsWith('.json') ? casesOf(file.json()) : undefined
    return cases === undefined ? [] : [{ file, items: cases.map(toItem) }]
  })
  return found.map(({ file, items }) => ({
    name: found.length === 1 ? 'x509-limbo' : `x509-limbo (${file.path})`,
    judge: 'path',
    items,
  }))
}

function casesOf(json: unknown): readonly LimboCase[] | undefined {
  const cases = typeof json === 'object' && json !== null && 'testcases' in json ? json.testcases : undefined
  if (!Array.isArray(cases)) return undefined
  // Limbo's schema, of which these fields are enough to know it by, and no case can be without.
  const isCase = (one: unknown): one is LimboCase =>
    typeof one === 'object' &&
    one !== null &&
    'id' in one &&
    typeof one.id === 'string' &&
    'peer_certificate' in one &&
    typeof one.peer_certificate === 'string' &&
    'trusted_certs' in one &&
    Array.isArray(one.trusted_certs) &&
    'expected_result' in one
  return cases.length > 0 && cases.every(isCase) ? cases : undefined
}

const PURPOSES: Readonly<Record<string, string>> = {
  anyExtendedKeyUsage: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  OCSPSigning: '1.3.6.1.5.5.7.3.9',
}
/** What a peer is for when the case does not say more, as for a TLS stack. */
const DEFAULT_PURPOSE = { CLIENT: 'clientAuth', SERVER: 'serverAuth' } as const
const DEFAULT_DEPTH = 4

function toItem(one: LimboCase): PathItem {
  const { extended_key_usage: named = [], untrusted_intermediates: candidates = [] } = one
  const purposes = named.length > 0 ? named : [DEFAULT_PURPOSE[one.validation_kind]]
  return {
    id: one.id,
    expected: one.expected_result === 'SUCCESS' ? 'accepted' : 'refused',
    notApplicable: whyNotApplicable(one),
    unasked: whatIsNotAsked(one),
    leaf: derOf(one.peer_certificate),
    candidates: candidates.map(derOf),
    anchors: one.trusted_certs.map(derOf),
    crls: (one.crls ?? []).map(derOf),
    revocationNeeded: false,
    at: typeof one.validation_time === 'string' ? Date.parse(one.validation_time) : Date.now(),
    purposes: purposes.map((name) => PURPOSES[name] ?? name),
    // RFC 5280 calls it nonRepudiation, X.509 contentCommitment.
    keyUsage: (one.key_usage ?? []).map(
      (name) => (name === 'contentCommitment' ? 'nonRepudiation' : name) as KeyUsage,
    ),
    maxIntermediates: one.max_chain_depth ?? DEFAULT_DEPTH,
  }
}

function derOf(pem: string): string {
  return pem.replace(/-----[^-]+-----|\s/g, '')
}

/**
 * Rules of those who issue for the web and for mail, in limbo's taxonomy: names in SAN and CN, the server's purpose, key
 * identifiers of roots, mail. They bind issuers of other certificates; genuine ones of third parties break them.
 */
const RULES_OF_OTHERS: readonly (readonly [group: string, reason: string])[] = [
  ['webpki::san::', 'web servers alone: how a name stands in subjectAltName'],
  ['webpki::cn::', 'web servers alone: how a name stands in the common name'],
  ['webpki::eku::', 'web servers alone: the server purpose as browsers want it'],
  ['webpki::aki::', 'web servers alone: key identifiers of roots as browsers want them'],
  ['webpki::crl::', 'web servers alone: revocation lists as browsers want them'],
  ['crl::cabf::', 'web servers alone: revocation lists as browsers want them'],
  ['smime::', 'mail alone: the Baseline Requirements for S/MIME'],
]

function whyNotApplicable(one: LimboCase): string | undefined {
  const opposite = one.conflicts_with?.some((id) => id.startsWith('rfc5280::'))
  if (opposite && !one.id.startsWith('rfc5280::')) {
    return 'contradicts RFC 5280: limbo has the opposite case, which is run'
  }
  if ((one.signature_algorithms ?? []).length > 0) return 'asks for a list of signature algorithms of its own'
  if (one.expected_result === 'SUCCESS') return whyNotAccepted(one)
  return RULES_OF_OTHERS.find(([prefix]) => one.id.startsWith(prefix))?.[1]
}

/** Limbo's peers compare a name as well as validate a path: where it is absent, a sound path is refused for it. */
function whatIsNotAsked({
  peer_certificate: peer,
  expected_peer_name: wanted,
}: LimboCase): string | undefined {
  const [leaf] = certificatesOf([peer])
  if (!wanted || leaf === undefined || presents(leaf, wanted)) return undefined
  return 'web servers alone: the path is sound and the name asked for is not in subjectAltName'
}

const KNOWN_KEYS: readonly string[] = [
  '1.2.840.113549.1.1.1',
  '1.2.840.113549.1.1.10',
  '1.2.840.10045.2.1',
  '1.3.101.112',
]

/** Keys of a kind that WebCrypto does not have. A key of a kind that we have and refuse is a rule of ours. */
function whyNotAccepted(one: LimboCase): string | undefined {
  const certificates = certificatesOf([
    one.peer_certificate,
    ...(one.untrusted_intermediates ?? []),
    ...one.trusted_certs,
  ])
  const foreign = certificates.filter(
    (certificate) =>
      !KNOWN_KEYS.includes(certificate.publicKeyAlgorithm.oid) && readPublicKey(certificate) === undefined,
  )
  const [first] = foreign
  return first === undefined ? undefined : `asks for a key of kind ${first.publicKeyAlgorithm.oid}`
}

function certificatesOf(pems: readonly string[]): readonly Certificate[] {
  return pems.flatMap((pem) => {
    const read = readCertificates(new TextEncoder().encode(pem))
    return read.state === 'valid' ? read.value : []
  })
}
