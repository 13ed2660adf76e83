/**
 * `npm run anchors -- [options]`: makes the set of trust anchors from the EU's trusted lists and from a bank's own files.
 * What it says of each list goes to standard error, the result to standard output. `docs/trust-lists.md` is its manual.
 */

import { makeKey } from './anchors/keys.ts'
import { makeSet } from './anchors/make-set.ts'
import { parseOptions, USAGE } from './anchors/options.ts'
import { show } from './anchors/show.ts'

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2))
  if (!options.ok) {
    process.stderr.write(`${options.mistakes.map((one) => `anchors: ${one}\n`).join('')}${USAGE}`)
    return 2
  }
  if (options.value.newKey !== undefined) return makeKey(options.value.newKey, options.value.json)
  const result = await makeSet(options.value, (line) => process.stderr.write(`anchors: ${line}\n`))
  process.stdout.write(options.value.json ? `${JSON.stringify(result, null, 2)}\n` : show(result))
  return result.ok ? 0 : 1
}

process.exitCode = await main()
