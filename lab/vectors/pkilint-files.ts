/** pkilint's test files: `<suite>/<kind of certificate>/<case>.crttest`. */
import { basename, dirname } from 'node:path'
import type { VectorFile } from './files.ts'
import type { Suite } from './formats.ts'

export interface PkilintItem {
  readonly id: string
  readonly folder: string
  readonly text: string
}

export function findPkilint(files: readonly VectorFile[]): readonly Suite[] {
  const suites = new Map<string, PkilintItem[]>()
  for (const file of files.filter(({ name }) => name.endsWith('.crttest'))) {
    const root = dirname(file.directory)
    const items = suites.get(root) ?? []
    items.push({ id: `${file.folder}/${file.name}`, folder: file.folder, text: file.text() })
    suites.set(root, items)
  }
  return [...suites].map(([root, items]) => ({ name: basename(root), judge: 'pkilint', items }))
}
