/** What the command was asked for. All mistakes at once, as the gate's configuration does it. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Field, fieldsMistake, methodMistake, readField, urlMistake } from './request.ts'

export const USAGE = `Usage: npm run sign -- --dialect NAME --key FILE [--certificate FILE] METHOD URL [--body FILE] [--header 'Name: value']...
  --dialect      how to sign; --dialect list says which there are
  --key          the private key to sign with: PEM (PKCS#8, PKCS#1, SEC1) or JWK
  --certificate  its certificate, leaf first: says who signs; curl shows it too, unless it is a seal
  --transport-certificate, --transport-key
                 what curl shows in the handshake instead
  --body         file that is sent, octet for octet
  --header       one more header; again for each
  --cover        name of a header to sign besides those that the dialect has signed; again for each
  --kid          what the bank knows the key by; otherwise the JWK's own, or the key's thumbprint (RFC 7638)
  --iss          what the bank knows the signer by; otherwise the certificate says it
  --alg          algorithm, such as PS256; otherwise the first that dialect and key have in common
  --at           signed when: 2026-11-21T09:30:00Z; now, if nothing is said
  --cacert       whom curl trusts; the local gate's own authority for localhost, if nothing is said
  --json         the command and what is in it as JSON`

export interface Options {
  readonly dialect: string
  readonly key: string
  readonly certificate: string | undefined
  readonly transport: { readonly certificate: string; readonly key: string } | undefined
  readonly method: string
  readonly url: string
  readonly body: string | undefined
  readonly fields: readonly Field[]
  readonly cover: readonly string[]
  readonly kid: string | undefined
  readonly iss: string | undefined
  readonly alg: string | undefined
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly trust: string | undefined
  readonly json: boolean
}

export type ParsedOptions =
  | { readonly ok: true; readonly value: Options | 'list' }
  | { readonly ok: false; readonly mistakes: readonly string[] }

const TEXT = { type: 'string' } as const
const MANY = { type: 'string', multiple: true, default: [] as string[] } as const

function read(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...{ dialect: TEXT, key: TEXT, certificate: TEXT, body: TEXT, header: MANY, cover: MANY },
      ...{ 'transport-certificate': TEXT, 'transport-key': TEXT },
      ...{ kid: TEXT, iss: TEXT, alg: TEXT, at: TEXT, cacert: TEXT },
      json: { type: 'boolean', default: false },
    },
  })
}

export function parseOptions(args: readonly string[]): ParsedOptions {
  let parsed: ReturnType<typeof read>
  try {
    parsed = read(args)
  } catch (error) {
    return { ok: false, mistakes: [error instanceof Error ? error.message : String(error)] }
  }
  const { values, positionals } = parsed
  if (values.dialect === 'list') return { ok: true, value: 'list' }
  const mistakes: string[] = []
  const { dialect = '', key = '' } = values
  if (dialect === '') mistakes.push('--dialect is missing; --dialect list says which there are')
  if (key === '') mistakes.push('--key is missing: a file with the private key to sign with')
  const [method = '', url = '', ...more] = positionals
  if (url === '' || more.length > 0) mistakes.push('name one METHOD and one URL')
  else mistakes.push(...[methodMistake(method), urlMistake(url)].filter((one) => one !== undefined))
  const fields = fieldsOf(values.header, mistakes)
  const transport = transportOf(values['transport-certificate'], values['transport-key'], mistakes)
  const at = values.at === undefined ? Date.now() : timeOf(values.at)
  if (at === undefined) mistakes.push(`--at ${values.at} is no time such as 2026-11-21T09:30:00Z`)
  if (mistakes.length > 0 || at === undefined) return { ok: false, mistakes }
  const { kid, iss, alg, json } = values
  const cover = values.cover.map((name) => name.toLowerCase())
  const files = { certificate: here(values.certificate), body: here(values.body), trust: here(values.cacert) }
  const rest = { transport, fields, cover, kid, iss, alg, at, json }
  return { ok: true, value: { dialect, key: fromCaller(key), method, url, ...files, ...rest } }
}

function fieldsOf(lines: readonly string[], mistakes: string[]): readonly Field[] {
  const fields: Field[] = []
  for (const [at, line] of lines.entries()) {
    const field = readField(line)
    if (field.ok) fields.push(field.value)
    else mistakes.push(`--header, number ${at + 1}: ${field.reason}`)
  }
  const mistake = fieldsMistake(fields)
  if (mistake !== undefined) mistakes.push(mistake)
  return fields
}

function transportOf(
  certificate: string | undefined,
  key: string | undefined,
  mistakes: string[],
): Options['transport'] {
  if (certificate === undefined && key === undefined) return undefined
  if (certificate === undefined || key === undefined) {
    mistakes.push('--transport-certificate and --transport-key go together')
    return undefined
  }
  return { certificate: fromCaller(certificate), key: fromCaller(key) }
}

/** npm runs scripts in the package's folder and leaves the caller's in INIT_CWD. */
export function fromCaller(path: string): string {
  return resolve(process.env.INIT_CWD ?? '.', path)
}

function here(path: string | undefined): string | undefined {
  return path === undefined ? undefined : fromCaller(path)
}

/** ISO 8601, in UTC or with an offset: a time of nowhere would be this machine's. */
function timeOf(text: string): number | undefined {
  const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/
  const at = form.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}
