/** A route that looks as if its requests had to be signed, and whose signatures nobody could verify. */
import type { Mistake, SigningKind, Vocabulary } from '../config.ts'
import type { Vars } from './schema.ts'

type Entry = Vars['FALLBACK']

export function checkSigning(
  vars: Vars,
  env: Readonly<Record<string, unknown>>,
  vocabulary: Vocabulary,
  mistakes: Mistake[],
): void {
  const entries = [...vars.ROUTES.map((route) => [`ROUTES (${route.id})`, route] as const)]
  for (const [binding, route] of [...entries, ['FALLBACK', vars.FALLBACK] as const]) {
    const mistake = mistakeIn(route, vars, vocabulary)
    if (mistake !== undefined) mistakes.push({ binding, ...mistake })
  }
  checkDirectory(vars, mistakes)
  checkSigners(vars, mistakes)
  const credentials = (env.INTROSPECTION_CREDENTIALS ?? '') !== ''
  if ((vars.INTROSPECTION !== undefined) !== credentials) {
    mistakes.push({
      binding: 'INTROSPECTION_CREDENTIALS',
      found: credentials ? 'a secret without INTROSPECTION' : 'nothing',
      allowed: 'a secret "id:secret" where INTROSPECTION is set, and nowhere else',
    })
  }
}

function mistakeIn(route: Entry, vars: Vars, { signing }: Vocabulary): Omit<Mistake, 'binding'> | undefined {
  const kinds = signing[route.dialect] ?? []
  const names = kinds.map(({ name }) => name).join(', ')
  const { profile } = route.signing
  const kind = profile === undefined ? kinds[0] : kinds.find(({ name }) => name === profile)
  if (profile !== undefined && kind === undefined) {
    return {
      found: `signing.profile "${profile}"`,
      allowed: names === '' ? 'none in this dialect' : `one of ${names}`,
    }
  }
  if (route.signature === 'ignored') return undefined
  if (kind === undefined) {
    return {
      found: `signature "${route.signature}"`,
      allowed: 'ignored: this dialect has no signed requests',
    }
  }
  if (route.streamed) {
    return {
      found: `streamed with signature "${route.signature}"`,
      allowed: 'streamed = false: what is not read whole cannot be verified',
    }
  }
  return missingKeys(route, kind, vars)
}

function missingKeys(
  { signature }: Entry,
  { name, published }: SigningKind,
  { SIGNERS, KEY_DIRECTORY }: Vars,
): Omit<Mistake, 'binding'> | undefined {
  if (!published || KEY_DIRECTORY !== '' || SIGNERS.some(({ keys }) => keys !== undefined)) return undefined
  return {
    found: `signature "${signature}" by ${name} without keys`,
    allowed: 'KEY_DIRECTORY, or SIGNERS with keys: where the organisations publish theirs',
  }
}

/** In the host, a third party could choose whom we ask; twice, and nobody knows which one is meant. */
const DIRECTORY = /^https:\/\/[^/?#@{}\s]+\/[^#@{}\s]*\{organisation\}[^#@{}\s]*$/

function checkDirectory({ KEY_DIRECTORY: directory }: Vars, mistakes: Mistake[]): void {
  if (directory === '' || DIRECTORY.test(directory)) return
  mistakes.push({
    binding: 'KEY_DIRECTORY',
    found: directory.slice(0, 80),
    allowed: 'an https URL with {organisation} once, in its path or query',
  })
}

function checkSigners({ SIGNERS }: Vars, mistakes: Mistake[]): void {
  const seen = new Set<string>()
  for (const { organisation, clients } of SIGNERS) {
    for (const name of [`organisation ${organisation}`, ...clients.map((client) => `client ${client}`)]) {
      if (seen.has(name)) mistakes.push({ binding: 'SIGNERS', found: `${name} twice`, allowed: 'each once' })
      seen.add(name)
    }
  }
}
