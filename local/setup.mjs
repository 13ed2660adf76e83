// Runs before every npm script that needs the tools: installs what is missing or stale, builds the scorer. Plain
// JavaScript for Node 20, because it runs before there is anything else. Standard output belongs to the script that
// follows, and some print JSON there: everything here goes to standard error.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PROJECT = fileURLToPath(new URL('..', import.meta.url))
const MODULES = join(PROJECT, 'node_modules')
const NODE = join(MODULES, '.bin', 'node')
const SCORER = join(PROJECT, 'wasm', 'build', 'scorer.wasm')
const SPECIFICATIONS = join(PROJECT, 'dist', 'specifications.js')
const DEMO_BANK = join('local', 'bank', 'openapi.json')
const NEEDED_NODE = 22

if (!isInstalled() || !usableNode()) install()
const node = usableNode() ?? failWithoutNode()
if (scorerIsStale()) buildScorer(node)
if (specificationsAreStale()) compileSpecifications(node)

/** npm writes what it installed; that is compared with what the lock file asks for. */
function isInstalled() {
  const wanted = readLock(join(PROJECT, 'package-lock.json'))
  const installed = readLock(join(MODULES, '.package-lock.json'))
  if (!wanted || !installed) return false
  return Object.entries(wanted).every(([path, entry]) => {
    const found = installed[path]
    // Packages for other machines are optional, and not installed on this one.
    if (path === '' || (!found && entry.optional)) return true
    return found?.version === entry.version && found?.integrity === entry.integrity
  })
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages
  } catch {
    return undefined
  }
}

function install() {
  say('Installing the packages of package-lock.json (the first time takes a minute)')
  // NODE_ENV=production would leave out the tools, and npm ci removes the Node that may be running this.
  // .npmrc keeps npm quiet for the sake of --json; a failed installation must say why.
  const quiet = ['--no-audit', '--no-fund', '--loglevel=notice']
  run('npm', ['ci', '--include=dev', ...scriptsAsAsked(), ...quiet], { PATH: pathWithoutModules() })
}

/**
 * `npm run setup --ignore-scripts=false` arrives as an empty variable, which the inner npm takes for none: it would obey
 * ~/.npmrc again, and fetch no Node.
 */
function scriptsAsAsked() {
  const asked = process.env.npm_config_ignore_scripts
  return asked === undefined || asked === 'true' ? [] : ['--ignore-scripts=false']
}

function pathWithoutModules() {
  const parts = (process.env.PATH ?? '').split(delimiter)
  return parts.filter((part) => !part.endsWith(join('node_modules', '.bin'))).join(delimiter)
}

/** The Node that the next script runs on: npm puts node_modules/.bin first on its PATH. */
function usableNode() {
  const version = spawnSync(NODE, ['--version'], { encoding: 'utf8' }).stdout ?? ''
  if (major(version) >= NEEDED_NODE) return NODE
  if (major(process.version) >= NEEDED_NODE) return process.execPath
  return undefined
}

function failWithoutNode() {
  fail(
    `Node ${NEEDED_NODE} is missing: the package "node" is installed without its program, which a script of that`,
    'package fetches. npm skips such scripts when it is set to ignore-scripts=true. Either:',
    '  npm run setup --ignore-scripts=false    fetches it, or',
    `  put Node ${NEEDED_NODE} on the PATH.`,
  )
}

function major(version) {
  return Number(/^v(\d+)\./.exec(version)?.[1] ?? 0)
}

function scorerIsStale() {
  const sources = join(PROJECT, 'wasm', 'assembly')
  if (!existsSync(sources)) return false
  if (!existsSync(SCORER)) return true
  const built = statSync(SCORER).mtimeMs
  const files = readdirSync(sources, { recursive: true }).map((name) => join(sources, name))
  return [...files, join(PROJECT, 'wasm', 'asconfig.json')].some((file) => statSync(file).mtimeMs > built)
}

function buildScorer(program) {
  say('Building the scorer')
  const compiler = join(MODULES, 'assemblyscript', 'bin', 'asc.js')
  run(program, [compiler, '--config', join('wasm', 'asconfig.json'), '--target', 'release'])
}

/** An operator's own specifications are made by `npm run specs`, and are not touched here. */
function specificationsAreStale() {
  const compiler = join(PROJECT, 'lab', 'specs.ts')
  if (!existsSync(compiler)) return false
  if (!existsSync(SPECIFICATIONS)) return true
  const [firstLine = ''] = readFileSync(SPECIFICATIONS, 'utf8').split('\n', 1)
  if (!firstLine.endsWith(`of ${basename(DEMO_BANK)} (Demo Bank 1.0.0)`)) return false
  const built = statSync(SPECIFICATIONS).mtimeMs
  const folders = [join(PROJECT, 'lab', 'specs'), join(PROJECT, 'src', 'inventory', 'specs')]
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((name) => join(folder, name)),
  )
  return [...files, compiler, join(PROJECT, DEMO_BANK)].some((file) => statSync(file).mtimeMs > built)
}

function compileSpecifications(program) {
  say("Compiling the demo bank's specification")
  run(program, [join('lab', 'specs.ts'), DEMO_BANK, '--out', SPECIFICATIONS], { INIT_CWD: PROJECT })
}

function run(program, args, env = {}) {
  const { status, error } = spawnSync(program, args, {
    cwd: PROJECT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 2, 2],
    // On Windows npm is a script of the shell.
    shell: process.platform === 'win32',
  })
  if (status !== 0)
    fail(`Cannot set up: ${program} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`)
}

function say(text) {
  process.stderr.write(`portcullis: ${text}\n`)
}

function fail(...lines) {
  say(lines.join('\n'))
  process.exit(1)
}
