/** Libraries that programs are written with: each is given the same little program in its own words. */
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { RealClient, Target } from './clients.ts'
import { programAt, run } from './run.ts'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))
/** Debian's: the one on the PATH may be somebody's own, without Debian's libraries. */
const PYTHON = '/usr/bin/python3'

interface Library {
  readonly name: string
  readonly program: string
  /** Arguments before the program's text. */
  readonly argv: readonly string[]
  /** Prints its version, and fails where the library is not there. */
  readonly version: string
  /** Asks for `path`; sends `form` where it is not empty. */
  readonly text: string
}

/** For each path after another; the form goes with a path that is given twice. */
const NODE = ['--input-type=module', '-e']
const PATHS = `const paths = process.argv.slice(1), origin = process.env.ORIGIN, form = 'username=invented&password=invented';`

function node(name: string, version: string, setup: string, ask: string): Library {
  const text = `${setup}${PATHS}let before;for (const path of paths) { const posts = path === before; before = path; ${ask} }`
  return { name, program: process.execPath, argv: NODE, version, text }
}

const FORM_TYPE = `{ 'content-type': 'application/x-www-form-urlencoded' }`

function python(name: string, version: string, setup: string, ask: string): Library {
  const lines = [
    'import os, sys, ssl',
    'origin, authority, before = os.environ["ORIGIN"], os.environ["AUTHORITY"], None',
    'form = {"username": "invented", "password": "invented"}',
    setup,
    'for path in sys.argv[1:]:',
    '    posts, before = path == before, path',
    ...ask.split('\n').map((line) => `    ${line}`),
  ]
  return { name, program: PYTHON, argv: ['-c'], version, text: lines.join('\n') }
}

const TABLE: readonly Library[] = [
  node(
    'node-fetch',
    'console.log(process.version)',
    '',
    `await (await fetch(origin + path, posts ? { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' } : {})).text()`,
  ),
  node(
    'node-https',
    'console.log(process.version)',
    `import { request } from 'node:https';`,
    `await new Promise((done) => { const one = request(origin + path, posts ? { method: 'POST', headers: ${FORM_TYPE} } : {}, (answer) => answer.resume().on('end', done)); one.end(posts ? form : undefined) })`,
  ),
  node(
    'axios',
    `import axios from 'axios'; console.log(axios.VERSION)`,
    `import axios from 'axios';`,
    `await (posts ? axios.post(origin + path, form, { maxRedirects: 0, validateStatus: null }) : axios.get(origin + path))`,
  ),
  node(
    'got',
    `import 'got'; console.log('${versionIn('got')}')`,
    `import got from 'got';`,
    `await (posts ? got.post(origin + path, { body: form, headers: ${FORM_TYPE}, followRedirect: false }) : got(origin + path))`,
  ),
  node(
    'undici',
    `import 'undici'; console.log('${versionIn('undici')}')`,
    `import { request } from 'undici';`,
    `await (await request(origin + path, posts ? { method: 'POST', body: form, headers: ${FORM_TYPE} } : {})).body.text()`,
  ),
  python(
    'python-urllib',
    'import sys; print(sys.version.split()[0])',
    'from urllib.request import urlopen\nfrom urllib.parse import urlencode\ncontext = ssl.create_default_context(cafile=authority)',
    'urlopen(origin + path, urlencode(form).encode() if posts else None, context=context).read()',
  ),
  python(
    'python-http-client',
    'import sys; print(sys.version.split()[0])',
    'from http.client import HTTPSConnection\nfrom urllib.parse import urlencode\nlink = HTTPSConnection(origin[8:], context=ssl.create_default_context(cafile=authority))',
    'link.request("POST", path, urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"}) if posts else link.request("GET", path)\nlink.getresponse().read()',
  ),
  python(
    'python-requests',
    'import requests; print(requests.__version__)',
    'import requests\nsession = requests.Session()\nsession.verify = authority',
    'session.post(origin + path, data=form) if posts else session.get(origin + path)',
  ),
  python(
    'python-httpx',
    'import httpx; print(httpx.__version__)',
    'import httpx\nsession = httpx.Client(verify=authority)',
    'session.post(origin + path, data=form) if posts else session.get(origin + path)',
  ),
  python(
    'python-aiohttp',
    'import aiohttp; print(aiohttp.__version__)',
    [
      'import aiohttp, asyncio',
      'context = ssl.create_default_context(cafile=authority)',
      'async def ask(path, posts):',
      '    async with aiohttp.ClientSession() as session:',
      '        one = session.post(origin + path, data=form, ssl=context) if posts else session.get(origin + path, ssl=context)',
      '        async with one as answer: await answer.read()',
    ].join('\n'),
    'asyncio.run(ask(path, posts))',
  ),
]

const TASKS = {
  single: ['/login'],
  session: ['/login', '/login', '/account', '/api/accounts'],
  calls: Array.from({ length: 12 }, (_, at) => `/api/accounts?page=${at}`),
} as const satisfies Record<string, readonly string[]>

export const LIBRARIES: readonly RealClient[] = TABLE.map(({ name, program, argv, version, text }) => ({
  ...{ name, kind: 'library' },
  async version() {
    if (programAt(program) === undefined) return undefined
    const { code, out } = await run(program, [...argv, version], environment())
    return code === 0 ? out.trim().slice(0, 80) : undefined
  },
  tasks: Object.fromEntries(
    Object.entries(TASKS).map(([task, paths]) => [
      task,
      async (target: Target) => {
        await run(program, [...argv, text, ...paths], environment(target))
      },
    ]),
  ),
}))

function environment(target?: Target): NodeJS.ProcessEnv {
  // Modules named on a command line are looked for from where it runs, which is the project.
  process.chdir(PROJECT)
  if (target === undefined) return {}
  const { origin: ORIGIN, authority: AUTHORITY } = target
  // The environment goes before what a requests session is told.
  return { ORIGIN, AUTHORITY, NODE_EXTRA_CA_CERTS: AUTHORITY, REQUESTS_CA_BUNDLE: AUTHORITY }
}

function versionIn(name: string): string {
  try {
    const found: unknown = createRequire(import.meta.url)(`${PROJECT}/node_modules/${name}/package.json`)
    return typeof found === 'object' && found !== null && 'version' in found ? String(found.version) : ''
  } catch {
    return ''
  }
}
