/** Writes an anchor set's document, which `set-document.ts` reads. */
import { toBase64 } from '../../lib/base64.ts'
import { FORMAT, type SetDocument } from './set-document.ts'
import type { Period } from './types.ts'

/** The document's text. The same document is always the same text, whose hash is the set's version. */
export function writeSet({ madeAt, sources, anchors }: SetDocument): string {
  const document = {
    format: FORMAT,
    madeAt: iso(madeAt),
    sources: sources.map(({ issued, nextUpdate, ...rest }) => ({
      ...rest,
      ...(issued === undefined ? {} : { issued: iso(issued) }),
      ...(nextUpdate === undefined ? {} : { nextUpdate: iso(nextUpdate) }),
    })),
    anchors: anchors.map(({ certificates, periods, ...rest }) => ({
      ...rest,
      certificates: certificates.map(toBase64),
      periods: periods.map(writePeriod),
    })),
  }
  return `${JSON.stringify(document, null, 1)}\n`
}

function writePeriod({ from, until, qualifications, ...rest }: Period) {
  return {
    ...rest,
    from: iso(from),
    ...(until === undefined ? {} : { until: iso(until) }),
    ...(qualifications.length === 0 ? {} : { qualifications }),
  }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
