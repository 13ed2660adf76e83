/** Puts a verified list into a document in the place of its territory's former one, and takes out what is gone. */
import type { SetDocument } from '../set-document.ts'
import type { Source } from '../types.ts'
import type { Collected } from './collect.ts'

export function formerSource({ sources }: SetDocument, territory: string): Source | undefined {
  return sources.find((source) => source.kind === 'qualified' && source.territory === territory)
}

export function replaceTerritory(
  document: SetDocument,
  { source, anchors }: Pick<Collected, 'source' | 'anchors'>,
): SetDocument {
  const other = (one: { kind: string; territory: string | undefined }) =>
    one.kind !== 'qualified' || one.territory !== source.territory
  return {
    ...document,
    sources: [...document.sources.filter(other), source],
    anchors: [...document.anchors.filter(other), ...anchors],
  }
}

/** A state that the list of the lists no longer names is no longer part of the scheme. */
export function keepTerritories(document: SetDocument, territories: readonly string[]): SetDocument {
  const kept = (one: { kind: string; territory: string | undefined }) =>
    one.kind !== 'qualified' || (one.territory !== undefined && territories.includes(one.territory))
  return { ...document, sources: document.sources.filter(kept), anchors: document.anchors.filter(kept) }
}
