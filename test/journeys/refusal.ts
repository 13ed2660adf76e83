/** How a refusal reads: in the dialect of its route, with a reference under which the operator finds the reason. */
import { expect } from 'vitest'
import type { JournalEntry } from '../../src/record/entry.ts'
import { type Reply, type Sent, send } from './client.ts'
import type { Gate } from './gate.ts'

export type Speech = keyof typeof speaks

const speaks = {
  page(reply, reference) {
    expect(reply.header('content-type')).toMatch(/^text\/html/)
    expect(reply.text).toMatch(/^<!doctype html>/)
    expect(reply.text).toContain(reference)
  },
  problem(reply, reference) {
    expect(reply.header('content-type')).toBe('application/problem+json')
    expect(JSON.parse(reply.text)).toMatchObject({ status: reply.status, reference })
  },
  obie(reply, reference) {
    const errors = [{ ErrorCode: expect.any(String), Message: expect.any(String) }]
    expect(JSON.parse(reply.text)).toEqual({ Id: reference, Errors: errors })
  },
  berlinGroup(reply, reference) {
    const message = { category: 'ERROR', code: expect.any(String), text: expect.stringContaining(reference) }
    expect(JSON.parse(reply.text)).toEqual({ tppMessages: [message] })
  },
} as const satisfies Record<string, (reply: Reply, reference: string) => void>

export function expectSpeech(reply: Reply, status: number, speech: Speech): string {
  const reference = reply.header('portcullis-reference')
  expect({ status: reply.status, reference }).toEqual({
    status,
    reference: expect.stringMatching(/^[\w-]{36}$/),
  })
  expect(reply.header('cache-control')).toBe('no-store')
  speaks[speech](reply, reference)
  return reference
}

/** Refused with this status, in this dialect, and the operator finds out why. */
export async function expectRefusal(
  gate: Gate,
  sent: Sent,
  status: number,
  speech: Speech,
  reason: string,
): Promise<JournalEntry> {
  const reference = expectSpeech(await send(gate, sent), status, speech)
  const decision = await gate.decision(reference)
  expect(decision).toMatchObject({ action: 'deny', reason, outcome: 'refused', upstream: 'refused' })
  return decision
}
