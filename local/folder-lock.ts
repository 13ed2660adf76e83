/**
 * One gate for each folder: two workerds that open the same SQLite files lose what the other writes, and say nothing.
 * A lock is a file that names its process. It is made whole by a hard link, so that nobody reads half of one, and one whose
 * process is gone is replaced by whoever holds the lock on replacing exactly that one.
 */
import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Holder {
  readonly id: string
  readonly pid: number
  /** When the system says that it started: process ids come round again, in a container at every start. */
  readonly started: string
}

/** Held until this process ends. */
export function lockFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const release = take(join(folder, 'lock'), folder)
  process.once('exit', release)
}

function take(path: string, folder: string): () => void {
  const mine: Holder = { id: randomUUID(), pid: process.pid, started: startOf(process.pid) }
  const written = `${path}.${mine.id}`
  writeFileSync(written, JSON.stringify(mine), { mode: 0o600 })
  try {
    if (!linked(written, path)) replace(path, written, folder)
  } finally {
    rmSync(written, { force: true })
  }
  return () => {
    if (holderOf(path)?.id === mine.id) rmSync(path, { force: true })
  }
}

function linked(written: string, path: string): boolean {
  try {
    linkSync(written, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Of two that find the same dead holder one replaces it; the other then finds the first, alive. */
function replace(path: string, written: string, folder: string): void {
  const holder = holderOf(path)
  if (holder === undefined || isAlive(holder)) throw inUse(folder, holder)
  const release = take(`${path}-after-${holder.id}`, folder)
  try {
    const now = holderOf(path)
    if (now?.id !== holder.id) throw inUse(folder, now)
    renameSync(written, path)
  } finally {
    release()
  }
}

function inUse(folder: string, holder: Holder | undefined): Error {
  const who = holder === undefined ? 'another gate' : `another gate (process ${holder.pid})`
  return new Error(`${who} keeps its memory in ${folder}, and of two each would lose what the other writes`)
}

/** Undefined where there is none any more. */
function holderOf(path: string): Holder | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  const holder = parse(text)
  if (holder === undefined) throw new Error(`cannot read ${path}: remove it if no gate is running`)
  return holder
}

function parse(text: string): Holder | undefined {
  try {
    const { id, pid, started } = JSON.parse(text)
    // The id becomes part of a file's name.
    const whole = /^[\da-f-]{36}$/.test(id) && Number.isInteger(pid) && pid > 0 && typeof started === 'string'
    return whole ? { id, pid, started } : undefined
  } catch {
    return undefined
  }
}

function isAlive({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: somebody else's, and alive.
    if (codeOf(error) === 'ESRCH') return false
  }
  return startOf(pid) === started
}

/** In ticks since the machine started: field 22 of /proc/PID/stat (proc(5)); empty where there is no such file. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in parentheses, and may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
