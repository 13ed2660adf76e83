/** Clients on a disk, in parts by their names' hashes, so that one part at a time is put together. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { hash32 } from '../../src/lib/hash32.ts'
import type { Client } from './client.ts'
import { FOLDS, type Session } from './session/session.ts'

export interface Spill {
  add(key: string, client: Client): void
  /** In the order in which they were added. */
  parts(): Generator<Generator<{ readonly key: string; readonly client: Client }>>
  readonly written: number
  close(): void
}

/** Twenty million clients are twenty thousand in each, which is what memory holds of them anyway. */
const PARTS = 1_024
const BUFFER_BYTES = 8_192

export function newSpill(scratch: string): Spill {
  const folder = mkdtempSync(join(scratch, 'portcullis-replay-'))
  const buffers = Array.from({ length: PARTS }, () => '')
  let written = 0

  function flush(part: number): void {
    const file = openSync(join(folder, String(part)), 'a', 0o600)
    try {
      writeSync(file, buffers[part] ?? '')
    } finally {
      closeSync(file)
    }
    buffers[part] = ''
  }

  return {
    add(key, client) {
      const part = hash32(key) % PARTS
      buffers[part] = `${buffers[part]}${JSON.stringify([key, packed(client)])}\n`
      written++
      if ((buffers[part]?.length ?? 0) > BUFFER_BYTES) flush(part)
    },
    *parts() {
      for (let part = 0; part < PARTS; part++) {
        flush(part)
        yield read(readFileSync(join(folder, String(part)), 'utf8'))
      }
    },
    get written() {
      return written
    },
    close() {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function* read(text: string): Generator<{ readonly key: string; readonly client: Client }> {
  for (let from = 0, to = text.indexOf('\n'); to >= 0; from = to + 1, to = text.indexOf('\n', from)) {
    // Written by `add` of the same process.
    const [key, client] = JSON.parse(text.slice(from, to)) as [string, Packed]
    yield { key, client: unpacked(client) }
  }
}

const NAMES = Object.keys(FOLDS) as readonly (keyof typeof FOLDS)[]

interface Packed extends Omit<Client, 'session'> {
  readonly session: readonly number[]
  readonly breadth: Session['breadth']
}

/** Names of forty numbers would be most of what is written. */
function packed({ session, ...client }: Client): Packed {
  return { ...client, session: NAMES.map((name) => session[name]), breadth: session.breadth }
}

function unpacked({ session, breadth, ...client }: Packed): Client {
  const numbers = Object.fromEntries(NAMES.map((name, at) => [name, session[at] ?? 0]))
  // All of NAMES, each with a number.
  return { ...client, session: { ...(numbers as Omit<Session, 'breadth'>), breadth } }
}
