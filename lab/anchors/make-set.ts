/** Makes a set: the list of the lists, then each state's, then the bank's own files; then signs and writes it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { anchorSetOf, readDocument } from '../../src/verify/trust/anchor-set.ts'
import { ownAnchors } from '../../src/verify/trust/own-anchors.ts'
import type { SetDocument } from '../../src/verify/trust/set-document.ts'
import { type AnchorSigningKey, signSet } from '../../src/verify/trust/sign-set.ts'
import { writeSet } from '../../src/verify/trust/write-set.ts'
import { readCertificates } from '../../src/verify/x509/pem.ts'
import type { Certificate } from '../../src/verify/x509/types.ts'
import { readKey } from './keys.ts'
import { type ListResult, readLists } from './lists.ts'
import type { Options } from './options.ts'
import { readingFrom } from './reading.ts'

export type Result =
  | {
      readonly ok: true
      readonly out: string
      readonly signedBy: string | undefined
      readonly version: string
      /** As the set's document has them. */
      readonly sources: readonly unknown[]
      readonly anchors: number
      readonly lists: readonly ListResult[]
      readonly pivots: readonly string[]
      readonly warnings: readonly string[]
      /** Puts the set where the gate reads it. */
      readonly publish: string
    }
  | { readonly ok: false; readonly mistakes: readonly string[]; readonly lists: readonly ListResult[] }

type Say = (line: string) => void

export async function makeSet(options: Options, say: Say): Promise<Result> {
  const mistakes: string[] = []
  const signers = options.signers.flatMap((file) => certificatesIn(file, mistakes))
  const key = options.sign === undefined ? undefined : readKey(options.sign)
  if (options.sign !== undefined && key === undefined) mistakes.push(`${options.sign} is no key of --new-key`)
  const former = await formerSet(options, key, mistakes)
  const own = options.anchors.map(({ path, kind, uses }) => {
    const certificates = certificatesIn(path, mistakes)
    return ownAnchors({ kind, uses, name: basename(path), bytes: bytesOf(path), certificates })
  })
  if (mistakes.length > 0) return { ok: false, mistakes, lists: [] }

  let document: SetDocument = { madeAt: options.at, sources: [], anchors: [] }
  let read: Awaited<ReturnType<typeof readLists>> | undefined
  if (signers.length > 0) {
    read = await readLists({ options, signers, former, reading: readingFrom(options.lists), say })
    if (read.mistake !== undefined) return { ok: false, mistakes: [read.mistake], lists: read.lists }
    document = { ...read.document, madeAt: options.at }
  }
  document = {
    ...document,
    sources: [...document.sources, ...own.map(({ source }) => source)],
    anchors: [...document.anchors, ...own.flatMap(({ anchors }) => anchors)],
  }
  const lists = read?.lists ?? []
  return write(document, { options, key, lists, pivots: read?.pivots ?? [], warnings: read?.warnings ?? [] })
}

interface Rest {
  readonly options: Options
  readonly key: AnchorSigningKey | undefined
  readonly lists: readonly ListResult[]
  readonly pivots: readonly string[]
  readonly warnings: readonly string[]
}

/** What is written is read first as the gate will read it: a set that the gate refuses never leaves this machine. */
async function write(
  document: SetDocument,
  { options, key, lists, pivots, warnings }: Rest,
): Promise<Result> {
  const json = writeSet(document)
  const text = key === undefined ? json : await signSet(json, key)
  const keys = key === undefined ? undefined : [{ kid: key.kid, x: key.x, signs: 'all' as const }]
  const readBack = await readDocument(text, keys)
  const set = readBack.state === 'valid' ? anchorSetOf(readBack.value) : readBack
  if (set.state === 'invalid') return { ok: false, mistakes: set.mistakes, lists }
  // A set that trusts nobody would refuse every third party. Whoever means that takes the key's binding away instead.
  if (document.anchors.length === 0) {
    return { ok: false, mistakes: ['no anchor was found: nothing is written'], lists }
  }
  writeFileSync(options.out, text)
  return {
    ok: true,
    out: options.out,
    signedBy: key?.kid,
    version: set.value.version,
    sources: JSON.parse(json).sources,
    anchors: document.anchors.length,
    lists,
    pivots,
    warnings:
      key === undefined
        ? [...warnings, 'the set is not signed: the gate reads none such from its store']
        : warnings,
    publish: `npx wrangler kv key put --binding LISTS --remote anchors --path ${options.out}`,
  }
}

async function formerSet(
  { previous, out }: Options,
  key: AnchorSigningKey | undefined,
  mistakes: string[],
): Promise<SetDocument | undefined> {
  const file = previous ?? (existsSync(out) ? out : undefined)
  if (file === undefined) return undefined
  if (!existsSync(file)) {
    mistakes.push(`${file}: no such file`)
    return undefined
  }
  const text = readFileSync(file, 'utf8')
  const signed = !text.startsWith('{')
  const keys = key === undefined ? [] : [{ kid: key.kid, x: key.x, signs: 'all' as const }]
  const read = await readDocument(text, signed ? keys : undefined)
  if (read.state === 'valid') return read.value
  mistakes.push(...read.mistakes.map((one) => `${file}: ${one}`))
  if (signed && key === undefined) mistakes.push(`${file} is signed: give the key with --sign`)
  return undefined
}

function certificatesIn(file: string, mistakes: string[]): readonly Certificate[] {
  const read = existsSync(file) ? readCertificates(bytesOf(file)) : undefined
  if (read?.state === 'valid') return read.value
  mistakes.push(
    read === undefined
      ? `${file}: no such file`
      : `${file}: no certificates (${read.state === 'invalid' ? read.reason : read.state})`,
  )
  return []
}

function bytesOf(file: string): Uint8Array {
  return existsSync(file) ? new Uint8Array(readFileSync(file)) : new Uint8Array()
}
