/**
 * An operator's own traffic to learn from: decisions of the journal, each with the vector that was scored, and labels
 * that the operator gave. Nothing is computed again: what the gate saw is what is learnt from.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { unpackVector } from '../../src/lib/vector.ts'
import { FEATURE_NAMES, INTENTS } from '../../src/score/features.ts'

import { isBenign, type Part, type Row } from './rows.ts'
import { BENIGN_WEIGHT } from './world.ts'

const Decision = v.object({
  reference: v.string(),
  prefix: v.string(),
  vector: v.optional(v.string(), ''),
  conduct: v.optional(
    v.objectWithRest({ address: v.optional(v.unknown()) }, v.unknown()) as v.GenericSchema<
      Record<string, unknown>
    >,
    {},
  ),
})
const Told = v.object({ requests: v.number() })
const Label = v.object({ reference: v.string(), intent: v.picklist(INTENTS) })

export interface OwnRows {
  /** One for each decision, however many of the exports hold it. */
  readonly rows: readonly Row[]
  /** Labels of references that the journal does not hold, and decisions that were made without a vector. */
  readonly unmatched: number
}

/** Every client network belongs to one part: what is reported was learnt from others. */
const SHARES = [
  ['learn', 60],
  ['tune', 20],
  ['report', 20],
] as const satisfies readonly (readonly [Part, number])[]

/**
 * @param journal path of decisions as `/_portcullis/api/decisions` gives them, one a line or whole answers
 * @param labels path of lines `reference,intent`, or of JSON objects with these members
 */
export function ownRows(journal: string, labels: string): OwnRows {
  const intents = readLabels(readFileSync(labels, 'utf8'))
  const rows: Row[] = []
  for (const decision of readDecisions(readFileSync(journal, 'utf8'))) {
    const intent = intents.get(decision.reference)
    const features = unpackVector(decision.vector, FEATURE_NAMES.length)
    if (intent === undefined || features === undefined) continue
    const digest = createHash('sha256').update(decision.prefix).digest()
    rows.push({
      features,
      intent,
      part: partOf(digest.readUInt8(0)),
      group: digest.readUInt32LE(1),
      weight: isBenign(intent) ? BENIGN_WEIGHT : 1,
      seen: seenBy(decision.conduct.address),
      novel: false,
    })
  }
  return { rows, unmatched: intents.size - rows.length }
}

function partOf(byte: number): Part {
  let left = (byte / 256) * 100
  for (const [part, share] of SHARES) {
    left -= share
    if (left < 0) return part
  }
  return 'learn'
}

/** In the last hour: the journal keeps no more. */
function seenBy(address: unknown): number {
  const told = v.safeParse(Told, address)
  return told.success ? Math.round(told.output.requests) + 1 : 1
}

/** Who exports every day asks for some decisions again: a row for each copy would weigh them twice. */
function readDecisions(text: string): Iterable<v.InferOutput<typeof Decision>> {
  const read = lines(text).flatMap(({ line, at }) => {
    const json = parsed(line, at)
    const list = v.safeParse(v.object({ decisions: v.array(v.unknown()) }), json)
    return (list.success ? list.output.decisions : [json]).map((one) => checked(Decision, one, at))
  })
  return new Map(read.map((decision) => [decision.reference, decision])).values()
}

function readLabels(text: string): ReadonlyMap<string, v.InferOutput<typeof Label>['intent']> {
  const read = lines(text).map(({ line, at }) => {
    if (line.startsWith('{')) return checked(Label, parsed(line, at), at)
    const [reference = '', intent = ''] = line.split(',', 2).map((cell) => cell.trim())
    return checked(Label, { reference, intent }, at)
  })
  return new Map(read.map(({ reference, intent }) => [reference, intent]))
}

function lines(text: string): readonly { readonly line: string; readonly at: number }[] {
  return text
    .split('\n')
    .map((line, index) => ({ line: line.trim(), at: index + 1 }))
    .filter(({ line }) => line !== '' && !/^reference\s*,\s*intent$/.test(line))
}

function parsed(line: string, at: number): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new Error(`line ${at} is no JSON`)
  }
}

function checked<T extends v.GenericSchema>(schema: T, value: unknown, at: number): v.InferOutput<T> {
  const read = v.safeParse(schema, value)
  if (!read.success) throw new Error(`line ${at}: ${v.summarize(read.issues).replaceAll('\n', ' ')}`)
  return read.output
}
