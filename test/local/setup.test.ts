import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const SETUP = fileURLToPath(new URL('../../local/setup.mjs', import.meta.url))
const PROJECT = fileURLToPath(new URL('../..', import.meta.url))
const VERSION = fileURLToPath(new URL('../../local/node-version.mjs', import.meta.url))

let project: string
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'portcullis-setup-'))
  cpSync(SETUP, join(project, 'local', 'setup.mjs'))
  lock('package-lock.json', {
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '1.0.0', optional: true },
  })
})
afterEach(() => rmSync(project, { recursive: true }))

type Packages = Readonly<Record<string, { readonly version: string; readonly optional?: boolean }>>

function lock(name: string, packages: Packages): void {
  mkdirSync(join(project, 'node_modules', '.bin'), { recursive: true })
  writeFileSync(join(project, name), JSON.stringify({ packages: { '': {}, ...packages } }))
}

/** Stands where npm stands, and writes down how it was called. */
function fakeNpm(): string {
  const folder = join(project, 'bin')
  mkdirSync(folder)
  writeFileSync(join(folder, 'npm'), `#!/bin/sh\necho "npm $*" >> "${project}/called"\necho progress\n`)
  chmodSync(join(folder, 'npm'), 0o755)
  return folder
}

function setup(settings: Readonly<Record<string, string>> = {}): {
  status: number | null
  stdout: string
  stderr: string
  called: string
} {
  const PATH = [join(project, 'node_modules', '.bin'), fakeNpm(), process.env.PATH].join(':')
  // Whoever runs the tests may have set it.
  const { npm_config_ignore_scripts: _, ...others } = process.env
  const env = { ...others, ...settings, PATH }
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(project, 'local', 'setup.mjs')], {
    env,
    encoding: 'utf8',
  })
  let called = ''
  try {
    called = readFileSync(join(project, 'called'), 'utf8')
  } catch {
    // npm was not called.
  }
  return { status, stdout, stderr, called }
}

describe('setup', () => {
  it('does nothing, and says nothing, when what the lock file asks for is there', () => {
    lock('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.0' } })
    expect(setup()).toEqual({ status: 0, stdout: '', stderr: '', called: '' })
  })

  it.each<[string, Packages]>([
    ['lacks a package', {}],
    ['has another version', { 'node_modules/a': { version: '0.9.0' } }],
  ])('installs, the tools included, when node_modules %s', (_name, packages) => {
    lock('node_modules/.package-lock.json', packages)
    expect(setup().called).toMatch(/^npm ci --include=dev /)
  })

  // npm hands --ignore-scripts=false on as an empty variable, and the npm below it obeyed ~/.npmrc instead.
  it.each(['', 'false'])('has scripts run when it was asked to: npm_config_ignore_scripts=%j', (asked) => {
    expect(setup({ npm_config_ignore_scripts: asked }).called).toContain(' --ignore-scripts=false ')
  })

  it.each([{}, { npm_config_ignore_scripts: 'true' }])('leaves it to npm otherwise: %j', (settings) => {
    expect(setup(settings).called).not.toContain('--ignore-scripts')
  })

  it('leaves standard output to the script that follows', () => {
    const { stdout, stderr } = setup()
    expect(stdout).toBe('')
    expect(stderr).toContain('progress')
  })
})

describe('node-version', () => {
  it('lets a new Node pass without a word', () => {
    const { status, stderr } = spawnSync(process.execPath, ['--import', VERSION, '-e', ''], {
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([0, ''])
  })

  it('stops an old one and says what to do', () => {
    // The version is read from process.versions, which a preload may dress up as an old one's.
    const disguise = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.9.0'})"
    const args = ['--import', disguise, '--import', VERSION, '-e', '']
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect(status).toBe(1)
    expect(stderr).toMatch(/needs Node 22 or newer, and this is Node 20\.9\.0[\s\S]*ignore-scripts/)
  })

  // `npm test` of a bare clone said only "vitest: not found" where npm skips the script that sets up.
  it('says what is missing where nothing was set up, and how to set up', () => {
    cpSync(VERSION, join(project, 'local', 'node-version.mjs'))
    const args = [join(project, 'local', 'node-version.mjs')]
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect(status).toBe(1)
    expect(stderr).toMatch(
      /not set up: node_modules.*, wasm.*, dist.* missing\.[\s\S]*npm run setup --ignore-scripts=false/,
    )
  })

  it.each(['start', 'test', 'check', 'deploy'])('is asked first by npm run %s', (name) => {
    const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'))
    expect(scripts[name]).toMatch(/^node (?:--import \.\/)?local\/node-version\.mjs /)
  })
})
