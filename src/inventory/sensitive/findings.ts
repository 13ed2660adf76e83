/** What was found in bodies and targets, judged and made ready for the inventory. */
import { inspect } from './inspect.ts'
import { type Context, judge } from './judge.ts'
import type { ScanResult } from './scan.ts'
import type { DataClass, DataFinding, DataPlace } from './types.ts'

export function findingsIn(
  { found }: Pick<ScanResult, 'found'>,
  place: DataPlace,
  plaintext: boolean,
  context: Context,
): readonly DataFinding[] {
  return found.map(({ class: kind, tokens, count, near }) => ({
    class: kind,
    place,
    pointer: pointerOf(tokens),
    standing: judge(kind, place, tokens, context),
    plaintext,
    count,
    near,
  }))
}

/** RFC 6901 section 3. */
function pointerOf(tokens: readonly string[]): string {
  return tokens.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** A target longer than this is refused elsewhere. */
const MAX_TARGET = 8_192
/** Values of one target. */
const MAX_VALUES = 32

export interface TargetValue {
  readonly place: 'path' | 'query' | 'request_body'
  /** Of the parameter; empty where no specification names it. */
  readonly name: string
  /** As received: percent-encoded. */
  readonly value: string
}

/**
 * Sensitive data in values that are written as in a URL. In a request target it ends in logs, in caches and in the browser's
 * history, whoever encrypts the hop (OWASP API2, API8); path values are those of the template's parameters.
 */
export function findingsInValues(
  values: readonly TargetValue[],
  plaintext: boolean,
  context: Context,
): readonly DataFinding[] {
  const found = new Map<string, DataFinding>()
  for (const { place, name, value } of values.slice(0, MAX_VALUES)) {
    if (value.length < 6) continue
    const text = decoded(value.slice(0, MAX_TARGET))
    inspect(text, name.toLowerCase(), (kind: DataClass, _at, near) => {
      const key = `${kind} ${place} ${name}`
      const known = found.get(key)
      const standing = known?.standing ?? judge(kind, place, [name], context)
      const count = (known?.count ?? 0) + (near ? 0 : 1)
      found.set(key, {
        class: kind,
        place,
        pointer: place === 'request_body' ? pointerOf([name]) : name,
        standing,
        plaintext,
        count,
        near: (known?.near ?? 0) + (near ? 1 : 0),
      })
    })
  }
  return Array.from(found.values())
}

/** Parameters of a query as received, or fields of a form. */
export function queryValues(query: string, place: TargetValue['place'] = 'query'): readonly TargetValue[] {
  if (query === '') return []
  return query.split('&', MAX_VALUES).map((pair) => {
    const equals = pair.indexOf('=')
    const name = equals < 0 ? '' : decoded(pair.slice(0, equals))
    const plain = /^[A-Za-z_$][\w.$:[\]-]{0,63}$/.test(name) && !/\d(?:\D*\d){4}/.test(name)
    return { place, name: plain ? name : '', value: equals < 0 ? pair : pair.slice(equals + 1) }
  })
}

function decoded(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text
  try {
    // A form's + is a space, and a telephone number's is itself: whoever writes one unencoded means the number.
    return decodeURIComponent(text.startsWith('+') ? text : text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
