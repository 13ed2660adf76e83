/** What becomes of a request's claims in one object. Pure: rows and time come in, rows to be written go out. */
import { type Row, rowOf } from './replay-store.ts'
import type { Claim, Claims, ClaimsAnswer } from './types.ts'

export interface Decision {
  readonly answer: Exclude<ClaimsAnswer, 'full'>
  /** To be written; none where the answer refuses. */
  readonly rows: readonly Row[]
}

/** @param found what is reserved and not over, by name */
export function decideClaims(
  { claims, requestId, organisation, leaseMs }: Claims,
  found: ReadonlyMap<string, Row>,
  now: number,
): Decision {
  const rows: Row[] = []
  let retry = false
  for (const claim of claims) {
    const row = found.get(claim.name)
    // The answer to an earlier call of ours was lost on its way: it stands.
    if (row === undefined) rows.push(rowOf(claim, organisation, requestId, now + leaseMs))
    else if (row.request !== requestId) {
      const refused = refusal(claim, row, requestId, now)
      if (refused !== undefined) return { answer: refused, rows: [] }
      retry = true
      // The time of the first try counts: a key that is used again and again does not live for ever.
      if (claim.exclusive) rows.push({ ...row, flight: requestId, flightUntil: now + leaseMs })
    }
  }
  return { answer: retry ? 'retry' : 'fresh', rows }
}

function refusal(claim: Claim, row: Row, requestId: string, now: number): Decision['answer'] | undefined {
  if (claim.owner === '' || claim.owner !== row.owner) return claim.taken
  const held = claim.exclusive && row.flight !== '' && row.flight !== requestId && row.flightUntil > now
  return held ? 'retry_in_flight' : undefined
}
