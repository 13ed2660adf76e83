/**
 * Formats that are checked: JSON Schema's (2020-12 validation section 7.3) and OpenAPI's own, by ajv-formats but where it
 * lets through what the format's RFC rules out, or could be made slow. A format that is not here is reported when the
 * document is compiled, and checks nothing.
 */
import type { Format } from 'ajv'
import { fullFormats } from 'ajv-formats/dist/formats.js'

/** RFC 3339 section 5.6: `T` between date and time, and an offset with its colon. ajv-formats takes a space and `+0200`. */
const DATE_TIME = /^[^Tt]{10}[Tt].{8}(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/
const TIME = /^.{8}(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/
/** RFC 9562 section 4, without the URN's prefix. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** RFC 4648 section 4. ajv-formats looks at any one line of it. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

type TextCheck = (text: string) => boolean

export const FORMATS = {
  date: checkOf('date'),
  time: both(TIME, checkOf('time')),
  'date-time': both(DATE_TIME, checkOf('date-time')),
  duration: checkOf('duration'),
  uri: checkOf('uri'),
  'uri-reference': checkOf('uri-reference'),
  'uri-template': checkOf('uri-template'),
  email: checkOf('email'),
  hostname: checkOf('hostname'),
  ipv4: checkOf('ipv4'),
  ipv6: checkOf('ipv6'),
  regex: (text: string) => text.length <= MAX_REGEX && checkOf('regex')(text),
  uuid: UUID,
  'json-pointer': checkOf('json-pointer'),
  'relative-json-pointer': checkOf('relative-json-pointer'),
  byte: BASE64,
  int32: { type: 'number', validate: (value: number) => Number.isInteger(value) && (value | 0) === value },
  // The largest int64, 2^63 - 1, is 2^63 once JSON.parse has rounded it: one too many passes.
  int64: {
    type: 'number',
    validate: (value: number) => Number.isInteger(value) && Math.abs(value) <= 2 ** 63,
  },
  float: { type: 'number', validate: (value: number) => Number.isFinite(Math.fround(value)) },
  double: { type: 'number', validate: (value: number) => Number.isFinite(value) },
  password: true,
  binary: true,
} as const satisfies Record<string, Format>

/** Compiling a pattern takes time; nobody sends long ones. */
const MAX_REGEX = 256

function checkOf(name: keyof typeof fullFormats): TextCheck {
  const format: unknown = fullFormats[name]
  const validate = isDefinition(format) ? format.validate : format
  if (validate instanceof RegExp) return (text) => validate.test(text)
  // ajv-formats has a RegExp or a function for each of the names above.
  return validate as TextCheck
}

function isDefinition(format: unknown): format is { readonly validate: unknown } {
  return typeof format === 'object' && format !== null && 'validate' in format
}

function both(shape: RegExp, check: TextCheck): TextCheck {
  return (text) => shape.test(text) && check(text)
}
