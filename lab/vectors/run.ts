/** Runs suites of test vectors in workerd, some items at a time: a large suite has tens of megabytes. */
import { fileURLToPath } from 'node:url'
import { Log, LogLevel, Miniflare } from 'miniflare'
import { unstable_readConfig as readConfig } from 'wrangler'
import { bundleWorker } from '../../local/modules.ts'
import { listFiles } from './files.ts'
import { type Command, findSuites, type Suite } from './formats.ts'
import { type SuiteReport, tally, type Verdict } from './report.ts'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))
const BATCH = 50

export async function runVectors(command: Command, directory: string): Promise<readonly SuiteReport[]> {
  const suites = findSuites(command, listFiles(directory))
  const workerd = await startJudge()
  try {
    const reports: SuiteReport[] = []
    for (const suite of suites) reports.push(tally(suite.name, await judge(suite, workerd)))
    return reports
  } finally {
    await workerd.dispose()
  }
}

async function judge({ judge: name, items }: Suite, workerd: Miniflare): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = []
  for (let at = 0; at < items.length; at += BATCH) {
    const body = JSON.stringify(items.slice(at, at + BATCH))
    const response = await workerd.dispatchFetch(`http://judge/${name}`, { method: 'POST', body })
    if (!response.ok) throw new Error(`Cannot judge ${name}: status ${response.status}`)
    // What our own Worker sends.
    verdicts.push(...((await response.json()) as readonly Verdict[]))
  }
  return verdicts
}

/** A Worker with the gate's compatibility settings and nothing bound to it. */
async function startJudge(): Promise<Miniflare> {
  const modules = await bundleWorker(fileURLToPath(new URL('./judge-worker.ts', import.meta.url)))
  // Wrangler's published types end in a package it does not ship; wrangler.toml has both.
  const config: { compatibility_date: string; compatibility_flags: string[] } = readConfig({
    config: `${PROJECT}wrangler.toml`,
  })
  return new Miniflare({
    enableDevRegistry: false,
    cf: false,
    log: new Log(LogLevel.NONE),
    logRequests: false,
    workers: [
      {
        config: {
          name: 'judge',
          compatibilityDate: config.compatibility_date,
          compatibilityFlags: config.compatibility_flags,
          manifest: { ...modules, modulesRoot: PROJECT },
        },
      },
    ],
  })
}
