/**
 * Which models an operator wants, as a document: a model is data, so that one is put in another's place, or watched
 * beside it, without a deploy.
 *
 *   {"model": {"name": "autumn", "sha256": "…"}, "shadow": {…}, "routes": {"web-login": "embedded"}}
 */
import * as v from 'valibot'
import { fail, type Outcome, pass } from '../lib/outcome.ts'

/** A model by the key that it lies under, and the hash that its blob ends with. */
export interface ModelName {
  readonly name: string
  readonly sha256: string
}

export type Chosen = ModelName | 'embedded'

export interface Choice {
  readonly model: Chosen
  readonly shadow: Chosen | undefined
  readonly routes: Readonly<Record<string, Chosen>>
}

export const EMBEDDED_ONLY: Choice = { model: 'embedded', shadow: undefined, routes: {} }

/** Two megabytes of memory each, of an isolate's 128 that all of the gate shares. */
const MAX_MODELS = 4
const MAX_DOCUMENT = 64_000
const MAX_ROUTES = 256

const Name = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{0,63}$/)),
  sha256: v.pipe(v.string(), v.hash(['sha256']), v.toLowerCase()),
})
const Chosen = v.union([v.literal('embedded'), Name])
const Document = v.strictObject({
  model: v.optional(Chosen, 'embedded'),
  shadow: v.optional(Chosen),
  routes: v.optional(
    v.pipe(
      v.record(v.string(), Chosen),
      v.check((routes) => Object.keys(routes).length <= MAX_ROUTES),
    ),
    {},
  ),
})

/** Every mistake, for whoever wrote the document. */
export function parseChoice(text: string): Outcome<Choice, 'choice_malformed'> & { mistakes?: string[] } {
  const wrong = (mistakes: string[]) => ({ ...fail('choice_malformed' as const), mistakes })
  if (text.length > MAX_DOCUMENT) return wrong([`more than ${MAX_DOCUMENT} characters`])
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return wrong(['no JSON'])
  }
  const read = v.safeParse(Document, json)
  if (!read.success) {
    return wrong(read.issues.map((issue) => `${v.getDotPath(issue) ?? 'document'}: ${issue.message}`))
  }
  const { model, shadow, routes } = read.output
  const choice = { model, shadow, routes }
  const count = namesIn(choice).length
  return count > MAX_MODELS ? wrong([`${count} models, ${MAX_MODELS} at most`]) : pass(choice)
}

/** Those that are not embedded, each once. */
export function namesIn({ model, shadow, routes }: Choice): readonly ModelName[] {
  const names = new Map<string, ModelName>()
  for (const chosen of [model, shadow, ...Object.values(routes)]) {
    if (chosen !== undefined && chosen !== 'embedded') names.set(chosen.sha256, chosen)
  }
  return [...names.values()]
}
