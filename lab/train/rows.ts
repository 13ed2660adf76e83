/** Rows to learn from, as wasm/data.py reads them: what the gate's own features said, and what it really was. */
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Intent } from '../../src/evidence.ts'
import { FEATURE_NAMES, INTENTS } from '../../src/score/features.ts'
import { ablations } from './ablations.ts'

/** What a row is for. Rows of software that is kept from the learner stay out of all parts but the last. */
export const PARTS = ['learn', 'tune', 'report', 'left out'] as const
export type Part = (typeof PARTS)[number]

export interface Row {
  readonly features: Float32Array
  readonly intent: Intent
  readonly part: Part
  /** Campaign: never divided between parts. */
  readonly group: number
  readonly weight: number
  /** Requests of this client so far, with this one. */
  readonly seen: number
  /** The client's software is kept from the learner. */
  readonly novel: boolean
}

const MAX_SEEN = 65_535

export function isBenign(intent: Intent): boolean {
  return intent === 'benign_person' || intent === 'benign_automation'
}

export function writeRows(folder: string, seed: number, rows: readonly Row[]): void {
  writeFeatures(join(folder, 'features.f32'), rows)
  const columns = {
    'labels.u8': Uint8Array.from(rows, ({ intent }) => INTENTS.indexOf(intent)),
    'parts.u8': Uint8Array.from(rows, ({ part }) => PARTS.indexOf(part)),
    'groups.u32': Uint32Array.from(rows, ({ group }) => group),
    'weights.f32': Float32Array.from(rows, ({ weight }) => weight),
    'seen.u16': Uint16Array.from(rows, ({ seen }) => Math.min(seen, MAX_SEEN)),
    'novel.u8': Uint8Array.from(rows, ({ novel }) => Number(novel)),
  }
  for (const [name, column] of Object.entries(columns)) writeFileSync(join(folder, name), column)
  const meta = {
    features: FEATURE_NAMES,
    classes: INTENTS,
    benign: INTENTS.filter(isBenign),
    seed,
    ablations: ablations(),
  }
  writeFileSync(join(folder, 'meta.json'), JSON.stringify(meta))
}

/**
 * The same rows over one piece of memory, which can be handed to another thread as it is. A million small pieces keep a
 * collector busier than the gate keeps the processor.
 */
export function inOneBlock(rows: readonly Row[]): {
  readonly rows: readonly Row[]
  readonly block: ArrayBuffer
} {
  const width = FEATURE_NAMES.length
  const all = new Float32Array(rows.length * width)
  return {
    rows: rows.map((row, index) => {
      const features = all.subarray(index * width, (index + 1) * width)
      features.set(row.features)
      return { ...row, features }
    }),
    block: all.buffer,
  }
}

/** In one piece it would be larger than a file may be written at once. */
const BLOCK = 100_000

function writeFeatures(path: string, rows: readonly Row[]): void {
  const width = FEATURE_NAMES.length
  writeFileSync(path, '')
  for (let from = 0; from < rows.length; from += BLOCK) {
    const block = rows.slice(from, from + BLOCK)
    const features = new Float32Array(block.length * width)
    for (const [index, row] of block.entries()) features.set(row.features, index * width)
    appendFileSync(path, new Uint8Array(features.buffer))
  }
}
