/** What has to stand in the request before it is signed, and which of it is signed. */
import { createHash, randomUUID } from 'node:crypto'
import type { SigningProfile } from '../../src/dialects/signing/profile.ts'
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'
import type { Requirement } from '../../src/verify/http-signatures/policy.ts'
import { bodyFields } from './body-claims.ts'
import type { Options } from './options.ts'
import { fieldIn, type PlainRequest } from './request.ts'
import type { Note, Signer } from './signer.ts'

export interface Prepared {
  readonly request: PlainRequest
  /** As the scheme spells components: `@method`, `(request-target)`, names in lower case. Empty where the body is signed. */
  readonly covered: readonly string[]
}

export function prepare(
  profile: SigningProfile,
  plain: PlainRequest,
  signer: Signer,
  { cover, at }: Pick<Options, 'cover' | 'at'>,
  note: Note,
): Outcome<Prepared, string> {
  const taken = COMPUTED.find((name) => fieldIn(plain.fields, name) !== undefined)
  if (taken !== undefined) return fail(`--header ${taken} is what this command computes; leave it out`)
  const claims = bodyFields(profile, plain, at, note)
  if (!claims.ok) return claims
  const fields = [...plain.fields, ...claims.value]
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined && fieldIn(fields, name.toLowerCase()) === undefined) fields.push({ name, value })
  }
  add('Content-Type', plain.bodyPath === undefined ? undefined : 'application/json')
  if (profile.scheme.kind === 'cavage' && profile.keys === 'certificate') {
    add('TPP-Signature-Certificate', signer.certificate?.chain[0])
  }
  const { idempotency } = profile
  // A retry is known by it, and OBIE wants it with every POST that makes something.
  if (profile.scheme.kind === 'jws' && plain.method === 'POST' && idempotency !== undefined) {
    add(idempotency.field, randomUUID())
  }
  const covered = coveredIn(profile, { ...plain, fields }, cover)
  if (!covered.ok) return covered
  for (const name of covered.value) add(...computed(name, plain.body, at))
  const missing = covered.value.find(
    (name) => isField(name) && valueToSign({ ...plain, fields }, name) === undefined,
  )
  if (missing !== undefined)
    return fail(`${missing} is signed, and not there: add --header '${missing}: ...'`)
  return pass({ request: { ...plain, fields }, covered: covered.value })
}

/** A field's value as it will arrive; undefined where the request has none. */
export function valueToSign({ fields, body, bodyPath }: PlainRequest, name: string): string | undefined {
  // curl writes this one, and says how long the file is.
  if (name === 'content-length') return bodyPath === undefined ? undefined : String(body.length)
  return fieldIn(fields, name)
}

const COMPUTED = [
  ...['digest', 'content-digest', 'repr-digest', 'tpp-signature-certificate'],
  ...['signature', 'signature-input', 'x-jws-signature'],
]

function isField(name: string): boolean {
  return !name.startsWith('@') && !name.startsWith('(')
}

/** What this command can write by itself, where it is signed and not there. */
function computed(name: string, body: Uint8Array, at: number): [name: string, value: string | undefined] {
  switch (name) {
    case 'date':
      return ['Date', new Date(at).toUTCString()]
    case 'x-request-id':
      return ['X-Request-ID', randomUUID()]
    case 'digest':
      return ['Digest', `SHA-256=${sha256(body)}`]
    case 'content-digest':
      return ['Content-Digest', `sha-256=:${sha256(body)}:`]
    default:
      return [name, undefined]
  }
}

function sha256(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('base64')
}

function coveredIn(
  { scheme }: SigningProfile,
  request: PlainRequest,
  cover: readonly string[],
): Outcome<readonly string[], string> {
  const there = (names: readonly string[]): readonly string[] =>
    names.filter((field) => valueToSign(request, field) !== undefined)
  switch (scheme.kind) {
    case 'jws':
      return cover.length === 0 ? pass([]) : fail('--cover has no place in it: the body is what is signed')
    case 'jades':
      return union(['(request-target)'], scheme.policy.required, there(scheme.policy.whenPresent), cover)
    case 'cavage': {
      const { required, whenPresent } = scheme.policy.coverage
      return union(required.flatMap(simplest), there(whenPresent), cover)
    }
    case 'message': {
      const { coverage, digest, digestFields } = scheme.policy
      const digested = digest.when === 'always' || request.body.length > 0 ? digestFields.slice(0, 1) : []
      return union(coverage.required.flatMap(simplest), digested, there(coverage.whenPresent), cover)
    }
  }
}

function union(...lists: readonly (readonly string[])[]): Outcome<readonly string[], string> {
  const names = [...new Set(lists.flat())]
  const odd = names.find((name) => !/^(?:@?[a-z0-9!#$%&'*+.^_`|~-]+|\([a-z-]+\))$/.test(name))
  return odd === undefined
    ? pass(names)
    : fail(`--cover ${JSON.stringify(odd.slice(0, 80))} is no name of a header`)
}

/** Of several ways to cover the same, the one with the fewest parts. */
function simplest(requirement: Requirement): readonly string[] {
  if (typeof requirement === 'string') return [requirement]
  return [...requirement.anyOf].sort((left, right) => left.length - right.length)[0] ?? []
}
