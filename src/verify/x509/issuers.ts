/** Who may have issued a certificate: listed authorities first, then whatever was offered, found by name. */
import { sameBytes } from '../../lib/bytes.ts'
import { nameKey } from './names.ts'
import type { Certificate, PathQuestion, TrustAnchor } from './types.ts'

export interface Issuer {
  readonly certificate: Certificate
  /** Set where the path ends. */
  readonly anchor?: TrustAnchor
}

export interface Issuers {
  /** Certificates whose subject is the issuer of `certificate`. */
  of(certificate: Certificate): readonly Issuer[]
  /** The anchor that is this very certificate. */
  listed(certificate: Certificate): TrustAnchor | undefined
}

interface Listed {
  readonly byName: ReadonlyMap<string, readonly Issuer[]>
  readonly byThumbprint: ReadonlyMap<string, TrustAnchor>
}

export function findIssuers({ candidates, anchors }: Pick<PathQuestion, 'candidates' | 'anchors'>): Issuers {
  const listed = indexAnchors(anchors)
  const unlisted = candidates.filter((one) => !listed.byThumbprint.has(one.thumbprint) && !endsHere(one))
  const unique = new Map(unlisted.map((certificate) => [certificate.thumbprint, { certificate }]))
  const offered = byName([...unique.values()])
  return {
    of(certificate) {
      const key = nameKey(certificate.issuer)
      return [...(listed.byName.get(key) ?? []), ...(offered.get(key) ?? [])]
    },
    listed: ({ thumbprint }) => listed.byThumbprint.get(thumbprint),
  }
}

/** Nothing stands above a root. One that is not listed leads nowhere, however well it is made. */
function endsHere({ subject, issuer, subjectKeyIdentifier, authorityKeyIdentifier }: Certificate): boolean {
  if (nameKey(subject) !== nameKey(issuer)) return false
  if (authorityKeyIdentifier === undefined || subjectKeyIdentifier === undefined) return true
  return sameBytes(authorityKeyIdentifier, subjectKeyIdentifier)
}

/** Thousands of anchors are listed once for a month of questions: their names are compared in one form, made once. */
const indexed = new WeakMap<readonly TrustAnchor[], Listed>()

function indexAnchors(anchors: readonly TrustAnchor[]): Listed {
  const known = indexed.get(anchors)
  if (known !== undefined) return known
  const index = {
    byName: byName(anchors.map((anchor) => ({ certificate: anchor.certificate, anchor }))),
    byThumbprint: new Map(anchors.map((anchor) => [anchor.certificate.thumbprint, anchor])),
  }
  indexed.set(anchors, index)
  return index
}

function byName(issuers: readonly Issuer[]): ReadonlyMap<string, readonly Issuer[]> {
  const index = new Map<string, Issuer[]>()
  for (const issuer of issuers) {
    const key = nameKey(issuer.certificate.subject)
    const same = index.get(key)
    if (same === undefined) index.set(key, [issuer])
    else same.push(issuer)
  }
  return index
}
