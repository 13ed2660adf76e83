import { open } from 'node:fs/promises'
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'

/** A file's bytes, or why there are none. No more than one octet beyond the limit is ever read: it may be a disk. */
export async function readAtMost(path: string, maxBytes: number): Promise<Outcome<Uint8Array, string>> {
  try {
    const handle = await open(path)
    try {
      const buffer = new Uint8Array(maxBytes + 1)
      let length = 0
      for (;;) {
        const { bytesRead } = await handle.read(buffer, length, buffer.length - length)
        length += bytesRead
        if (bytesRead === 0 || length === buffer.length) break
      }
      return length > maxBytes
        ? fail(`Cannot read ${path}: it is larger than ${maxBytes} octets`)
        : pass(buffer.slice(0, length))
    } finally {
      await handle.close()
    }
  } catch (error) {
    return fail(`Cannot read ${path}: ${REASONS[codeOf(error)] ?? 'it cannot be opened'}`)
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read by you',
  EISDIR: 'it is a folder',
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
