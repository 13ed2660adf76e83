/** What octets say of a value as they go by: enough to leave nearly every value alone. */
import type { Buffer } from 'node:buffer'

const DIGIT = 1
const AT = 2
const LOWER = 4
const UPPER = 8
/** Ends a run of ordinary characters in a JSON string. */
export const STOP = 16
/** Something is written as `\u0040`: what it is shows only once it is read. */
export const ESCAPED = 32

/** Kinds of each octet. */
export const KINDS = Uint8Array.from({ length: 256 }, (_, octet) => {
  if (octet >= 0x30 && octet <= 0x39) return DIGIT
  if (octet === 0x40) return AT
  if (octet >= 0x61 && octet <= 0x7a) return LOWER
  if (octet >= 0x41 && octet <= 0x5a) return UPPER
  return octet === 0x22 || octet === 0x5c ? STOP : 0
})

/** Ends a number or a literal. */
export const ENDS = Uint8Array.from({ length: 256 }, (_, octet) =>
  octet <= 0x20 || octet === 0x2c || octet === 0x5d || octet === 0x7d || octet === 0x22 ? 1 : 0,
)

/** No identifier that is looked for is shorter, or has fewer digits. A BIC is looked for apart. */
const MIN_LENGTH = 8
const MIN_DIGITS = 6
/** Keys of well-known issuers and PEM begin so (`inspect.ts`), and are at least so long. */
const MIN_KEY = 16
const KEY_STARTS = Uint8Array.from({ length: 256 }, (_, octet) =>
  'AgxsrSn-'.includes(String.fromCharCode(octet)) ? 1 : 0,
)

/** Whether a value is looked at, in whose octets there were these kinds. */
export function isWorthIt(view: Buffer, start: number, end: number, kinds: number): boolean {
  if ((kinds & (AT | ESCAPED)) !== 0) return true
  const length = end - start
  const mayBeNumber = (kinds & DIGIT) !== 0 && length >= MIN_LENGTH && !isTime(view, start, length)
  if (mayBeNumber && hasDigits(view, start, end)) return true
  if (length >= MIN_KEY && KEY_STARTS[view[start] ?? 0] === 1) return true
  // A BIC has eight characters or eleven, all of them upper case or digits.
  return (length === 8 || length === 11) && (kinds & (LOWER | UPPER)) === UPPER
}

function hasDigits(view: Buffer, start: number, end: number): boolean {
  let digits = 0
  for (let at = start; at < end; at++) {
    digits += (KINDS[view[at] ?? 0] ?? 0) & DIGIT
    if (digits >= MIN_DIGITS) return true
  }
  return false
}

/** Bodies are full of times (RFC 3339), which are nothing else: digits and hyphens where a date has them, then a T. */
function isTime(view: Buffer, start: number, length: number): boolean {
  if (length < 10 || length > 35) return false
  if (view[start + 4] !== 0x2d || view[start + 7] !== 0x2d) return false
  return length === 10 || view[start + 10] === 0x54 || view[start + 10] === 0x20
}
