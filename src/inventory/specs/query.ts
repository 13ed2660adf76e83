/** The query of a request as declared parameters see it. */
import type { Parameter } from '../types.ts'
import { type Decode, decodePercent, readItems, readMembers, readText } from './serialisation.ts'

/** Pairs of one query; the parameters of no operation come near it. */
const MAX_PAIRS = 256
/** Undeclared names that are named. */
export const QUERY_UNDECLARED = 8

interface Pair {
  readonly name: string
  readonly raw: string
  taken: boolean
}

export type Taken =
  | 'absent'
  | 'repeated'
  | {
      readonly empty: boolean
      /** Undefined where it is not written in the declared way. */
      readonly readings: readonly unknown[]
    }

export interface Query {
  take(parameter: Parameter): Taken
  /** Names that no parameter took. */
  rest(): readonly string[]
}

/** Undefined where there are too many pairs, or a name is no percent-encoded UTF-8. */
export function readQuery(text: string): Query | undefined {
  const pairs: Pair[] = []
  for (const part of text === '' ? [] : text.split('&', MAX_PAIRS + 1)) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = decodeForm(equals < 0 ? part : part.slice(0, equals))
    if (name === undefined || pairs.length === MAX_PAIRS) return undefined
    pairs.push({ name, raw: equals < 0 ? '' : part.slice(equals + 1), taken: false })
  }
  return {
    take: (parameter) => take(pairs, parameter),
    rest: () => [...new Set(pairs.filter(({ taken }) => !taken).map(({ name }) => name))],
  }
}

/** HTML forms and most servers read `+` as a space; RFC 3986 and RFC 6570 leave it a plus. */
function decodeForm(text: string): string | undefined {
  return decodePercent(text.includes('+') ? text.replaceAll('+', ' ') : text)
}

function take(pairs: readonly Pair[], parameter: Parameter): Taken {
  const { serialisation: how, name } = parameter
  if (how.style === 'deepObject') return members(deepPairs(pairs, name), parameter)
  if (how.shape === 'object' && how.explode && how.style === 'form')
    return members(
      claim(pairs, (pair) => Object.hasOwn(how.members, pair.name)).map(
        (pair) => [pair.name, pair.raw] as const,
      ),
      parameter,
    )
  const own = claim(pairs, (pair) => pair.name === name)
  const [first] = own
  if (first === undefined) return 'absent'
  if (how.shape === 'array' && how.explode)
    return taken(own, (decode) =>
      readItems(
        own.map(({ raw }) => raw),
        how,
        decode,
      ),
    )
  if (own.length > 1) return 'repeated'
  return taken(own, (decode) => readText(first.raw, how, name, decode))
}

function claim(pairs: readonly Pair[], fits: (pair: Pair) => boolean): readonly Pair[] {
  const own = pairs.filter(fits)
  for (const pair of own) pair.taken = true
  return own
}

/** `filter[from]=1`: OpenAPI defines one level of it. */
function deepPairs(pairs: readonly Pair[], name: string): readonly (readonly [string, string])[] {
  const own = claim(pairs, (pair) => pair.name.startsWith(`${name}[`) && pair.name.endsWith(']'))
  return own.map((pair) => [pair.name.slice(name.length + 1, -1), pair.raw] as const)
}

function members(found: readonly (readonly [string, string])[], { serialisation }: Parameter): Taken {
  if (found.length === 0) return 'absent'
  const raws = found.map(([, raw]) => ({ raw }))
  return taken(raws, (decode) => readMembers(found, serialisation, decode))
}

function taken(pairs: readonly Pick<Pair, 'raw'>[], read: (decode: Decode) => unknown): Taken {
  const empty = pairs.length === 1 && pairs[0]?.raw === ''
  const plus = pairs.some(({ raw }) => raw.includes('+'))
  return { empty, readings: plus ? [read(decodeForm), read(decodePercent)] : [read(decodeForm)] }
}
