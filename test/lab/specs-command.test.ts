/** `npm run specs` as an operator runs it. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conformanceOf } from '../../src/inventory/specs/conformance.ts'
import { importModule } from './specs/shared-specs.ts'

const PROJECT = resolve(import.meta.dirname, '../..')
const NODE = join(PROJECT, 'node_modules/.bin/node')

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'specs-command-'))
  await writeFile(
    join(folder, 'one.yaml'),
    'openapi: 3.0.3\ninfo: {title: One, version: "1.0"}\npaths:\n  /a:\n    get: {responses: {200: {description: ok}}}\n',
  )
  await writeFile(
    join(folder, 'two.json'),
    '{"openapi":"3.1.0","info":{"title":"Two","version":"2"},"paths":{"/b":{"get":{"operationId":"b","parameters":[{"name":"q","in":"query","schema":{"type":"integer"}}],"responses":{"200":{"description":"ok"}}}}}}',
  )
  await writeFile(join(folder, 'broken.yaml'), 'openapi: [')
})
afterAll(() => rm(folder, { recursive: true }))

interface Run {
  readonly code: number | undefined
  readonly out: string
  readonly err: string
}

function specs(...args: readonly string[]): Promise<Run> {
  return new Promise((settle) => {
    const child = execFile(
      NODE,
      [join(PROJECT, 'lab/specs.ts'), ...args],
      { cwd: PROJECT, env: { ...process.env, INIT_CWD: folder } },
      (_error, out, err) => settle({ code: child.exitCode ?? undefined, out, err }),
    )
  })
}

describe('npm run specs', () => {
  it('reports what is in each document', async () => {
    const { code, out } = await specs('one.yaml', 'two.json', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({
      documents: [
        { file: 'one.yaml', title: 'One', version: '1.0', operations: 1, problems: [], usable: true },
        { file: 'two.json', title: 'Two', version: '2', operations: 1, problems: [], usable: true },
      ],
    })
  })

  it('makes a module that a gate can take, and nothing else is left behind', async () => {
    const { code } = await specs('one.yaml', 'two.json', '--base', 'one.yaml=/api', '--out', 'made.js')
    expect(code).toBe(0)
    const text = await readFile(join(folder, 'made.js'), 'utf8')
    expect(text).not.toMatch(/\bnew Function\b|\beval\(|\brequire\(|^import /m)
    const { match } = conformanceOf(await importModule(text))
    expect(match('GET', '/api/a').kind).toBe('operation')
    expect(match('GET', '/b').kind).toBe('operation')
    expect(match('GET', '/a').kind).toBe('path_undeclared')
  })

  it('goes on with the others where one cannot be used, and says so', async () => {
    const { code, out } = await specs('one.yaml', 'broken.yaml')
    expect(code).toBe(1)
    expect(out).toContain('one.yaml: One, 1.0: 1 operation, nothing wrong')
    expect(out).toContain('error document_malformed')
  })

  it.each([
    [[], 'name at least one FILE'],
    [['nowhere.json'], 'there is no such file'],
    [['one.yaml', '--base', 'one.yaml'], 'is not FILE=/path'],
    [['one.yaml', '--older', 'two.json'], 'is not among the files'],
    [['one.yaml', '--nonsense'], 'nonsense'],
  ])('%j: says what is missing', async (args, expected) => {
    const { code, out, err } = await specs(...args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(expected)
  })
})
