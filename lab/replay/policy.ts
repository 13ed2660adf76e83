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
  const policy = within(written)
  if (!isTable(policy))
    return fail(`Cannot use ${file} as POLICY:\n  found ${found(policy)}: allowed is ${ALLOWED}`)
  const parsed = deployed({ POLICY: policy })
  if (parsed.ok) return pass(parsed.config.policy)
  const mistakes = parsed.mistakes.map(({ found, allowed }) => `  ${found}: allowed is ${allowed}`)
  return fail(`Cannot use ${file} as POLICY:\n${mistakes.join('\n')}`)
}

/** The binding itself, or an object that has it. */
function within(written: unknown): unknown {
  return isTable(written) && 'POLICY' in written ? written.POLICY : written
}

/** Where there is none, the deployed gate has its defaults; whoever names a file means what is in it. */
const ALLOWED = 'a table of rules, thresholds and retryAfterSeconds'

function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function found(value: unknown): string {
  if (value === undefined) return 'no POLICY in it'
  return Array.isArray(value) ? 'a list' : (JSON.stringify(value)?.slice(0, 60) ?? typeof value)
}
