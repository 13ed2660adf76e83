import { readdirSync, readFileSync } from 'node:fs'

/** The workerd processes of this test's own, by their ids: nobody else's is touched. */
export function workerds(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [, name = '', , parent = ''] =
          /^\d+ \((.*)\) (\S) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
        return name === 'workerd' && Number(parent) === process.pid
      } catch {
        // It ended while we looked.
        return false
      }
    })
    .map(Number)
}
