/** What an isolate tells of a third party, on its way through leaf and pool. */
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { ActorVisit } from '../../../src/observe/actor/delta.ts'
import { isPicture } from '../../../src/observe/actor/picture.ts'
import { newCollector, type Open } from '../../../src/observe/estate/collector.ts'
import { isAnswer, type Parcel } from '../../../src/observe/estate/parcel.ts'
import { newPool } from '../../../src/observe/estate/pool.ts'
import { newRound } from '../../../src/observe/estate/round.ts'
import { footprintOf, NOON } from '../../fixtures/facts.ts'

const DAY = 86_400_000

/** Three accounts of each of two consents. */
function parcelOf(at: number): Parcel {
  const collector = newCollector({ isolate: crypto.randomUUID(), targets: 1, waitMs: 1_000 })
  const opened: Open[] = []
  for (let call = 0; call < 6; call += 1) {
    const actor: ActorVisit = {
      ...{ organisation: 'PSDGB-FCA-765432', at, network: 1, software: 2, certificate: 3 },
      ...{ consent: call % 2, account: 100 + call, attended: true },
    }
    collector.observe(footprintOf({ at, actor }), (open) => opened.push(open))
  }
  const [open] = opened
  if (open === undefined) throw new Error('no parcel was opened')
  return collector.seal(open)
}

/** Accounts of the last ten minutes that the answer tells of. */
function accountsIn(answer: unknown, parcel: Parcel): number | undefined {
  if (!isAnswer(answer, parcel)) throw new Error('no answer')
  const [picture] = answer.actors ?? []
  return isPicture(picture) ? picture.reach?.accounts.at(-1) : undefined
}

describe('the accounts that a third party reads', () => {
  it('come through a leaf to the pool, and the picture of them back', () => {
    const pool = newPool()
    const [one, other] = [parcelOf(NOON), parcelOf(NOON)]
    const round = newRound(1, NOON)
    for (const parcel of [one, other]) round.add(structuredClone(parcel))
    for (const [shard, parcel] of round.outstanding({ isolate: 'leaf', next: () => 0 }))
      expect(round.hear(shard, structuredClone(pool.swap(structuredClone(parcel))))).toBe(true)
    expect(accountsIn(round.answerTo(one), one)).toBe(6)
  })

  it('are of now where a clock is a day ahead', async () => {
    const parcel = parcelOf(Date.now() + DAY)
    const stub = env.ESTATE.getByName('actors-ahead')
    expect(accountsIn(await stub.swap(parcel), parcel)).toBe(6)
  })

  it('are not told by an isolate of the version before, all else of which is taken in', () => {
    const pool = newPool()
    const parcel = parcelOf(NOON)
    for (const { delta } of parcel.actors ?? [])
      for (const origin of delta.origins) Reflect.deleteProperty(origin, 'accounts')
    const answer = pool.swap(structuredClone(parcel))
    expect(accountsIn(answer, parcel)).toBe(0)
    expect(answer?.actors?.[0]).toMatchObject({ recent: { requests: 6 }, consentsOfDay: 2 })
  })
})
