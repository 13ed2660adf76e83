/** Bytes to lines, in bounded memory: whoever made a log may have made a line of gigabytes. */
import { constants, createReadStream } from 'node:fs'
import { access, open, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { BEGINNING_LENGTH, isExport, MAX_EXPORT } from './exported.ts'

/** Longer lines are nobody's log. */
const MAX_LINE = 65_536
/** RFC 1952 section 2.3.1: what is packed is told by its first bytes, whatever it is called. */
const GZIP = [0x1f, 0x8b] as const
const NEWLINE = 10

export interface Lines {
  /** A text for each line. */
  readonly lines: readonly (string | TooLong)[]
}

/** A line that is too long to be read: enough of it to tell what it is. */
export interface TooLong {
  readonly beginning: string
}

/** Lines in portions, as they come. Rejects where there is no such file, or it is cut off in the middle of packed data. */
export async function* linesOf(file: string): AsyncGenerator<Lines> {
  let kept: Buffer[] = []
  let length = 0
  let skipping: TooLong | undefined
  for await (const chunk of await opened(file)) {
    const lines: (string | TooLong)[] = []
    let from = 0
    for (let to = chunk.indexOf(NEWLINE); to >= 0; to = chunk.indexOf(NEWLINE, from)) {
      if (skipping !== undefined) lines.push(skipping)
      else lines.push(textOf([...kept, chunk.subarray(from, to)]))
      ;[kept, length, skipping, from] = [[], 0, undefined, to + 1]
    }
    if (skipping === undefined && from < chunk.length) {
      kept.push(chunk.subarray(from))
      length += chunk.length - from
      if (length > mostOf(kept)) [skipping, kept] = [{ beginning: beginningOf(kept) }, []]
    }
    yield { lines }
  }
  if (skipping !== undefined || length > 0) yield { lines: [skipping ?? textOf(kept)] }
}

function textOf(parts: readonly Buffer[]): string | TooLong {
  const [first] = parts
  const line = parts.length === 1 && first !== undefined ? first : Buffer.concat(parts)
  if (line.length > mostOf([line])) return { beginning: beginningOf([line]) }
  return line.toString('utf8', 0, line.at(-1) === 13 ? line.length - 1 : line.length)
}

/** A line may begin at the end of one part and go on in the next. */
function mostOf(parts: readonly Buffer[]): number {
  return isExport(beginningOf(parts)) ? MAX_EXPORT : MAX_LINE
}

function beginningOf(parts: readonly Buffer[]): string {
  const beginnings = parts.slice(0, 2).map((part) => part.toString('latin1', 0, BEGINNING_LENGTH))
  return beginnings.join('')
}

/** Asked before anything is read: the name of the last file may be wrong, and an hour's work is lost by it. */
export async function unopenableOf(files: readonly string[]): Promise<readonly string[]> {
  const all = await Promise.all(files.map(async (file) => ({ file, why: await whyUnopenable(file) })))
  return all.flatMap(({ file, why }) => (why === undefined ? [] : [`Cannot read ${file}: ${why}`]))
}

/**
 * Why a file cannot be opened; undefined where it can. A pipe is not: whoever writes into it would take the closing of it for
 * the end.
 */
async function whyUnopenable(file: string): Promise<string | undefined> {
  if (file === '-') return undefined
  try {
    const found = await stat(file)
    if (found.isDirectory()) return 'it is a folder'
    if (found.isFile()) await (await open(file)).close()
    else await access(file, constants.R_OK)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function opened(file: string): Promise<AsyncIterable<Buffer>> {
  const source: Readable = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 262_144 })
  const chunks: AsyncIterator<Buffer> = source[Symbol.asyncIterator]()
  const head = await chunks.next()
  const rest = continued(head, chunks)
  if (head.done === true || !GZIP.every((byte, at) => head.value[at] === byte)) return rest
  const plain = createGunzip()
  void feed(rest, plain)
  return plain
}

async function* continued(
  head: IteratorResult<Buffer>,
  chunks: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer> {
  for (let next = head; next.done !== true; next = await chunks.next()) yield next.value
}

async function feed(chunks: AsyncIterable<Buffer>, plain: ReturnType<typeof createGunzip>): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (plain.destroyed) return
      if (!plain.write(chunk))
        await new Promise((drained) => plain.once('drain', drained).once('close', drained))
    }
    plain.end()
  } catch (error) {
    // An error of the file would otherwise be nobody's.
    plain.destroy(error instanceof Error ? error : new Error(String(error)))
  }
}
