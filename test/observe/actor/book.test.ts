import { describe, expect, it } from 'vitest'
import { ABSENT } from '../../../src/lib/fact.ts'
import { newActorBook } from '../../../src/observe/actor/book.ts'
import { decodeActor, encodeActor, MAX_ACTOR_BYTES } from '../../../src/observe/actor/codec.ts'
import { type ActorVisit, newActorDelta, noteActor, SCATTERED } from '../../../src/observe/actor/delta.ts'
import { newActorRoom } from '../../../src/observe/actor/room.ts'
import { mergeActor, newActorState } from '../../../src/observe/actor/state.ts'
import { DAY, HOME, HOUR, lived, MONDAY, SECOND } from './service.ts'

const NAME = 'PSDGB-FCA-765432'

function visit(at: number, changes: Partial<ActorVisit> = {}): ActorVisit {
  return { organisation: NAME, at, ...HOME, consent: 7, account: 9, attended: true, ...changes }
}
const everybody = () => true

describe('the book of an isolate', () => {
  it('knows nobody of whom the estate has told nothing', () => {
    const book = newActorBook()
    expect(book.observe(visit(MONDAY))).toEqual(ABSENT)
    const [report] = book.take(everybody)
    book.hear(report ?? { organisation: NAME, delta: newActorDelta(MONDAY) }, { of: 'another version' })
    expect(book.observe(visit(MONDAY + 1))).toEqual(ABSENT)
  })

  it('counts what it sent until that is acknowledged, and then no more', () => {
    const book = newActorBook()
    const room = newActorRoom()
    const swap = (at: number, reports = book.take(everybody)) => {
      room.absorb(reports)
      const pictures = room.pictures(
        reports.map(({ organisation }) => organisation),
        at,
      )
      for (const [index, report] of reports.entries()) book.hear(report, pictures[index])
    }
    for (let hour = 0; hour < 30; hour += 1) {
      book.observe(visit(MONDAY + hour * HOUR))
      swap(MONDAY + hour * HOUR + SECOND)
    }
    const at = MONDAY + 30 * HOUR
    for (let call = 0; call < 5; call += 1) book.observe(visit(at, { network: 99 }))
    const sent = book.take(everybody)
    const late = book.observe(visit(at + SECOND, { network: 99 }))
    expect(late).toMatchObject({
      state: 'valid',
      value: { newcomer: true, unknown: { network: 6, software: 0 } },
    })
    // In the picture now, and no more beside it.
    swap(at + 2 * SECOND, sent)
    swap(at + 2 * SECOND)
    expect(book.observe(visit(at + 3 * SECOND))).toMatchObject({
      value: { newcomer: false, unknown: { network: 6 } },
    })
  })

  it('hands out what belongs to one shard, and keeps the rest', () => {
    const book = newActorBook()
    book.observe(visit(MONDAY))
    book.observe(visit(MONDAY, { organisation: 'PSDDE-BAFIN-1' }))
    expect(book.take((name) => name === NAME).map(({ organisation }) => organisation)).toEqual([NAME])
    expect(book.take(everybody).map(({ organisation }) => organisation)).toEqual(['PSDDE-BAFIN-1'])
    expect(book.take(everybody)).toEqual([])
  })

  it('and the room are bounded', () => {
    const book = newActorBook(16)
    const room = newActorRoom(16)
    for (let each = 0; each < 100; each += 1) book.observe(visit(MONDAY + each, { organisation: `P${each}` }))
    expect(book.size).toBe(16)
    for (let each = 0; each < 100; each += 1)
      room.absorb([{ organisation: `P${each}`, delta: newActorDelta(MONDAY) }])
    expect(room.size).toBe(16)
    room.forgetBefore(MONDAY + DAY)
    expect(room.size).toBe(0)
  })
})

describe('a third party that calls from everywhere', () => {
  it('fills no report, and pushes out nothing that it is known by', () => {
    const state = newActorState(MONDAY)
    const first = newActorDelta(MONDAY)
    noteActor(first, visit(MONDAY))
    mergeActor(state, first)
    for (let second = 1; second < 500; second += 1) {
      const at = MONDAY + 2 * DAY + second * SECOND
      const delta = newActorDelta(at)
      for (let call = 0; call < 50; call += 1)
        noteActor(delta, visit(at, { network: 1_000 + second * 50 + call }))
      expect(delta.origins.length).toBeLessThanOrEqual(8)
      expect(delta.origins.reduce((sum, { requests }) => sum + requests, 0)).toBe(50)
      expect(delta.origins.some(({ network }) => network === SCATTERED)).toBe(true)
      mergeActor(state, delta)
    }
    expect(state.marks.length).toBeLessThanOrEqual(48)
    expect(state.marks.some(({ hash }) => hash === HOME.network)).toBe(true)
  })
})

describe('the bytes of a third party', () => {
  it('are what it is known by, within their bound', () => {
    const bytes = lived({ consents: 50, daily: 4, attended: 0.5 }, 2)
    expect(bytes.length).toBeLessThanOrEqual(MAX_ACTOR_BYTES)
    const state = decodeActor(bytes)
    expect(state && encodeActor(state)).toEqual(bytes)
  })

  it('of another version, or cut, are nothing', () => {
    const bytes = lived({ consents: 5, daily: 1, attended: 0.5 }, 1)
    for (const other of [new Uint8Array(), bytes.slice(0, -1), Uint8Array.from([3, ...bytes.slice(1)])])
      expect(decodeActor(other)).toBeUndefined()
  })
})
