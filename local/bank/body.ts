/** Request bodies: bounded before they are read, read before they are believed. */
import * as v from 'valibot'
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'

/** Generous for every operation of this bank; uploads have an operation of their own (`routes/demo.ts`). */
export const MAX_BODY_BYTES = 64 * 1024

export type BodyProblem = 'too_large' | 'media_type' | 'malformed' | 'invalid'
export type Body<T> =
  | { readonly ok: true; readonly value: T }
  /** `path` is where the body departs from its schema, in dots: `Data.Permissions.0`. */
  | { readonly ok: false; readonly reason: BodyProblem; readonly path: string | undefined }

/** Status of a refusal for its reason, alike in every dialect. */
export const BODY_STATUS = {
  too_large: 413,
  media_type: 415,
  malformed: 400,
  invalid: 400,
} as const satisfies Record<BodyProblem, number>

export async function readBytes(
  request: Request,
  maxBytes: number,
): Promise<Outcome<Uint8Array<ArrayBuffer>, 'too_large'>> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return fail('too_large')
  const chunks: Uint8Array[] = []
  let size = 0
  // A chunked body has no length to believe: stop reading where the bound is.
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) return fail('too_large')
    chunks.push(chunk)
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return pass(bytes)
}

export async function readJson<S extends v.GenericSchema>(
  request: Request,
  schema: S,
): Promise<Body<v.InferOutput<S>>> {
  return read(request, 'application/json', schema, (text) => JSON.parse(text))
}

/** A field that comes twice is refused: two readers would each believe another one. */
export async function readForm<S extends v.GenericSchema>(
  request: Request,
  schema: S,
): Promise<Body<v.InferOutput<S>>> {
  return read(request, 'application/x-www-form-urlencoded', schema, (text) => {
    const fields = new URLSearchParams(text)
    if (new Set(fields.keys()).size !== fields.size)
      throw new SyntaxError('Cannot parse form: repeated field')
    return Object.fromEntries(fields)
  })
}

async function read<S extends v.GenericSchema>(
  request: Request,
  mediaType: string,
  schema: S,
  parse: (text: string) => unknown,
): Promise<Body<v.InferOutput<S>>> {
  const essence = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (essence !== mediaType) return refused('media_type')
  const body = await readBytes(request, MAX_BODY_BYTES)
  if (!body.ok) return refused('too_large')
  let parsed: unknown
  try {
    parsed = parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body.value))
  } catch {
    return refused('malformed')
  }
  const checked = v.safeParse(schema, parsed, { abortEarly: true })
  if (checked.success) return pass(checked.output)
  return refused('invalid', v.getDotPath(checked.issues[0]) ?? undefined)
}

function refused(reason: BodyProblem, path?: string) {
  return { ok: false, reason, path } as const
}

/** What every login takes, as form or as JSON. */
export const LoginAttempt = v.object({
  username: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
  password: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
})
