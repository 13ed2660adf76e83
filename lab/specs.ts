/**
 * `npm run specs -- FILE… [options]`: reads OpenAPI documents, says what is wrong in them, and makes of them the module that
 * the gate holds traffic against. Exits with 0 when every document could be used, whatever is wrong in it, with 1 when one
 * could not, and with 2 when there was nothing to read.
 */
import { mkdir, open, rename, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Standing } from '../src/inventory/types.ts'
import { compileSpecifications, type SourceFile } from './specs/compile.ts'
import { moduleOf } from './specs/module.ts'
import { MAX_FILE_BYTES } from './specs/read-document.ts'
import { tell } from './specs/text.ts'

const USAGE = `Usage: npm run specs -- FILE… [--out FILE] [--base FILE=/path] [--older FILE] [--current FILE] [--json]
  FILE       OpenAPI 3.1, 3.0 or Swagger 2.0, JSON or YAML; several are compiled together
  --out      where the compiled module goes: dist/specifications.js is the one that the gate takes
  --base     where the gate has that file's API, instead of what its servers say
  --older    that file is no longer published: what only it has is reported when it is still served
  --current  that file is published, although a newer version of the same title is here`

const OPTIONS = {
  out: { type: 'string' },
  base: { type: 'string', multiple: true },
  older: { type: 'string', multiple: true },
  current: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
} as const

async function main(): Promise<number> {
  const plan = readPlan(process.argv.slice(2))
  if (typeof plan === 'string') return unable(`${plan}\n${USAGE}`)
  const sources: SourceFile[] = []
  for (const wanted of plan.files) {
    const bytes = await readStart(wanted.path)
    if (bytes === undefined) return unable(`Cannot read ${wanted.file}: there is no such file`)
    sources.push({ ...wanted, bytes })
  }
  const compiled = await compileSpecifications(sources)
  if (plan.out !== undefined) {
    const names = compiled.reports.map(({ file, title, version }) => `${file} (${title} ${version})`)
    await writeWhole(plan.out, await moduleOf(compiled, `Made by npm run specs of ${names.join(', ')}`))
  }
  const { reports } = compiled
  process.stdout.write(
    plan.json ? `${JSON.stringify({ documents: reports }, undefined, 2)}\n` : tell(reports),
  )
  return reports.every(({ usable }) => usable) ? 0 : 1
}

interface Plan {
  readonly files: readonly Omit<SourceFile & { readonly path: string }, 'bytes'>[]
  readonly out: string | undefined
  readonly json: boolean
}

/** A plan, or what is wrong with the command line. */
function readPlan(argv: readonly string[]): Plan | string {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(argv)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  const { values, positionals } = parsed
  if (positionals.length === 0) return 'Cannot run: name at least one FILE'
  const bases = new Map<string, string>()
  for (const text of values.base ?? []) {
    const [, file, base] = /^(.+)=((?:\/.*)?)$/.exec(text) ?? []
    if (file === undefined || base === undefined) return `Cannot run: --base ${text} is not FILE=/path`
    bases.set(here(file), base)
  }
  const standings = new Map<string, Standing>()
  for (const file of values.older ?? []) standings.set(here(file), 'older')
  for (const file of values.current ?? []) standings.set(here(file), 'current')
  const paths = new Set(positionals.map(here))
  const stranger = [...bases.keys(), ...standings.keys()].find((path) => !paths.has(path))
  if (stranger !== undefined) return `Cannot run: ${stranger} is not among the files`
  const files = positionals.map((file) => {
    const path = here(file)
    const [base, standing] = [bases.get(path), standings.get(path)]
    return {
      file,
      path,
      ...(base === undefined ? {} : { base }),
      ...(standing === undefined ? {} : { standing }),
    }
  })
  return { files, out: values.out === undefined ? undefined : here(values.out), json: values.json }
}

function parse(argv: readonly string[]) {
  return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
}

/** npm runs scripts in the package's folder and leaves the caller's in INIT_CWD. */
function here(path: string): string {
  return resolve(process.env.INIT_CWD ?? '.', path)
}

function unable(message: string): 2 {
  process.stderr.write(`${message}\n`)
  return 2
}

/** No more than one octet beyond what is read: the file may be a disk. */
async function readStart(path: string): Promise<Uint8Array | undefined> {
  try {
    const handle = await open(path)
    try {
      const { size } = await handle.stat()
      const buffer = new Uint8Array(Math.min(size, MAX_FILE_BYTES + 1))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch {
    return undefined
  }
}

/** The gate may be starting: it sees the old module or the new one. */
async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.new`, text)
  await rename(`${path}.new`, path)
}

process.exitCode = await main()
