/** Rows of an annex in a Map, through the annex's own bytes: what is kept is what is read again. */
import type { RowCodec, Rows } from '../../src/observe/annex.ts'

export interface TestRows<Row> extends Rows<Row> {
  /** How often something was written. */
  readonly written: number
}

export function newRows<Row>(codec: RowCodec<Row>): TestRows<Row> {
  const kept = new Map<string, Uint8Array>()
  let written = 0
  const put = (name: string, row: Row) => {
    written += 1
    kept.set(name, codec.encode(row))
  }
  return {
    get(name) {
      const bytes = kept.get(name)
      return bytes === undefined ? undefined : codec.decode(bytes)
    },
    put,
    putSoon: put,
    delete: (name) => void kept.delete(name),
    get written() {
      return written
    },
  }
}
