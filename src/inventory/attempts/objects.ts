/**
 * A second identifier for the object that the path names (OWASP API1:2023): `GET /accounts/1?accountId=2` gets past whoever
 * checks the one and reads the other. Only names that no specification has there: a declared one is its meaning.
 */
import type { ConformanceRule } from '../rules.ts'
import type { ConformanceReport } from '../types.ts'
import type { Asked } from './attempts.ts'
import type { JsonBody } from './json-body.ts'

const STRANGERS: ReadonlySet<ConformanceRule> = new Set<ConformanceRule>([
  'query_undeclared',
  'header_undeclared',
  'property_undeclared',
  'additional_properties',
])

export function namesAnother(
  { operation, values, exchange, report }: Asked,
  body: JsonBody | undefined,
): boolean {
  const strangers = report?.findings.filter(({ rule }) => STRANGERS.has(rule)) ?? []
  if (strangers.length === 0 || values.length === 0) return false
  const objects = new Map<string, string>()
  const names = operation.path.match(/\{[^{}]*\}/g) ?? []
  for (const [at, name] of names.entries()) objects.set(plain(name), decoded(values[at] ?? ''))
  return strangers.some((finding) => {
    const own = objects.get(plain(lastOf(finding.pointer)))
    if (own === undefined) return false
    const other = valueAt(finding, exchange, body)
    return other !== undefined && other !== own
  })
}

/** `AccountId`, `account_id` and `x-account-id` are one name to somebody who guesses. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/^x-/, '')
    .replace(/[^a-z0-9]/g, '')
}

function lastOf(pointer: string): string {
  return pointer.slice(pointer.lastIndexOf('/') + 1)
}

function valueAt(
  { place, pointer }: ConformanceReport['findings'][number],
  { target, headers }: Asked['exchange'],
  body: JsonBody | undefined,
): string | undefined {
  if (place === 'query') return new URLSearchParams(target.query).get(pointer) ?? undefined
  if (place === 'header') return headers.get(pointer) ?? undefined
  if (place !== 'body') return undefined
  let value = body?.read()
  for (const token of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~')
    // An object's or a list's own members, by name.
    value = Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
