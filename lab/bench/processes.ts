/** Processor time of workerd, from /proc: what a request costs, whoever else uses the machine. Linux only. */
import { readdirSync, readFileSync } from 'node:fs'

/** sysconf(_SC_CLK_TCK) is 100 on every Linux that Node runs on. */
const MICROSECONDS_PER_TICK = 10_000

/** Ids of workerd processes that this process started. */
export function workerdChildren(): readonly number[] {
  try {
    const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    return ids.map(Number).filter(isOurWorkerd)
  } catch {
    return []
  }
}

/** User and system time of a process so far; undefined where there is no /proc. */
export function processorMicroseconds(id: number | undefined): number | undefined {
  const fields = id === undefined ? undefined : statOf(id)
  if (fields === undefined) return undefined
  // proc(5): utime and stime are fields 14 and 15; the first after the name is field 3.
  return (Number(fields[11]) + Number(fields[12])) * MICROSECONDS_PER_TICK
}

function isOurWorkerd(id: number): boolean {
  const fields = statOf(id)
  if (fields === undefined || Number(fields[1]) !== process.pid) return false
  return readFileSync(`/proc/${id}/comm`, 'utf8').trim() === 'workerd'
}

/** Fields after the name, which is in parentheses and may hold anything. */
function statOf(id: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${id}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
