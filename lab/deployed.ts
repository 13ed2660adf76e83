/** The configuration in wrangler.toml, which is the demo bank's: the laboratory judges what is deployed. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseConfig } from '../src/config/parse.ts'
import type { ParsedConfig } from '../src/config.ts'
import { DEFAULT_POLICY } from '../src/decide/policy.ts'
import { FIXED_RULE_IDS, LIMITED_RULE_IDS, RULE_IDS } from '../src/decide/rules.ts'
import { DIALECTS } from '../src/dialects/table.ts'
import { signingKinds } from '../src/signing.ts'

const WRANGLER = fileURLToPath(new URL('../wrangler.toml', import.meta.url))
const VARS = fileURLToPath(new URL('vars.ts', import.meta.url))

/** Keys of nobody: what the laboratory makes with them never leaves it. */
const GATE_KEYS = `lab:${Buffer.alloc(32, 7).toString('base64url')}`
const OPERATOR_TOKEN = 'laboratory-laboratory-laboratory'

/** Bindings that are there or not: the laboratory has its own in their places. */
const BINDINGS = [
  ...['LEDGER', 'ESTATE', 'JOURNAL', 'REVOCATION', 'REPLAY', 'ATTESTATION', 'INVENTORY', 'FINDINGS'],
  ...['KEYS', 'LISTS', 'CONSENTS', 'ANALYTICS', 'BANK'],
]

/** @param changed bindings that stand in the place of those in the file, such as POLICY */
export function deployed(changed: Readonly<Record<string, unknown>> = {}): ParsedConfig {
  const present = Object.fromEntries(BINDINGS.map((name) => [name, {}]))
  return parseConfig(
    { ...varsIn(WRANGLER), ...present, GATE_KEYS, OPERATOR_TOKEN, ...changed },
    {
      dialects: Object.keys(DIALECTS),
      signing: signingKinds(DIALECTS),
      rules: RULE_IDS,
      fixed: FIXED_RULE_IDS,
      limited: LIMITED_RULE_IDS,
      policy: DEFAULT_POLICY,
    },
  )
}

/** The bindings of a wrangler.toml that are plain values. Read by a process of its own (`vars.ts`). */
export function varsIn(file: string): Readonly<Record<string, unknown>> {
  const read: unknown = JSON.parse(execFileSync(process.execPath, [VARS, file], { encoding: 'utf8' }))
  // A parsed boundary: vars are a table, and parseConfig looks at each of them.
  return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {}
}
