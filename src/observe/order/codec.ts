/** One key's place in the order as bytes: little endian, a version byte first. Version 1 had no token: it reads as none. */
import type { RowCodec } from '../annex.ts'
import type { Operation, OrderRow } from './types.ts'

const VERSION = 2
/** Position is the stored position: append only, with a new version. */
export const OPERATIONS = [
  'navigation',
  'login',
  'consent',
  'authorisation',
  'read',
  'payment',
  'other',
] as const satisfies readonly Operation[]
const NONE = 255

/** Version, flags, step, previous, then when each step was taken, three times and how often one was missing. */
const HEAD_BYTES = 4
const FIRST_BYTES = HEAD_BYTES + 8 * (OPERATIONS.length + 3) + 4
/** The token since version 2. */
export const MAX_ORDER_BYTES = FIRST_BYTES + 4
const LENGTHS: readonly (number | undefined)[] = [undefined, FIRST_BYTES, MAX_ORDER_BYTES]

export const ORDER_CODEC: RowCodec<OrderRow> = {
  encode(row) {
    const bytes = new Uint8Array(MAX_ORDER_BYTES)
    const view = new DataView(bytes.buffer)
    bytes[0] = VERSION
    bytes[1] = (row.whole ? 1 : 0) | (row.pending ? 2 : 0)
    bytes[2] = OPERATIONS.indexOf(row.step)
    bytes[3] = row.previous === undefined ? NONE : OPERATIONS.indexOf(row.previous)
    const times = [...OPERATIONS.map((step) => row.taken[step]), row.firstAt, row.steppedAt, row.skippedAt]
    times.forEach((time, index) => {
      view.setFloat64(HEAD_BYTES + 8 * index, time, true)
    })
    view.setFloat32(FIRST_BYTES - 4, row.skips, true)
    view.setUint32(FIRST_BYTES, row.token, true)
    return bytes
  },
  decode(bytes) {
    const step = OPERATIONS[bytes[2] ?? NONE]
    const version = bytes[0] ?? 0
    if (bytes.length !== LENGTHS[version] || step === undefined) return undefined
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const time = (index: number) => view.getFloat64(HEAD_BYTES + 8 * index, true)
    const flags = bytes[1] ?? 0
    const [navigation, login, consent, authorisation, read, payment, other] = OPERATIONS.map((_, index) =>
      time(index),
    )
    return {
      whole: (flags & 1) !== 0,
      pending: (flags & 2) !== 0,
      step,
      previous: OPERATIONS[bytes[3] ?? NONE],
      taken: {
        ...{
          navigation: navigation ?? 0,
          login: login ?? 0,
          consent: consent ?? 0,
          authorisation: authorisation ?? 0,
        },
        read: read ?? 0,
        payment: payment ?? 0,
        other: other ?? 0,
      },
      firstAt: time(OPERATIONS.length),
      steppedAt: time(OPERATIONS.length + 1),
      skippedAt: time(OPERATIONS.length + 2),
      skips: view.getFloat32(FIRST_BYTES - 4, true),
      token: version < 2 ? 0 : view.getUint32(FIRST_BYTES, true),
    }
  },
}
