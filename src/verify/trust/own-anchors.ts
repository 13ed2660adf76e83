/** Anchors that a bank sets by its own hand: OBIE's roots, its own authority. */

import { createHash } from 'node:crypto'
import { showName } from '../x509/names.ts'
import type { Certificate } from '../x509/types.ts'
import type { DocumentAnchor } from './set-document.ts'
import type { AnchorKind, AnchorUse, Source } from './types.ts'

/** OBIE issues for transport and for signatures; who else is trusted by hand is trusted for what the hand says. */
export const OWN_USES: readonly AnchorUse[] = ['web', 'seal']

export interface OwnFile {
  readonly kind: Exclude<AnchorKind, 'qualified'>
  /** Shown to operators. */
  readonly name: string
  readonly bytes: Uint8Array
  readonly certificates: readonly Certificate[]
  readonly uses: readonly AnchorUse[]
}

/** Each certificate of the file is an anchor of its own, from always and until the file is taken out. */
export function ownAnchors({ kind, name, bytes, certificates, uses }: OwnFile): {
  readonly source: Source
  readonly anchors: readonly DocumentAnchor[]
} {
  const always = {
    from: 0,
    until: undefined,
    status: 'granted',
    qualifications: [],
    notUnderstood: undefined,
  }
  return {
    source: {
      kind,
      territory: undefined,
      url: name,
      sequence: undefined,
      issued: undefined,
      nextUpdate: undefined,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    },
    anchors: certificates.map((certificate) => ({
      kind,
      territory: undefined,
      provider: name,
      name: showName(certificate.subject).slice(0, 400),
      certificates: [certificate.der],
      periods: [{ ...always, uses }],
    })),
  }
}
