import type { Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip } from 'node:zlib'
import { type Field, valuesOf } from './visit.ts'

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  br: createBrotliDecompress,
}

/**
 * The edge told the gate that it takes gzip and Brotli, whatever the client takes: so it expands what the client did
 * not ask for, as Cloudflare does. A part of a body (206) cannot be expanded and stays.
 */
export function expander(
  status: number,
  answer: readonly Field[],
  clientAccepts: readonly string[],
): Transform | undefined {
  const coding = valuesOf(answer, 'content-encoding').join(',').trim().toLowerCase()
  const decoder = DECODERS[coding]
  if (!decoder || status === 206 || accepts(clientAccepts.join(','), coding)) return undefined
  return decoder()
}

/** The fields that a body loses with its coding. The validator was of the coded form (RFC 9110 section 8.8.3.3). */
export function expandedFields(fields: readonly Field[]): Field[] {
  return fields
    .filter(([name]) => !/^content-(encoding|length)$/i.test(name))
    .map(([name, value]) =>
      name.toLowerCase() === 'etag' && !value.startsWith('W/') ? [name, `W/${value}`] : [name, value],
    )
}

/** RFC 9110 section 12.5.3. A client that says nothing gets no coding: so do Cloudflare and every server. */
function accepts(acceptEncoding: string, coding: string): boolean {
  const weights = new Map(
    acceptEncoding
      .toLowerCase()
      .split(',')
      .map((part) => part.split(';').map((piece) => piece.trim()))
      .map(([name, ...parameters]) => [name, weight(parameters)]),
  )
  return (weights.get(coding) ?? weights.get('*') ?? 0) > 0
}

function weight(parameters: readonly string[]): number {
  const q = parameters.find((parameter) => parameter.startsWith('q='))
  return q === undefined ? 1 : Number(q.slice(2))
}
