/** The shape of the house (docs/decisions.md), held by reading every import and every forbidden word in `src/`. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')
const SRC = join(ROOT, 'src')

interface Import {
  readonly from: string
  readonly typeOnly: boolean
}

interface Source {
  /** Path below src/, with forward slashes. */
  readonly path: string
  /** First folder below src/, or the file's own name at the top. */
  readonly room: string
  readonly text: string
  /** Text without comments and string contents: what the code does. */
  readonly code: string
  readonly imports: readonly Import[]
}

/** An import, or an export that passes another file's names on. */
const IMPORT =
  /^(?:import|export(?=\s+(?:type\s+)?[*{][^;'=]*\bfrom\b))\s+(type\s+)?([^'";=]*?)\s*(?:from\s*)?'([^']+)'/gm

function readSource(file: string): Source {
  const path = relative(SRC, file).replaceAll('\\', '/')
  const text = readFileSync(file, 'utf8')
  const imports = [...text.matchAll(IMPORT)].map(([, type, names = '', from = '']) => ({
    from: from.startsWith('.') ? relative(SRC, resolve(dirname(file), from)).replaceAll('\\', '/') : from,
    typeOnly: type !== undefined || onlyTypes(names),
  }))
  const room = path.includes('/') ? (path.split('/')[0] ?? path) : path
  return { path, room, text, code: withoutProse(text), imports }
}

function onlyTypes(names: string): boolean {
  const braces = /^\{([^}]*)\}$/s.exec(names.trim())
  const listed = braces?.[1]
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return listed !== undefined && listed.length > 0 && listed.every((name) => name.startsWith('type '))
}

function withoutProse(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '$1')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
}

const SOURCES: readonly Source[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readSource(join(SRC, name)))

/** Where values of rooms meet. */
const MEETING_PLACES = [
  'guard.ts',
  'clearance.ts',
  'consents.ts',
  'lessons.ts',
  'enrolment.ts',
  'erasure.ts',
  'house.ts',
  'documents.ts',
  'signing.ts',
  'apps.ts',
  'visibility.ts',
  'app.ts',
  'index.ts',
]
const ROOMS = [
  'exchange',
  'identify',
  'match',
  'verify',
  'dialects',
  'observe',
  'score',
  'decide',
  'respond',
  'record',
  'operator',
  'inventory',
]

function offenders(breaks: (source: Source) => boolean): readonly string[] {
  return SOURCES.filter(breaks).map((source) => source.path)
}

describe('which way imports run', () => {
  it('finds the house it is meant to hold', () => {
    expect(SOURCES.length).toBeGreaterThan(40)
    expect(SOURCES.some((source) => source.imports.length > 5)).toBe(true)
  })

  it('lib/ imports nothing of ours', () => {
    expect(
      offenders(
        (source) =>
          source.room === 'lib' &&
          source.imports.some(({ from }) => /^(?!lib\/|node:)/.test(from) && from.endsWith('.ts')),
      ),
    ).toEqual([])
  })

  it('evidence.ts and ports.ts hold types only', () => {
    const types = SOURCES.filter(
      ({ path }) => path === 'evidence.ts' || path === 'ports.ts' || path === 'config.ts',
    )
    expect(types.length).toBe(3)
    for (const source of types) {
      expect(source.code).not.toMatch(/^\s*(?:export\s+)?(?:const|let|function|class|enum)\b/m)
      expect(source.imports.every((one) => one.typeOnly)).toBe(true)
    }
  })

  it('a room takes only types from another room: values meet in the meeting places', () => {
    const wrong = SOURCES.filter(({ room }) => ROOMS.includes(room)).flatMap((source) =>
      source.imports
        .filter(({ from, typeOnly }) => !typeOnly && from.endsWith('.ts'))
        .filter(({ from }) => from.split('/')[0] !== source.room && !from.startsWith('lib/'))
        .map(({ from }) => `${source.path} takes values from ${from}`),
    )
    expect(wrong).toEqual([])
  })

  it('only the meeting places and the rooms themselves take values from rooms', () => {
    const wrong = SOURCES.filter(
      ({ room }) => !ROOMS.includes(room) && !MEETING_PLACES.includes(room),
    ).flatMap((source) =>
      source.imports
        .filter(({ from, typeOnly }) => !typeOnly && ROOMS.includes(from.split('/')[0] ?? ''))
        .map(({ from }) => `${source.path} -> ${from}`),
    )
    expect(wrong).toEqual([])
  })

  it('nothing in operator/ imports guard, verify or decide', () => {
    expect(
      offenders(
        (source) =>
          source.room === 'operator' &&
          source.imports.some(({ from }) => /^(guard\.ts|verify\/|decide\/)/.test(from)),
      ),
    ).toEqual([])
  })

  it('there are no cycles', () => {
    const edges = new Map(
      SOURCES.map((source) => [
        source.path,
        source.imports
          .filter(({ typeOnly, from }) => !typeOnly && from.endsWith('.ts'))
          .map(({ from }) => from),
      ]),
    )
    const done = new Set<string>()
    const cycles: string[] = []
    function walk(path: string, trail: readonly string[]): void {
      if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '))
      if (done.has(path) || trail.includes(path)) return
      for (const next of edges.get(path) ?? []) walk(next, [...trail, path])
      done.add(path)
    }
    for (const path of edges.keys()) walk(path, [])
    expect(cycles).toEqual([])
  })

  it('there are no barrels but the entry', () => {
    expect(
      offenders(
        ({ path, code }) => path !== 'index.ts' && /^\s*export\s+(?:\*|\{[^}]*\})\s+from/m.test(code),
      ),
    ).toEqual([])
  })
})

describe('where the outside world comes in', () => {
  /** A word of code, and the files that may say it. */
  const WORDS: readonly (readonly [what: string, word: RegExp, allowed: RegExp])[] = [
    ['request.cf', /\.cf\b/, /^identify\/edge\.ts$/],
    [
      'the clock and randomness',
      /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\brandomUUID\b|\bgetRandomValues\b|\bperformance\./,
      /^(exchange(\/.*)?\.ts|house\.ts|.*-object\.ts)$/,
    ],
    ['the console', /\bconsole\./, /^record\/log\.ts$/],
    ['a WebAssembly instance', /\bWebAssembly\.(Instance|Module)\b/, /^score\//],
  ]
  it.each(WORDS)('%s is touched in its own place alone', (_what, word, allowed) => {
    expect(offenders(({ path, code }) => word.test(code) && !allowed.test(path))).toEqual([])
  })

  const MODULES: readonly (readonly [what: string, from: RegExp, allowed: RegExp])[] = [
    ['hono', /^hono(\/|$)/, /^(app\.ts|operator\/.*)$/],
    ['cloudflare:workers', /^cloudflare:/, /^(index\.ts|house\.ts|.*-object\.ts)$/],
    ['a .wasm or .bin module', /\.(wasm|bin)$/, /^score\/embedded\.ts$/],
    // Bindings, and the document in which an operator chooses models.
    ['valibot', /^valibot$/, /^(config\/|models\/choice\.ts$)/],
  ]
  it.each(MODULES)('%s is imported in its own place alone', (_what, from, allowed) => {
    expect(
      offenders((source) => !allowed.test(source.path) && source.imports.some((one) => from.test(one.from))),
    ).toEqual([])
  })

  it('nothing outside dialects/ names a dialect', () => {
    const names = /'(obie-[\d.]+|(berlin-group|stet|polish|fdx|page|problem)(-[\d.]+)?)'/
    expect(offenders(({ room, text }) => room !== 'dialects' && names.test(text))).toEqual([])
  })

  it('the core has no await: identify, match, conduct, score and decide are pure', () => {
    const pure = /^(identify|match|score|decide|dialects)\//
    expect(
      offenders(({ path, code }) => pure.test(path) && /\bawait\b|\basync\b|\bfetch\(/.test(code)),
    ).toEqual([])
  })

  it('there are no classes but Durable Objects', () => {
    expect(offenders(({ path, code }) => /\bclass\s+\w/.test(code) && !path.endsWith('-object.ts'))).toEqual(
      [],
    )
  })
})

describe('the size of a review', () => {
  it('keeps every file within what one sitting can sign off', () => {
    const long = SOURCES.filter(({ path }) => path !== 'evidence.ts').filter(
      ({ text }) => text.split('\n').length > 300,
    )
    expect(long.map(({ path, text }) => `${path}: ${text.split('\n').length} lines`)).toEqual([])
  })
})

describe('the top level', () => {
  it('holds nothing but the folders, the papers and tool configuration', () => {
    const allowed = new Set([
      'src',
      'wasm',
      'local',
      'lab',
      'test',
      'docs',
      '.ci',
      '.git',
      '.gitignore',
      '.npmrc',
      '.gitattributes',
      'wrangler.toml',
      'worker-configuration.d.ts',
      'package.json',
      'package-lock.json',
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'biome.json',
      'vitest.config.ts',
      'tsconfig.json',
      'tsconfig.base.json',
      'tsconfig.node.json',
      'node_modules',
      'dist',
      '.wrangler',
      '.portcullis',
    ])
    // `npm start` advises `.portcullis-9443` for a second gate.
    const others = readdirSync(ROOT).filter((name) => !allowed.has(name) && !name.startsWith('.portcullis-'))
    expect(others).toEqual([])
  })
})
