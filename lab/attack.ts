/**
 * `npm run attack [-- options] [--json]`: two thousand stuffed pairs from five hundred loopback addresses through the
 * local edge, while a real browser signs in beside it. Loopback only; says what got through, and exits with 1 when a
 * promise is broken.
 */
import { type Plan, parsePlan, USAGE } from './attack/options.ts'
import { isListening, startStack } from './attack/stack.ts'
import { run, type Variant, type VariantResult } from './attack/variant.ts'
import { random } from './traffic/random.ts'

async function main(): Promise<void> {
  const plan = parsePlan(process.argv.slice(2))
  const results: VariantResult[] = []
  for (const variant of plan.variants) {
    process.stderr.write(`attack: ${variant.name}\n`)
    results.push(await against(variant, plan))
  }
  process.stdout.write(
    plan.json ? `${JSON.stringify({ variants: results }, undefined, 2)}\n` : table(results),
  )
  if (results.some(({ broken }) => broken.length > 0)) process.exitCode = 1
}

/** Each variant meets a gate without memories, unless one that is running was named. */
async function against(variant: Variant, { target, botManagement, seed }: Plan): Promise<VariantResult> {
  const stream = random(`attack/${seed}/${variant.name}`)
  if (target !== undefined && (await isListening(target))) return run(variant, target, stream)
  const stack = await startStack(target?.port ?? 0, botManagement)
  try {
    return await run(variant, stack.target, stream)
  } finally {
    await stack.close()
  }
}

function table(results: readonly VariantResult[]): string {
  const rows = results.map((one) => [
    one.name,
    one.attempts,
    one.refused,
    one.throttled,
    one.challenged,
    one.tried,
    `${one.entered} of ${one.valid_pairs}`,
    one.errors,
    one.browser === undefined ? '-' : `${one.browser.succeeded} of ${one.browser.tried}`,
    `${one.seconds} s`,
  ])
  const head = [
    'attack',
    'attempts',
    'denied',
    'throttled',
    'challenged',
    'through',
    'got in',
    'errors',
    'browser',
    '',
  ]
  const lines = [head, ...rows].map((cells) =>
    cells
      .map((cell, index) => String(cell).padEnd(index === 0 ? 38 : 11))
      .join('')
      .trimEnd(),
  )
  const broken = results.flatMap((one) => one.broken.map((promise) => `Broken, ${one.name}: ${promise}`))
  const failures = results.flatMap((one) =>
    (one.browser?.failures ?? []).map((text) => `Browser, ${one.name}: ${text}`),
  )
  return `${[...lines, ...broken, ...failures].join('\n')}\n`
}

try {
  await main()
} catch (error) {
  process.stderr.write(`Cannot attack: ${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`)
  process.exitCode = 2
}
