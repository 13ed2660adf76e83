/** A logged request as a session takes it: its kind, its shape, and how many others asked for the same. */
import { hash32 } from '../../src/lib/hash32.ts'
import type { LoggedRequest } from '../logs/logged.ts'
import { originForm } from '../logs/target.ts'
import { kindOf } from './session/kinds.ts'
import type { Popularity } from './session/popularity.ts'
import type { Look } from './session/session.ts'

const NUMBERS = /\d+/g
/** Longer numbers are no counters, and would not be whole in a double. */
const MAX_DIGITS = 12
/** Tokens of a request line (RFC 9110 section 5.6.2), in capitals as methods are. */
const METHOD = /^[A-Z][A-Z-]{0,31}$/

export function lookAt(logged: LoggedRequest, client: string, popularity: Popularity): Look {
  const { at, method, status, protocol } = logged
  const referer = logged.headers?.referer
  const target = METHOD.test(method) ? originForm(logged.target) : undefined
  const seen = { at, method, status, protocol, referer }
  if (target === undefined) {
    const kind = logged.idle === true ? 'idle' : 'malformed'
    return { ...seen, kind, target: 0, shape: 0, number: -1, rare: undefined }
  }
  const query = target.indexOf('?')
  const path = query < 0 ? target : target.slice(0, query)
  const kind = kindOf(path, query < 0 ? '' : target.slice(query + 1), logged.mediaType)
  const name = hash32(target)
  return {
    ...{
      ...seen,
      kind,
      target: name,
      shape: hash32(target.replace(NUMBERS, '#')),
      number: lastNumber(target),
    },
    rare: kind === 'page' || kind === 'data' ? popularity.ask(name, hash32(client)) : undefined,
  }
}

function lastNumber(target: string): number {
  const last = target.match(NUMBERS)?.at(-1)
  return last === undefined || last.length > MAX_DIGITS ? -1 : Number(last)
}
