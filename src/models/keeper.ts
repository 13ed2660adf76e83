/**
 * Keeps the models that an operator chose: read from KV off the request path, each checked whole before any request
 * meets it, and all of them put in place at once. While one of them is not sound the last good ones go on.
 */
import type { Outcome } from '../lib/outcome.ts'
import type { Forest, ModelReason } from '../score/forest.ts'
import type { Models } from '../score/models.ts'
import { type Choice, type Chosen, EMBEDDED_ONLY, type ModelName, namesIn, parseChoice } from './choice.ts'

/** The part of a KV namespace that is needed here. */
export interface ModelStore {
  get(key: string, type: 'text'): Promise<string | null>
  get(key: string, type: 'arrayBuffer'): Promise<ArrayBuffer | null>
}

export type ModelsReport =
  | { readonly event: 'models_loaded' }
  | { readonly event: 'models_refused'; readonly mistakes: readonly string[] }
  | { readonly event: 'models_unreachable' }

export interface ModelKeeper {
  current(): Models
  /** Reads what the operator wants, and whatever of it is not here yet. */
  refresh(store: ModelStore): Promise<ModelsReport>
}

type Load = (blob: Uint8Array) => Outcome<Forest, ModelReason>

/** Key of the document; models lie beside it under `model/NAME`. */
const DOCUMENT = 'models'

export function modelKeeper(embedded: Models['main'], load: Load): ModelKeeper {
  let models: Models = { main: embedded, routes: new Map(), shadow: undefined }
  /** What `models` is made of, by hash. */
  let forests: ReadonlyMap<string, Forest> = new Map()
  let text: string | null = null
  return {
    current: () => models,
    async refresh(store) {
      let told: string | null
      try {
        told = await store.get(DOCUMENT, 'text')
        if (told === text) return { event: 'models_loaded' }
        const parsed = told === null ? { ok: true as const, value: EMBEDDED_ONLY } : parseChoice(told)
        if (!parsed.ok) return { event: 'models_refused', mistakes: parsed.mistakes ?? [parsed.reason] }
        const found = await allOf(parsed.value, forests, store, load)
        if (!found.ok) return { event: 'models_refused', mistakes: found.mistakes }
        models = place(parsed.value, found.forests, embedded)
        forests = found.forests
      } catch {
        return { event: 'models_unreachable' }
      }
      text = told
      return { event: 'models_loaded' }
    },
  }
}

type Found =
  | { readonly ok: true; readonly forests: ReadonlyMap<string, Forest> }
  | { readonly ok: false; readonly mistakes: readonly string[] }

async function allOf(
  choice: Choice,
  here: ReadonlyMap<string, Forest>,
  store: ModelStore,
  load: Load,
): Promise<Found> {
  const forests = new Map<string, Forest>()
  const mistakes: string[] = []
  for (const wanted of namesIn(choice)) {
    const forest = here.get(wanted.sha256) ?? (await fetched(wanted, store, load))
    if (typeof forest === 'string') mistakes.push(`${wanted.name}: ${forest}`)
    else forests.set(wanted.sha256, forest)
  }
  return mistakes.length === 0 ? { ok: true, forests } : { ok: false, mistakes }
}

/** The model, or in a word why not. */
async function fetched({ name, sha256 }: ModelName, store: ModelStore, load: Load): Promise<Forest | string> {
  const blob = await store.get(`model/${name}`, 'arrayBuffer')
  if (blob === null) return 'model_absent'
  const loaded = load(new Uint8Array(blob))
  if (!loaded.ok) return loaded.reason
  return loaded.value.hash === sha256 ? loaded.value : 'model_of_another_hash'
}

function place(
  { model, shadow, routes }: Choice,
  forests: ReadonlyMap<string, Forest>,
  embedded: Models['main'],
): Models {
  const forestOf = (chosen: Chosen | undefined): Forest | undefined => {
    if (chosen === 'embedded') return embedded?.ok ? embedded.value : undefined
    return chosen && forests.get(chosen.sha256)
  }
  const main = forestOf(model)
  const byRoute = Object.entries(routes).flatMap(([route, chosen]): (readonly [string, Forest])[] => {
    const forest = forestOf(chosen)
    return forest === undefined ? [] : [[route, forest]]
  })
  return {
    main: main === undefined ? embedded : { ok: true, value: main },
    routes: new Map(byRoute),
    shadow: forestOf(shadow),
  }
}
