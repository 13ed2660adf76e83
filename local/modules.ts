import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { build, type Plugin } from 'esbuild'

/** A module of a Worker, as Miniflare takes it. */
export interface WorkerModule {
  readonly type: 'esm' | 'wasm' | 'data' | 'text'
  readonly contents: string | Uint8Array<ArrayBuffer>
}

export interface WorkerModules {
  readonly mainModule: string
  readonly modules: Readonly<Record<string, WorkerModule>>
}

/** Wrangler's default module rules: what these endings import as. Everything else is bundled. */
const KINDS: Readonly<Record<string, 'wasm' | 'data' | 'text'>> = {
  '.wasm': 'wasm',
  '.bin': 'data',
  '.txt': 'text',
  '.html': 'text',
}

/** Bundles a Worker from its entry as `wrangler deploy` does: one script, and beside it what is no script. */
export async function bundleWorker(entry: string): Promise<WorkerModules> {
  const beside: Record<string, WorkerModule> = {}
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    sourcemap: 'inline',
    logLevel: 'silent',
    plugins: [modulesBeside(beside)],
  })
  const script = result.outputFiles[0]
  if (!script) throw new Error(`Cannot bundle ${entry}: no output`)
  return {
    mainModule: 'index.js',
    modules: { 'index.js': { type: 'esm', contents: script.text }, ...beside },
  }
}

/** A Worker that is one script already. */
export function scriptWorker(script: string): WorkerModules {
  return { mainModule: 'index.js', modules: { 'index.js': { type: 'esm', contents: script } } }
}

function modulesBeside(found: Record<string, WorkerModule>): Plugin {
  return {
    name: 'modules-beside',
    setup(bundler) {
      bundler.onResolve({ filter: /\.(wasm|bin|txt|html)(\?module)?$/ }, async ({ path, resolveDir }) => {
        const file = resolve(resolveDir, path.replace(/\?module$/, ''))
        const type = KINDS[file.slice(file.lastIndexOf('.'))] ?? 'data'
        const bytes = new Uint8Array(await readFile(file))
        // Two folders may hold files of one name: the count keeps them apart.
        const name = `${Object.keys(found).length}-${basename(file)}`
        found[name] = { type, contents: type === 'text' ? new TextDecoder().decode(bytes) : bytes }
        return { path: `./${name}`, external: true }
      })
    },
  }
}
