/**
 * Which suites lie in a folder, told by the format of their files and never by where they lie. A suite is a list of
 * items, each JSON, and the name of the judge (`judges.ts`) that says in workerd what becomes of them.
 */
import type { VectorFile } from './files.ts'
import { findHttpSignatures } from './http-signature-files.ts'
import type { JudgeName } from './judges.ts'
import { findLimbo } from './limbo.ts'
import { findPkilint } from './pkilint-files.ts'
import { findPkits } from './pkits.ts'
import { findWycheproof } from './wycheproof.ts'

export interface Suite {
  readonly name: string
  readonly judge: JudgeName
  readonly items: readonly unknown[]
}

export type Format = (files: readonly VectorFile[]) => readonly Suite[]

export const FORMATS = {
  certificates: [findLimbo, findPkits, findPkilint],
  signatures: [findHttpSignatures, findWycheproof],
} as const satisfies Record<string, readonly Format[]>

export type Command = keyof typeof FORMATS

export function findSuites(command: Command, files: readonly VectorFile[]): readonly Suite[] {
  const formats: readonly Format[] = FORMATS[command]
  return formats.flatMap((find) => find(files))
}
