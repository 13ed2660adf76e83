import { describe, expect, it } from 'vitest'
import type { RowCodec } from '../../src/observe/annex.ts'
import { newRows, type RowBacking, type StoredRow } from '../../src/observe/rows.ts'

const codec: RowCodec<string> = {
  encode: (row) => Uint8Array.from(new TextEncoder().encode(row)),
  decode: (bytes) => new TextDecoder().decode(bytes),
}
const OPTIONS = { annex: 'order' as const, codec, maxRows: 4, maxRowBytes: 16 }
const LATER = 10_000

/** What stands for SQLite: a Map, and a count of what was asked of it. */
function backing() {
  const kept = new Map<string, StoredRow>()
  const calls = { load: 0, save: 0 }
  const port: RowBacking = {
    load(_annex, name) {
      calls.load += 1
      return kept.get(name)
    },
    save(row) {
      calls.save += 1
      kept.set(row.name, row)
    },
    remove: (_annex, name) => void kept.delete(name),
  }
  return { kept, calls, port }
}

describe('rows of an annex', () => {
  it('are written at once by put, and with everything else by putSoon', () => {
    const { port, kept } = backing()
    const rows = newRows(OPTIONS, port)
    rows.put('a', 'at once', LATER)
    rows.putSoon('b', 'soon', LATER)
    expect([...kept.keys()]).toEqual(['a'])
    expect(rows.takeChanged().map(({ name, version }) => [name, version])).toEqual([['b', 1]])
    expect(rows.takeChanged()).toEqual([])
    expect([rows.get('a'), rows.get('b')]).toEqual(['at once', 'soon'])
  })

  it('are read from storage once, and so is that there is none', () => {
    const { port, calls } = backing()
    newRows(OPTIONS, port).put('a', 'row', LATER)
    const rows = newRows(OPTIONS, port)
    calls.load = 0
    for (const _thrice of [1, 2, 3]) expect([rows.get('a'), rows.get('nowhere')]).toEqual(['row', undefined])
    expect(calls.load).toBe(2)
  })

  it('leave memory in the order of their last use, and are read again', () => {
    const { port, calls } = backing()
    const rows = newRows(OPTIONS, port)
    for (const name of ['a', 'b', 'c', 'd', 'e']) rows.put(name, name, LATER)
    calls.load = 0
    expect(['b', 'c', 'd', 'e'].map(rows.get)).toEqual(['b', 'c', 'd', 'e'])
    expect(calls.load).toBe(0)
    expect(rows.get('a')).toBe('a')
    expect(calls.load).toBe(1)
  })

  it('leave memory sooner where they are large: a few must not take the room of all', () => {
    const { port, calls } = backing()
    const rows = newRows({ ...OPTIONS, weigh: (row) => row.length }, port)
    for (const name of ['a', 'b', 'c', 'd']) rows.put(name, name, LATER)
    rows.put('large', 'xxx', LATER)
    calls.load = 0
    expect(['d', 'large'].map(rows.get)).toEqual(['d', 'xxx'])
    expect(calls.load).toBe(0)
    rows.put('larger', 'xxxxxxxxx', LATER)
    calls.load = 0
    expect(rows.get('larger')).toBe('xxxxxxxxx')
    expect(calls.load).toBe(0)
    expect(['a', 'b', 'c', 'd'].map(rows.get)).toEqual(['a', 'b', 'c', 'd'])
    expect(calls.load).toBe(4)
  })

  it('that wait to be written are not lost when they leave memory', () => {
    const { port } = backing()
    const rows = newRows(OPTIONS, port)
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) rows.putSoon(name, name, LATER)
    expect(rows.get('a')).toBe('a')
    expect(rows.takeChanged()).toHaveLength(6)
  })

  it('are over when their time is over', () => {
    const rows = newRows(OPTIONS, undefined)
    rows.setTime(100)
    rows.put('a', 'row', 200)
    rows.setTime(199)
    expect(rows.get('a')).toBe('row')
    rows.setTime(200)
    expect(rows.get('a')).toBeUndefined()
  })

  it('count their changes, over storage too, so that of two copies the later is known', () => {
    const { port, kept } = backing()
    const rows = newRows(OPTIONS, port)
    rows.put('a', '1', LATER)
    rows.put('a', '2', LATER)
    const again = newRows(OPTIONS, port)
    again.put('a', '3', LATER)
    expect(kept.get('a')).toMatchObject({ version: 3 })
  })

  it('have a new name after a rotation, unless somebody has it', () => {
    const { port, kept } = backing()
    const rows = newRows(OPTIONS, port)
    rows.put('old', 'row', LATER)
    rows.rename('old', 'new')
    expect([rows.get('old'), rows.get('new')]).toEqual([undefined, 'row'])
    expect([...kept.keys()]).toEqual(['new'])
    rows.put('other', 'mine', LATER)
    rows.rename('new', 'other')
    expect([rows.get('new'), rows.get('other')]).toEqual(['row', 'mine'])
  })

  it('are one where both names have one and the annex can make one of two, for as long as either lasts', () => {
    const { port, kept } = backing()
    const rows = newRows({ ...OPTIONS, merge: (former, present) => `${former}+${present}` }, port)
    rows.put('old', 'a', LATER + 1)
    rows.putSoon('new', 'b', LATER)
    expect(rows.rename('old', 'new')).toBe(true)
    expect(rows.rename('new', 'new')).toBe(false)
    expect([rows.get('old'), rows.get('new')]).toEqual([undefined, 'a+b'])
    expect([...kept.values()]).toMatchObject([{ name: 'new', version: 2, until: LATER + 1 }])
    expect(rows.takeChanged()).toEqual([])
  })

  it('that are larger than they may be are refused at once, or dropped when the others are written', () => {
    const { port } = backing()
    const rows = newRows(OPTIONS, port)
    const large = 'x'.repeat(17)
    expect(() => rows.put('a', large, LATER)).toThrow(/larger than it may be/)
    rows.putSoon('b', large, LATER)
    rows.putSoon('c', 'small', LATER)
    expect(rows.takeChanged().map(({ name }) => name)).toEqual(['c'])
  })
})
