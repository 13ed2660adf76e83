import { describe, expect, it } from 'vitest'
import { decideClaims } from '../../../src/verify/replay/claim.ts'
import { nameOf, namesOf } from '../../../src/verify/replay/names.ts'
import { type Row, rowOf } from '../../../src/verify/replay/replay-store.ts'
import type { Claim, Claims, ReplayQuestion } from '../../../src/verify/replay/types.ts'
import { NOON } from '../../fixtures/facts.ts'
import { question } from './question.ts'

const LEASE = 5_000

function asked(requestId: string, claims: readonly Claim[]): Claims {
  return { requestId, organisation: 'o', leaseMs: LEASE, claims }
}

/** Rows as they stand after these questions, each decided when the one before it was written. */
function rowsAfter(...questions: readonly ReplayQuestion[]): Map<string, Row> {
  const rows = new Map<string, Row>()
  for (const one of questions) for (const row of decide(one, rows).rows) rows.set(row.name, row)
  return rows
}

function decide(one: ReplayQuestion, rows: ReadonlyMap<string, Row>, now = one.at) {
  const { request, rest } = namesOf(one)
  return decideClaims(asked(one.requestId, [request, ...rest]), rows, now)
}

function landed(rows: ReadonlyMap<string, Row>): Map<string, Row> {
  return new Map(Array.from(rows, ([name, row]) => [name, { ...row, flight: '', flightUntil: 0 }]))
}

describe('a request that may be used once', () => {
  it('is fresh the first time and a replay the second', () => {
    const rows = rowsAfter(question({ requestId: 'r1' }))
    expect(decide(question({ requestId: 'r2' }), rows)).toEqual({ answer: 'request_replayed', rows: [] })
  })

  it('is the same question when an answer was lost and it is asked again', () => {
    const rows = rowsAfter(question({ requestId: 'r1' }))
    expect(decide(question({ requestId: 'r1' }), rows)).toEqual({ answer: 'fresh', rows: [] })
  })

  const SINGLES = ['nonce', 'jti', 'request_id'] as const
  it.each(SINGLES)('a %s that another signed request used is a replay', (kind) => {
    const singles = [{ kind, value: 'once' }]
    const rows = rowsAfter(question({ singles }))
    const again = question({ requestId: 'r2', signingInput: bytes('another'), singles })
    expect(decide(again, rows).answer).toBe('request_replayed')
  })

  it('a value is used up for its kind alone, and for its key alone', () => {
    const rows = rowsAfter(question({ singles: [{ kind: 'nonce', value: 'once' }] }))
    const signingInput = bytes('another')
    const otherKind = question({ requestId: 'r2', signingInput, singles: [{ kind: 'jti', value: 'once' }] })
    const otherKey = question({
      requestId: 'r3',
      signingInput,
      keyThumbprint: 'second key',
      singles: [{ kind: 'nonce', value: 'once' }],
    })
    expect([decide(otherKind, rows).answer, decide(otherKey, rows).answer]).toEqual(['fresh', 'fresh'])
  })
})

describe('a request under an idempotency key', () => {
  const idempotencyKey = 'FRESNO.1317.GFX.22'

  it('is a retry when organisation, key and body are the same', () => {
    const rows = landed(rowsAfter(question({ idempotencyKey })))
    expect(decide(question({ requestId: 'r2', idempotencyKey }), rows).answer).toBe('retry')
  })

  it('is a retry when it was signed anew', () => {
    const rows = landed(rowsAfter(question({ idempotencyKey })))
    const anew = question({ requestId: 'r2', signingInput: bytes('signed later'), idempotencyKey })
    expect(decide(anew, rows).answer).toBe('retry')
  })

  it('waits while an earlier try has no answer, and no longer than its lease', () => {
    const rows = rowsAfter(question({ idempotencyKey }))
    const retry = question({ requestId: 'r2', idempotencyKey })
    expect(decide(retry, rows, NOON + LEASE - 1).answer).toBe('retry_in_flight')
    expect(decide(retry, rows, NOON + LEASE).answer).toBe('retry')
  })

  it('is refused when the body changed', () => {
    const rows = landed(rowsAfter(question({ idempotencyKey })))
    const changed = question({
      requestId: 'r2',
      idempotencyKey,
      body: bytes('{"a":2}'),
      signingInput: bytes('x'),
    })
    expect(decide(changed, rows)).toEqual({ answer: 'idempotency_key_reused', rows: [] })
  })

  it('is refused when another organisation sends the same key with the same body', () => {
    const rows = landed(rowsAfter(question({ idempotencyKey })))
    const stolen = question({ requestId: 'r2', organisation: 'PSDXX-NCA-2', idempotencyKey })
    expect(decide(stolen, rows).answer).toBe('idempotency_key_reused')
  })

  it('is its own when another organisation happens to count in the same way', () => {
    const rows = landed(rowsAfter(question({ idempotencyKey: '1' })))
    const other = question({
      requestId: 'r2',
      organisation: 'PSDXX-NCA-2',
      body: bytes('{"b":1}'),
      idempotencyKey: '1',
    })
    expect(decide(other, rows).answer).toBe('fresh')
  })

  it('makes no new request of a captured one: the same signature under another key, or none, is a replay', () => {
    const rows = landed(rowsAfter(question({ idempotencyKey })))
    const relabelled = question({ requestId: 'r2', idempotencyKey: 'another' })
    expect(decide(relabelled, rows).answer).toBe('request_replayed')
    expect(decide(question({ requestId: 'r3' }), rows).answer).toBe('request_replayed')
  })

  it('makes no new request of a captured one that is sent elsewhere, and one that was signed anew may go there', () => {
    const rows = landed(rowsAfter(question({ idempotencyKey })))
    const elsewhere = { requestId: 'r2', idempotencyKey, operation: 'POST /payments/9/file' }
    expect(decide(question(elsewhere), rows).answer).toBe('request_replayed')
    expect(decide(question({ ...elsewhere, signingInput: bytes('anew') }), rows).answer).toBe('retry')
  })

  it('lives as long as from its first use, however often it is used', () => {
    const first = question({ idempotencyKey })
    const rows = landed(rowsAfter(first))
    const later = question({ requestId: 'r2', idempotencyKey, idempotencyUntil: first.idempotencyUntil + 1 })
    const [row] = decide(later, rows).rows
    expect(row?.until).toBe(first.idempotencyUntil)
  })
})

describe('names', () => {
  it('keep their parts apart: moving a character from one to the next makes another name', () => {
    expect(nameOf('a', 'bc', 'd')).not.toBe(nameOf('a', 'b', 'cd'))
    expect(nameOf('a', 'b:1', 'c')).not.toBe(nameOf('a', 'b', '1:c'))
  })

  it('differ for long values that begin alike', () => {
    const value = (last: string) => [{ kind: 'nonce' as const, value: 'n'.repeat(5_000) + last }]
    const [a, b] = ['', 'x'].map((last) => namesOf(question({ singles: value(last) })).rest[0]?.name)
    expect(a).not.toBe(b)
  })

  it('show nothing of the request', () => {
    const { request, rest } = namesOf(question({ idempotencyKey: 'customer-4711' }))
    const row = rowOf(request, 'o', 'r', NOON)
    expect(JSON.stringify([row, rest])).not.toMatch(/4711|PSDXX/)
  })
})

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
