/** Another policy, held to the same rules as the one in wrangler.toml. */
import { readFileSync } from 'node:fs'
import type { Policy } from '../../src/decide/policy.ts'
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'
import { deployed, varsIn } from '../deployed.ts'

export function readPolicy(file: string): Outcome<Policy, string> {
  let written: unknown
  try {
    written = file.endsWith('.toml') ? varsIn(file).POLICY : JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    return fail(`Cannot read ${file}: ${error instanceof Error ? error.message : 'it is no policy'}`)
  }
  const parsed = deployed({ POLICY: within(written) })
  if (parsed.ok) return pass(parsed.config.policy)
  const mistakes = parsed.mistakes.map(({ found, allowed }) => `  ${found}: allowed is ${allowed}`)
  return fail(`Cannot use ${file} as POLICY:\n${mistakes.join('\n')}`)
}

/** The binding itself, or an object that has it. */
function within(written: unknown): unknown {
  return typeof written === 'object' && written !== null && 'POLICY' in written ? written.POLICY : written
}
