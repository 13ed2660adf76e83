/** The published specifications beside the checkout, and a specification compiled and loaded as a Worker would have it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Compiled, compileSpecifications, type SourceFile } from '../../../lab/specs/compile.ts'
import { moduleOf } from '../../../lab/specs/module.ts'
import type { CompiledSpecification } from '../../../src/inventory/types.ts'
import { requireReal } from '../../real.ts'

const SPECS = resolve(import.meta.dirname, '../../../../shared/specs')

export const REAL = requireReal('the published specifications', existsSync(SPECS))

/** NextGenPSD2 names a test bank's host; the gate has it below /psd2 all the same. */
export function publishedSources(wanted = /./): readonly SourceFile[] {
  if (!REAL) return []
  return readdirSync(SPECS)
    .filter((file) => wanted.test(file))
    .map((file) => ({ file, bytes: readFileSync(join(SPECS, file)), path: join(SPECS, file) }))
}

export interface Loaded {
  readonly compiled: Compiled
  readonly specification: CompiledSpecification
}

export async function load(sources: readonly SourceFile[]): Promise<Loaded> {
  const compiled = await compileSpecifications(sources)
  return { compiled, specification: await importModule(await moduleOf(compiled, 'test')) }
}

/** From a file: what is imported is what a gate imports. */
export async function importModule(text: string): Promise<CompiledSpecification> {
  const folder = await mkdtemp(join(tmpdir(), 'specifications-'))
  try {
    const file = join(folder, 'specifications.mjs')
    await writeFile(file, text)
    const module: { readonly specification: CompiledSpecification } = await import(
      /* @vite-ignore */ pathToFileURL(file).href
    )
    return module.specification
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** A document in memory. */
export function source(document: unknown, file = 'test.json'): SourceFile {
  return {
    file,
    bytes: new TextEncoder().encode(typeof document === 'string' ? document : JSON.stringify(document)),
  }
}
