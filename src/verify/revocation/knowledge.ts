/**
 * What is kept of one certificate between two inquiries, and when to inquire again. Pure.
 */
import { HOUR_MS, MINUTE_MS } from '../../lib/durations.ts'
import { hash32 } from '../../lib/hash32.ts'
import type { CertificateState, InquiryFault, UnknownReason, Verdict } from './revocation.ts'

export interface Knowledge {
  /** When the certificate was first shown, milliseconds since the epoch. */
  readonly since: number
  readonly verdict: Verdict | undefined
  /** When the authority was asked last with success, milliseconds since the epoch; 0 for never. */
  readonly checkedAt: number
  /** What became of the last attempt. */
  readonly why: 'revocation_pending' | InquiryFault | undefined
  /** Attempts without success since the last success. */
  readonly failures: number
}

export type Finding =
  | { readonly ok: true; readonly value: Verdict }
  | { readonly ok: false; readonly reason: InquiryFault }

export function nothingYet(now: number): Knowledge {
  return { since: now, verdict: undefined, checkedAt: 0, why: 'revocation_pending', failures: 0 }
}

/** A responder that is down is left alone: half a minute, one, two, and so on up to half an hour. */
const FIRST_BACKOFF_MS = MINUTE_MS / 2
const MAX_BACKOFF_MS = HOUR_MS / 2
const SOONEST_MS = 5 * MINUTE_MS
/** A revocation is known within these, where the authority publishes it as fast. A CRL may weigh megabytes. */
const LATEST_MS = { ocsp: HOUR_MS, crl: 4 * HOUR_MS } as const
/** What comes without nextUpdate is current when it is made (RFC 6960 section 2.4), and for this long to us. */
const UNTIL_FURTHER_NOTICE_MS = HOUR_MS
/** Certificates learnt in one moment are not asked about in one moment for ever. */
const SPREAD = 0.1

export function learn(known: Knowledge, finding: Finding, now: number): Knowledge {
  if (!finding.ok) return { ...known, why: finding.reason, failures: known.failures + 1 }
  const verdict = newer(known.verdict, finding.value)
  return { ...known, verdict, checkedAt: now, why: undefined, failures: 0 }
}

/**
 * The newest statement counts, and of two of one age the worse: over plain HTTP anybody on the way can answer with
 * a "good" from before the revocation, which is signed and still within its time.
 */
function newer(known: Verdict | undefined, next: Verdict): Verdict {
  if (known === undefined || next.thisUpdate > known.thisUpdate) return next
  if (next.thisUpdate < known.thisUpdate) return known
  return known.status === 'revoked' ? known : next
}

/** When to ask again, milliseconds since the epoch. */
export function nextDue({ verdict, failures }: Knowledge, thumbprint: string, now: number): number {
  const wait = failures > 0 ? backoff(failures) : patience(verdict, now)
  return Math.floor(now + wait * (1 - (SPREAD * (hash32(thumbprint) % 1_000)) / 1_000))
}

function backoff(failures: number): number {
  return Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(failures - 1, 10))
}

/** Half of what is left of the statement, so that one failure leaves time for another attempt. */
function patience(verdict: Verdict | undefined, now: number): number {
  if (verdict?.nextUpdate === undefined) return SOONEST_MS
  const half = (verdict.nextUpdate - now) / 2
  return Math.min(LATEST_MS[verdict.source], Math.max(SOONEST_MS, half))
}

/** What the request is told. */
export function stateOf(
  { since, verdict, checkedAt, why = 'revocation_pending' }: Knowledge,
  thumbprint: string,
  now: number,
): CertificateState {
  if (verdict === undefined) return unknown(thumbprint, why, since)
  const current = verdict.nextUpdate ?? checkedAt + UNTIL_FURTHER_NOTICE_MS
  return {
    ...verdict,
    thumbprint,
    checkedAt,
    ageMs: Math.max(0, now - checkedAt),
    overdueMs: Math.max(0, now - current),
  }
}

export function unknown(thumbprint: string, why: UnknownReason, since: number): CertificateState {
  return { status: 'unknown', thumbprint, why, since }
}
