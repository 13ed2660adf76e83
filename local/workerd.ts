import { fileURLToPath } from 'node:url'
import { Log, LogLevel, Miniflare, type MiniflareOptions } from 'miniflare'
import { unstable_readConfig as readConfig } from 'wrangler'
import { bundleWorker, scriptWorker, type WorkerModules } from './modules.ts'
import type { Internet } from './tpp/internet.ts'

// Whoever starts Workers and asks them without the edge brings its own `request.cf` in this header.
export { CF_BLOB_HEADER } from './edge/request-cf.ts'

const PROJECT = fileURLToPath(new URL('..', import.meta.url))

const FRONT = 'front'

type WorkerOptions = MiniflareOptions['workers'][number]
type WorkerConfig = WorkerOptions['config']
type Bindings = NonNullable<WorkerConfig['env']>

/** What is read of wrangler.toml. Wrangler has validated it; its published types end in a package it does not ship. */
interface WranglerConfig {
  readonly name: string
  readonly main: string
  readonly compatibility_date: string
  readonly compatibility_flags: string[]
  readonly vars: Readonly<Record<string, Json>>
  readonly kv_namespaces: readonly { readonly binding: string }[]
  readonly analytics_engine_datasets: readonly { readonly binding: string; readonly dataset?: string }[]
  readonly durable_objects: {
    readonly bindings: readonly { readonly name: string; readonly class_name: string }[]
  }
  readonly services?: readonly { readonly binding: string }[]
  readonly migrations: readonly { readonly new_sqlite_classes?: readonly string[] }[]
}

export type Json = Extract<Bindings[string], { type: 'json' }>['value']

/** What stands behind the service binding `BANK`. */
export type Bank =
  /** The demo bank, or one like it: exports the Durable Object `Bank`. */
  | { readonly entry: string }
  | { readonly script: string }
  /** Any HTTP server, as `host:port`: an origin that is down, slow or strange. */
  | { readonly address: string }

export interface WorkersOptions {
  /** The gate's entry; the project's own when left out. */
  readonly entry?: string
  /** A gate in one script, bundled already or a fixture; wins over `entry`. */
  readonly script?: string
  /** Bindings and compatibility come from here; the project's own wrangler.toml when left out. */
  readonly configPath?: string
  readonly bank?: Bank
  /** Over the vars of wrangler.toml. */
  readonly vars?: Readonly<Record<string, Json>>
  /** Plain text bindings here; a deployed gate has them by `wrangler secret put`. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Folder for KV and SQLite objects. Left out: everything is forgotten at the end. */
  readonly persistTo?: string
  readonly port?: number
  /** Answers whatever the gate fetches by its address; the machine's own network when left out. */
  readonly internet?: Internet
  /** What workerd writes to standard output and error; kept quiet in tests that break things on purpose. */
  readonly quiet?: boolean
  /** Gets what workerd writes, line by line, instead of the terminal. */
  readonly log?: (line: LogLine) => void
}

export interface LogLine {
  /** `error`, `warn`, `info` and so on, as the console's method was called; workerd's own troubles are errors. */
  readonly level: string
  readonly message: string
}

export interface Address {
  readonly host: string
  readonly port: number
}

export interface Workers {
  /** Plain HTTP, nothing altered on the way: for the edge and for tests that bring their own `request.cf`. */
  readonly gate: Address
  /** The same for the edge: takes absolute targets, as a forward proxy does, so that `request.url` says https. */
  readonly front: Address
  readonly mf: Miniflare
  close(): Promise<void>
}

/** Starts the gate, and the bank behind it, in workerd. */
export async function startWorkers(options: WorkersOptions = {}): Promise<Workers> {
  const config: WranglerConfig = readConfig({ config: options.configPath ?? `${PROJECT}wrangler.toml` })
  const gate =
    options.script === undefined
      ? await bundleWorker(options.entry ?? config.main)
      : scriptWorker(options.script)
  const bank = options.bank ?? { entry: `${PROJECT}local/bank/index.ts` }
  const log = options.log ?? (options.quiet ? () => {} : undefined)
  const workers = [gateWorker(config, gate, options, bank), frontWorker(config)]
  if (!('address' in bank)) workers.push(await bankWorker(config, bank))
  const mf = new Miniflare({
    // The registry would write to the home folder and let other Workers of this machine be found; nobody needs either.
    enableDevRegistry: false,
    // Otherwise Miniflare asks Cloudflare where this machine is. The edge says that, and no tool of ours calls out.
    cf: false,
    log: new Log(options.quiet ? LogLevel.NONE : LogLevel.WARN),
    logRequests: false,
    ...(log === undefined ? {} : { handleStructuredLogs: log }),
    ...(options.persistTo === undefined ? {} : { resourcePersistencePath: options.persistTo }),
    workers,
  })
  const [direct, front] = [await mf.unsafeGetDirectURL(config.name), await mf.unsafeGetDirectURL(FRONT)]
  return {
    gate: { host: direct.hostname, port: Number(direct.port) },
    front: { host: front.hostname, port: Number(front.port) },
    mf,
    close: () => mf.dispose(),
  }
}

function gateWorker(
  config: WranglerConfig,
  modules: WorkerModules,
  options: WorkersOptions,
  bank: Bank,
): WorkerOptions {
  return {
    config: {
      name: config.name,
      ...compatibility(config),
      manifest: { ...modules, modulesRoot: PROJECT },
      env: gateBindings(config, options, bank),
      exports: durableObjects(config),
    },
    dev: {
      // Miniflare gives every direct socket workerd's `cfBlobHeader`, under the name in edge/request-cf.ts: workerd makes
      // `request.cf` of it and takes it off, so the Worker sees no trace. Whoever reaches this socket chooses its own
      // `request.cf`: it listens on loopback only, and the edge strips what clients send.
      unsafeDirectSockets: [{ host: '127.0.0.1', port: options.port ?? 0 }],
      // A deployed Worker's fetch to an origin outside carries CF-Connecting-IP; Miniflare would take it off.
      stripCfConnectingIp: false,
      ...(options.internet === undefined
        ? {}
        : { outboundService: { type: 'fetcher', handler: options.internet } }),
    },
  }
}

/**
 * A Worker has one direct socket for each entrypoint. This one is never reached: it holds the gate's second socket,
 * in workerd's proxy style, because only there does the request line carry the scheme that the client used.
 */
function frontWorker(config: WranglerConfig): WorkerOptions {
  return {
    config: {
      name: FRONT,
      ...compatibility(config),
      manifest: { ...scriptWorker('export default {}'), modulesRoot: PROJECT },
    },
    dev: { unsafeDirectSockets: [{ host: '127.0.0.1', port: 0, serviceName: config.name, proxy: true }] },
  }
}

async function bankWorker(
  config: WranglerConfig,
  bank: Exclude<Bank, { address: string }>,
): Promise<WorkerOptions> {
  const modules = 'script' in bank ? scriptWorker(bank.script) : await bundleWorker(bank.entry)
  return {
    config: {
      name: 'bank',
      ...compatibility(config),
      manifest: { ...modules, modulesRoot: PROJECT },
      // The demo bank is one object (local/bank); a bank in one script has no state.
      ...('script' in bank
        ? {}
        : {
            env: { BANK_STATE: { type: 'durable-object', worker: 'bank', exportName: 'Bank' } },
            exports: { Bank: { type: 'durable-object', storage: 'sqlite' } },
          }),
    },
  }
}

function compatibility(
  config: WranglerConfig,
): Pick<WorkerConfig, 'compatibilityDate' | 'compatibilityFlags'> {
  return {
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: config.compatibility_flags,
  }
}

/** wrangler.toml's bindings, in the words of Miniflare 5. */
function gateBindings(config: WranglerConfig, options: WorkersOptions, bank: Bank): Bindings {
  const bindings: Bindings = {}
  for (const [name, value] of Object.entries({ ...config.vars, ...options.vars })) {
    bindings[name] = typeof value === 'string' ? { type: 'text', value } : { type: 'json', value }
  }
  for (const [name, value] of Object.entries(options.secrets ?? {})) bindings[name] = { type: 'text', value }
  for (const { binding } of config.kv_namespaces) bindings[binding] = { type: 'kv', id: binding }
  for (const { binding, dataset } of config.analytics_engine_datasets) {
    bindings[binding] = { type: 'analytics-engine-dataset', name: dataset ?? binding }
  }
  for (const { name, class_name: exportName } of config.durable_objects.bindings) {
    bindings[name] = { type: 'durable-object', worker: config.name, exportName }
  }
  for (const { binding } of config.services ?? []) {
    bindings[binding] =
      'address' in bank
        ? { type: 'external', address: bank.address, http: {} }
        : { type: 'worker', worker: 'bank' }
  }
  return bindings
}

function durableObjects(config: WranglerConfig): NonNullable<WorkerConfig['exports']> {
  const sqlite = config.migrations.flatMap((migration) => migration.new_sqlite_classes ?? [])
  return Object.fromEntries(sqlite.map((name) => [name, { type: 'durable-object', storage: 'sqlite' }]))
}
