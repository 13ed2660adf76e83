/**
 * `npm run capture [-- NAME…] [--folder DIR]`: real third-party clients on loopback against the local edge; what each sent is
 * written to `lab/captures/NAME.json`, which the generator of traffic draws from. Those that this machine lacks are named.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { CAPTURES, type Capture, type CapturedSession } from './capture/capture.ts'
import { CLIENTS, type RealClient } from './capture/clients.ts'
import { type Recorder, startRecorder } from './capture/recorder.ts'

const USAGE = 'Usage: npm run capture [-- NAME…] [--folder DIR]'

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { folder: { type: 'string', default: CAPTURES } },
    allowPositionals: true,
  })
  const unknown = positionals.find((name) => CLIENTS.every((client) => client.name !== name))
  if (unknown !== undefined) throw new Error(`no client is called ${unknown}`)
  // npm runs scripts in the package's folder and leaves the caller's in INIT_CWD.
  const folder = resolve(process.env.INIT_CWD ?? '.', values.folder)
  mkdirSync(folder, { recursive: true })
  const recorder = await startRecorder()
  try {
    for (const client of CLIENTS) {
      if (positionals.length > 0 && !positionals.includes(client.name)) continue
      const capture = await record(client, recorder)
      if (capture === undefined) process.stderr.write(`skipped: this machine has no ${client.name}\n`)
      else writeFileSync(join(folder, `${client.name}.json`), `${JSON.stringify(capture, undefined, 2)}\n`)
    }
  } finally {
    await recorder.close()
  }
}

async function record(client: RealClient, recorder: Recorder): Promise<Capture | undefined> {
  const version = await client.version()
  if (version === undefined) return undefined
  const sessions: CapturedSession[] = []
  for (const [task, visit] of Object.entries(client.tasks)) {
    await visit(recorder)
    const requests = recorder.taken()
    process.stderr.write(`${client.name}, ${task}: ${requests.length} requests\n`)
    if (requests.length > 0) sessions.push({ task, requests })
  }
  const recorded = new Date().toISOString().slice(0, 10)
  return { client: client.name, version, kind: client.kind, recorded, sessions }
}

try {
  await main()
} catch (error) {
  process.stderr.write(
    `Cannot capture: ${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`,
  )
  process.exitCode = 2
}
