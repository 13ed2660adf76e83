/**
 * `npm run sign -- --dialect NAME --key FILE [--certificate FILE] METHOD URL [--body FILE]`: a request signed as its
 * standard has it, as a curl command on standard output; what to know about it is on standard error. Exits with 0, or with 2
 * when there is nothing to sign.
 */
import { makeSigned, type Signed } from './sign/make.ts'
import { listed } from './sign/names.ts'
import { parseOptions, USAGE } from './sign/options.ts'

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2))
  if (!options.ok) return unable([...options.mistakes.map((mistake) => `Cannot run: ${mistake}`), USAGE])
  if (options.value === 'list') {
    process.stdout.write(listed())
    return 0
  }
  const signed = await makeSigned(options.value)
  if (!signed.ok) return unable([capital(signed.reason)])
  const { json } = options.value
  process.stdout.write(json ? `${JSON.stringify(signed.value, undefined, 2)}\n` : `${signed.value.command}\n`)
  if (!json) process.stderr.write(remarks(signed.value))
  return 0
}

function remarks({ notes, good_for_seconds, algorithm, covered }: Signed): string {
  const good = `signed with ${algorithm} over ${covered.join(', ')}; good for ${good_for_seconds} seconds, once`
  return [good, ...notes].map((line) => `# ${line}\n`).join('')
}

function unable(lines: readonly string[]): 2 {
  process.stderr.write(`${lines.join('\n')}\n`)
  return 2
}

function capital(text: string): string {
  return /^Cannot/.test(text) ? text : `Cannot sign: ${text}`
}

process.exitCode = await main()
