// docs/conformance.md promises to name every finding that refuses or warns, and every vector that is left aside.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listFiles } from '../../lab/vectors/files.ts'
import { findSuites } from '../../lab/vectors/formats.ts'
import { JUDGES } from '../../lab/vectors/judges.ts'
import { SIGNING } from '../../src/dialects/signing/table.ts'
import { FINDINGS } from '../../src/verify/psd2/findings.ts'
import { requireReal } from '../real.ts'

const TEXT = readFileSync(resolve(import.meta.dirname, '../../docs/conformance.md'), 'utf8')
const VECTORS = resolve(import.meta.dirname, '../../../shared/vectors')

/** The names that stand in backquotes. */
const NAMED = new Set([...TEXT.matchAll(/`([^`\n]+)`/g)].map(([, name]) => name))

describe('docs/conformance.md', () => {
  it('names every finding of the certificate profile', () => {
    expect(Object.keys(FINDINGS).filter((id) => !NAMED.has(id))).toEqual([])
  })

  it('names every profile by which requests are signed', () => {
    expect(Object.keys(SIGNING).filter((name) => !NAMED.has(name))).toEqual([])
  })

  it('names no test that is not there', () => {
    const tests = [...TEXT.matchAll(/`(test\/[\w/.-]+\.test\.ts)`/g)].map(([, path = '']) => path)
    expect(tests.length).toBeGreaterThan(0)
    expect(tests.filter((path) => !existsSync(resolve(import.meta.dirname, '../..', path)))).toEqual([])
  })
})

describe.runIf(requireReal('../shared/vectors', existsSync(VECTORS)))('vectors that are left aside', () => {
  const suites = () => findSuites('certificates', listFiles(VECTORS))

  it('are named, each case of x509-limbo by its id', async () => {
    const items = suites().find(({ name }) => name === 'x509-limbo')?.items ?? []
    expect(items.length).toBe(193)
    // What the format makes is what its judge takes.
    const judge = JUDGES.path as (item: unknown) => ReturnType<typeof JUDGES.path>
    const verdicts = (await Promise.all(items.map(judge))).flat()
    const aside = verdicts.filter(({ result }) => result === 'not_applicable').map(({ id }) => id)
    expect(aside.filter((id) => !NAMED.has(id))).toEqual([])
  })

  it('are named, those of pkilint by what they expect', async () => {
    const items = suites().find(({ name }) => name === 'pkilint-etsi')?.items ?? []
    const judge = JUDGES.pkilint as (item: unknown) => ReturnType<typeof JUDGES.pkilint>
    const verdicts = (await Promise.all(items.map(judge))).flat()
    expect(verdicts.length).toBe(108)
    const aside = verdicts.filter(({ result }) => result === 'not_applicable')
    const codes = new Set(aside.flatMap(({ expected }) => expected.split(' ')))
    expect([...codes].filter((code) => !NAMED.has(code))).toEqual([])
  })
})
