/**
 * Primary account numbers (ISO/IEC 7812-1). One in ten random numbers satisfies Luhn, and logs are full of numbers that
 * are not cards (millisecond timestamps have 13 digits, sort code and account number together 14): the issuer's range
 * and the length that goes with it decide first.
 */
import { luhn } from './check-digits.ts'

/** First digits from, to (inclusive, of equal length), and the lengths that the scheme issues. */
type Range = readonly [from: string, to: string, lengths: readonly number[]]

/** As the schemes publish them. The first range that fits counts. */
const RANGES: readonly Range[] = [
  ['4', '4', [13, 16, 19]], // Visa
  ['51', '55', [16]], // Mastercard
  ['2221', '2720', [16]], // Mastercard
  ['34', '34', [15]], // American Express
  ['37', '37', [15]],
  ['300', '305', [14, 16, 19]], // Diners Club
  ['3095', '3095', [14, 16, 19]],
  ['36', '36', [14, 16, 19]],
  ['38', '39', [14, 16, 19]],
  ['3528', '3589', [16, 19]], // JCB
  ['6011', '6011', [16, 19]], // Discover
  ['644', '649', [16, 19]],
  ['65', '65', [16, 19]],
  ['62', '62', [16, 17, 18, 19]], // UnionPay
  ['2200', '2204', [16, 17, 18, 19]], // Mir
  ['5018', '5018', [12, 13, 14, 15, 16, 17, 18, 19]], // Maestro
  ['5020', '5020', [12, 13, 14, 15, 16, 17, 18, 19]],
  ['5038', '5038', [12, 13, 14, 15, 16, 17, 18, 19]],
  ['5893', '5893', [12, 13, 14, 15, 16, 17, 18, 19]],
  ['6304', '6304', [12, 13, 14, 15, 16, 17, 18, 19]],
  ['6759', '6759', [12, 13, 14, 15, 16, 17, 18, 19]],
  ['6761', '6763', [12, 13, 14, 15, 16, 17, 18, 19]],
]

export type CardVerdict = 'card' | 'near' | 'no'

/** `near`: an issuer's number but for the check digit. Where most numbers are near, those that pass do so by chance. */
export function judgeCard(digits: string): CardVerdict {
  if (digits.length < 12 || digits.length > 19 || !hasIssuer(digits)) return 'no'
  return luhn(digits) ? 'card' : 'near'
}

function hasIssuer(digits: string): boolean {
  for (const [from, to, lengths] of RANGES) {
    const start = digits.slice(0, from.length)
    if (start >= from && start <= to) return lengths.includes(digits.length)
  }
  return false
}
