import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const REPORTER = fileURLToPath(new URL('../whole-run.ts', import.meta.url))

function ending(calls: string) {
  const script = `import { wholeRun } from ${JSON.stringify(REPORTER)}; const run = wholeRun(); ${calls}`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script])
  return { status, said: stderr.toString() }
}

describe('a run of the tests', () => {
  it('has failed where nothing was left to wait for before its end', () => {
    const { status, said } = ending('run.onTestRunStart(); void new Promise(() => {})')
    expect(status).toBe(1)
    expect(said).toContain('The run ended before its tests did')
  })

  it('ends as it would where it came to its end', () => {
    expect(ending('run.onTestRunStart(); run.onTestRunEnd()')).toEqual({ status: 0, said: '' })
  })

  it('keeps the code of a run that failed otherwise', () => {
    expect(ending('run.onTestRunStart(); process.exitCode = 3').status).toBe(3)
  })
})
