/**
 * Authorities that the bank trusts by its own hand, in the binding TRUST_ANCHORS: its own CA, the OBIE roots, the local
 * edge's. They stand beside the set of anchors that was made of the trusted lists, whatever becomes of that.
 */
import { createHash } from 'node:crypto'
import type { AnchorEntry, AnchorSet, ListedAnchor } from './trust/types.ts'
import { nameKey } from './x509/names.ts'
import { readCertificates } from './x509/pem.ts'
import type { Certificate } from './x509/types.ts'

/** Nobody trusted. */
export const NO_ANCHORS: AnchorSet = {
  version: '',
  madeAt: 0,
  sources: [],
  kinds: [],
  services: 0,
  certificates: 0,
  named: () => [],
}

/** PEM to a set; undefined where it holds anything but readable certificates. Empty text is nobody. */
export function ownAnchors(pem: string): AnchorSet | undefined {
  if (pem.trim() === '') return NO_ANCHORS
  const read = readCertificates(new TextEncoder().encode(pem))
  if (read.state !== 'valid') return undefined
  const byName = new Map<string, ListedAnchor[]>()
  for (const certificate of read.value) {
    const key = nameKey(certificate.subject)
    byName.set(key, [...(byName.get(key) ?? []), anchorOf(certificate)])
  }
  return {
    ...NO_ANCHORS,
    version: createHash('sha256').update(pem).digest('hex'),
    kinds: ['own'],
    services: read.value.length,
    certificates: read.value.length,
    named: (key) => byName.get(key) ?? [],
  }
}

function anchorOf(certificate: Certificate): ListedAnchor {
  const name = nameOf(certificate)
  return { certificate, name, entry: entryOf(name) }
}

const COMMON_NAME = '2.5.4.3'

function nameOf({ subject, thumbprint }: Certificate): string {
  return (
    subject.attributes.find(({ type }) => type === COMMON_NAME)?.text ??
    `certificate ${thumbprint.slice(0, 16)}`
  )
}

/** For as long as it stands in the binding, for every use. */
function entryOf(name: string): AnchorEntry {
  const period = {
    from: 0,
    until: undefined,
    status: 'granted',
    uses: ['web', 'seal', 'signature'] as const,
    qualifications: [],
    notUnderstood: undefined,
  }
  return { services: [{ kind: 'own', territory: undefined, provider: '', name, periods: [period] }] }
}

/** Both, the first before the second where both know a name. */
export function unite(first: AnchorSet, second: AnchorSet): AnchorSet {
  if (first.certificates === 0) return second
  if (second.certificates === 0) return first
  return {
    version: createHash('sha256').update(`${first.version}\n${second.version}`).digest('hex'),
    madeAt: Math.max(first.madeAt, second.madeAt),
    sources: [...first.sources, ...second.sources],
    kinds: [...new Set([...first.kinds, ...second.kinds])],
    services: first.services + second.services,
    certificates: first.certificates + second.certificates,
    named: (key) => [...first.named(key), ...second.named(key)],
  }
}
