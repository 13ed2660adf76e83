/**
 * A run that ends before its tests have is a failure. When nothing is left that Node would wait for, a process ends with 0,
 * whatever was still promised: a pool whose worker has died without a word would pass for a success.
 */
import process from 'node:process'

export interface WholeRun {
  onTestRunStart(): void
  onTestRunEnd(): void
}

/** A reporter for vitest that says nothing, unless the process ends in the middle. */
export function wholeRun(): WholeRun {
  let running = false
  process.once('exit', (code: number) => {
    if (!running || code !== 0) return
    process.exitCode = 1
    process.stderr.write('The run ended before its tests did: some were never reported.\n')
  })
  return {
    onTestRunStart: () => {
      running = true
    },
    onTestRunEnd: () => {
      running = false
    },
  }
}
