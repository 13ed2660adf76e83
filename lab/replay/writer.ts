/** Standard output for millions of lines: written at once, so that none wait in memory for a slow reader. */
import { writeSync } from 'node:fs'

export interface Writer {
  write(line: string): void
  end(): void
}

const BUFFER = 65_536

export function newWriter(file: number): Writer {
  let waiting = ''
  let gone = false

  function flush(): void {
    const bytes = Buffer.from(waiting)
    waiting = ''
    for (let from = 0; from < bytes.length && !gone; ) from += written(bytes, from)
  }

  function written(bytes: Buffer, from: number): number {
    try {
      return writeSync(file, bytes, from)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      // A pipe that is full; one whose reader has seen enough (`head`).
      if (code === 'EAGAIN') Atomics.wait(PAUSE, 0, 0, 5)
      else if (code === 'EPIPE') gone = true
      else throw error
      return 0
    }
  }

  return {
    write(line) {
      waiting += line
      if (waiting.length > BUFFER) flush()
    },
    end: flush,
  }
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4))
