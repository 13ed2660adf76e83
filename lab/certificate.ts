/**
 * `npm run certificate -- FILE [options]`: what stands in a certificate or chain, and every reason for and against it, by
 * the functions that the gate itself uses. Exits with 0 when it would be accepted for something, with 1 when not, and
 * with 2 when there is nothing to judge.
 */
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { NO_ANCHORS } from '../src/verify/own-anchors.ts'
import { type Anchors, loadAnchors, type OwnKind } from './certificate/anchors.ts'
import { MAX_INPUT_BYTES, readInput } from './certificate/input.ts'
import { reportOn } from './certificate/report.ts'
import { tell } from './certificate/text.ts'

const USAGE = `Usage: npm run certificate -- FILE [--anchors FILE] [--kind own|obie] [--at TIME] [--json]
  FILE       a certificate or a chain, leaf first: PEM, DER, PKCS#7, base64 or a Client-Cert header; - reads standard input
  --anchors  whom to trust: a set of anchors (npm run anchors), or certificates
  --kind     whose certificates those are: the bank's own (default), or the UK directory's
  --at       when: 2026-11-21 or 2026-11-21T09:30:00Z; now, if nothing is said`

const OPTIONS = {
  anchors: { type: 'string' },
  kind: { type: 'string', default: 'own' },
  at: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

interface Plan {
  readonly file: string
  readonly anchors: string | undefined
  readonly kind: OwnKind
  readonly at: number
  readonly json: boolean
}

async function main(): Promise<number> {
  const plan = readPlan(process.argv.slice(2))
  if (typeof plan === 'string') return unable(`${plan}\n${USAGE}`)
  const bytes = await readBytes(plan.file)
  if (bytes === undefined) return unable(`Cannot read ${plan.file}: there is no such file`, plan)
  const input = readInput(bytes)
  if (!input.ok) return unable(`Cannot read ${plan.file}: ${input.mistake}`, plan)
  const anchors = plan.anchors === undefined ? NOBODY : await loadAnchors(plan.anchors, plan.kind, plan.at)
  if (!anchors.ok) return unable(anchors.mistake, plan)
  const report = await reportOn({ file: plan.file, input, anchors, at: plan.at })
  process.stdout.write(plan.json ? `${JSON.stringify(report, undefined, 2)}\n` : tell(report))
  return report.accepted_for.length > 0 ? 0 : 1
}

const NOBODY: Anchors = {
  ok: true,
  set: NO_ANCHORS,
  about: 'nobody',
  remarks: ['no anchors were given (--anchors FILE): nobody is trusted, and everything is refused'],
}

/** Who asked for JSON gets JSON: a program that reads standard output must not find nothing there. */
function unable(message: string, plan?: Plan): 2 {
  if (plan?.json) {
    const report = {
      file: plan.file,
      accepted_for: [],
      unreadable: { id: 'input_unreadable', meaning: message },
    }
    process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`)
  }
  process.stderr.write(`${message}\n`)
  return 2
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
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) return 'Cannot run: name one FILE'
  const { kind } = values
  if (kind !== 'own' && kind !== 'obie') return `Cannot run: --kind ${kind} is neither own nor obie`
  const at = values.at === undefined ? Date.now() : readTime(values.at)
  if (at === undefined) return `Cannot run: --at ${values.at} is no time such as 2026-11-21T09:30:00Z`
  const anchors = values.anchors === undefined ? undefined : here(values.anchors)
  return { file: file === '-' ? file : here(file), anchors, kind, at, json: values.json }
}

/** npm runs scripts in the package's folder and leaves the caller's in INIT_CWD. */
function here(path: string): string {
  return resolve(process.env.INIT_CWD ?? '.', path)
}

function parse(argv: readonly string[]) {
  return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
}

/** ISO 8601, in UTC or with an offset: a time of nowhere would be this machine's. */
function readTime(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text))
    return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : at
}

async function readBytes(file: string): Promise<Uint8Array | undefined> {
  try {
    return file === '-' ? await readStandardInput() : await readStart(file)
  } catch {
    return undefined
  }
}

/** No more than one octet beyond what is judged: the file may be a disk. */
async function readStart(file: string): Promise<Uint8Array> {
  const handle = await open(file)
  try {
    const buffer = new Uint8Array(MAX_INPUT_BYTES + 1)
    let length = 0
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length)
      length += bytesRead
      if (bytesRead === 0 || length === buffer.length) return buffer.subarray(0, length)
    }
  } finally {
    await handle.close()
  }
}

async function readStandardInput(): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of process.stdin) {
    chunks.push(Buffer.from(chunk))
    length += chunk.length
    if (length > MAX_INPUT_BYTES) break
  }
  return Buffer.concat(chunks)
}

process.exitCode = await main()
