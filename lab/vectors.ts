/**
 * `npm run vectors -- certificates|signatures [--dir DIR] [--json]`: every suite of published test vectors found below
 * DIR, told by its format, judged in workerd by the modules that the gate uses. What fails is in the report; the exit
 * status says only whether there was something to run.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { FORMATS } from './vectors/formats.ts'
import { table } from './vectors/report.ts'
import { runVectors } from './vectors/run.ts'

const USAGE = 'Usage: npm run vectors -- certificates|signatures [--dir DIR] [--json]'

const { values, positionals } = parseArgs({
  options: { dir: { type: 'string' }, json: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const [command = '', more] = positionals
if (!isCommand(command) || more !== undefined) stop(USAGE)
const directory =
  values.dir === undefined
    ? fileURLToPath(new URL('../../shared/vectors', import.meta.url))
    : // npm runs scripts in the package's folder and leaves the caller's in INIT_CWD.
      resolve(process.env.INIT_CWD ?? '.', values.dir)
if (!existsSync(directory)) stop(`Cannot run vectors: ${directory} is absent`)
const suites = await runVectors(command, directory).catch((error: Error) => stop(error.message))
if (suites.length === 0) stop(`Cannot run vectors: no suite below ${directory}`)
process.stdout.write(values.json ? `${JSON.stringify({ suites }, undefined, 2)}\n` : table(suites))

function isCommand(text: string): text is keyof typeof FORMATS {
  return Object.hasOwn(FORMATS, text)
}

function stop(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
