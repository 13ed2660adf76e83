/** What matching an operation and validating a body cost in workerd, against ajv's own code for the same schemas alone. */
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { startWorkers } from '../../local/workerd.ts'
import { compileSpecifications } from '../specs/compile.ts'
import { moduleOf } from '../specs/module.ts'
import { BODIES, benchDocuments } from './inventory-bodies.ts'
import { plainModule } from './inventory-plain.ts'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))

export interface InventoryFigures {
  /** One of 2,000 operations, by its path. */
  readonly match_us: number
  readonly match_miss_us: number
  /** The demo bank's own operations. */
  readonly match_own_us: number
  /** By body: a parsed body of about 1 kB, with undeclared members looked for, over ajv alone. */
  readonly validate_ratio_to_ajv: number
  readonly validate_ratios: Readonly<Record<string, number>>
  readonly validate_us: Readonly<Record<string, number>>
  /** Everything about one request of that body: parameters, headers, strict JSON, schema, undeclared members. */
  readonly request_us: Readonly<Record<string, number>>
  readonly json_parse_us: Readonly<Record<string, number>>
}

/** Other work on the machine only ever adds time: the least of several rounds is nearest to the truth. */
const ROUNDS = 15
const TIMES = 20_000

const LOOPS = ['match_many', 'miss_many', 'match_own'] as const
const LOOPS_BY_BODY = ['plain', 'ours', 'request', 'parse'] as const

export async function benchInventory(rounds = ROUNDS): Promise<InventoryFigures> {
  const workers = await startWorkers({ script: await script(), bank: { script: '' }, quiet: true })
  const { host, port } = workers.gate
  try {
    const byBody = BODIES.flatMap(({ name }) => LOOPS_BY_BODY.map((loop) => `${loop} ${name}`))
    const least = await leastOf(`http://${host}:${port}/`, [...LOOPS, ...byBody], rounds)
    const of = (name: string) => least.get(name) ?? Number.NaN
    const column = (pick: (name: string) => number) =>
      Object.fromEntries(BODIES.map(({ name }) => [name, Number(pick(name).toFixed(3))]))
    const ratios = column((name) => of(`ours ${name}`) / of(`plain ${name}`))
    return {
      match_us: of('match_many'),
      match_miss_us: of('miss_many'),
      match_own_us: of('match_own'),
      validate_ratio_to_ajv: Math.max(...Object.values(ratios)),
      validate_ratios: ratios,
      validate_us: column((name) => of(`ours ${name}`)),
      request_us: column((name) => of(`request ${name}`)),
      json_parse_us: column((name) => of(`parse ${name}`)),
    }
  } finally {
    await workers.close()
  }
}

/** Microseconds for one turn of each loop. By turns, so that the machine's moods meet all of them. */
async function leastOf(
  url: string,
  loops: readonly string[],
  rounds: number,
): Promise<ReadonlyMap<string, number>> {
  const least = new Map<string, number>()
  const ask = (name: string) => {
    const [loop, body = ''] = name.split(' ')
    return time(`${url}?loop=${loop}&body=${body}&times=${loop === 'none' ? 0 : TIMES}`)
  }
  for (const name of loops) await ask(name)
  for (let round = 0; round < rounds; round++) {
    for (const name of ['none', ...loops])
      least.set(name, Math.min(least.get(name) ?? Number.POSITIVE_INFINITY, await ask(name)))
  }
  const idle = least.get('none') ?? 0
  return new Map(
    [...least].map(([name, took]) => [name, Number(((1_000 * (took - idle)) / TIMES).toFixed(3))]),
  )
}

async function time(url: string): Promise<number> {
  const startedAt = performance.now()
  const response = await fetch(url)
  const took = performance.now() - startedAt
  if (!response.ok) throw new Error(`Cannot bench the inventory: status ${response.status} for ${url}`)
  return took
}

/** The worker with the documents, compiled as `npm run specs` does and as ajv does by itself. */
async function script(): Promise<string> {
  const documents = await benchDocuments()
  const sources = Object.entries(documents).map(([file, document]) => ({
    file,
    bytes: Buffer.from(JSON.stringify(document)),
  }))
  const compiled = await compileSpecifications(sources)
  const paths = compiled.tables.operations
    .filter(({ method }) => method === 'POST')
    .map(({ path }) => path.replace(/\{\w+\}/g, 'a1'))
  const modules: Readonly<Record<string, string>> = {
    'bench:specification': `${await moduleOf(compiled, 'bench')}
      export const bodies = ${JSON.stringify(BODIES)}
      export const paths = ${JSON.stringify(paths)}`,
    'bench:plain': plainModule(documents),
  }
  const result = await build({
    entryPoints: [fileURLToPath(new URL('./inventory-worker.js', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*'],
    logLevel: 'silent',
    plugins: [virtual(modules)],
  })
  const [output] = result.outputFiles
  if (output === undefined) throw new Error('Cannot bundle the bench: no output')
  return output.text
}

function virtual(modules: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'virtual',
    setup(bundler) {
      bundler.onResolve({ filter: /^bench:/ }, ({ path }) => ({ path, namespace: 'bench' }))
      bundler.onLoad({ filter: /.*/, namespace: 'bench' }, ({ path }) => ({
        contents: modules[path] ?? '',
        resolveDir: PROJECT,
      }))
    },
  }
}
