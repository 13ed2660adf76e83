/** Check digits of the identifiers that have them. All take texts without spaces and separators. */

/** ISO/IEC 7812-1 annex B, from the right: every second digit doubled. */
export function luhn(digits: string): boolean {
  let sum = 0
  for (let at = digits.length - 1, even = false; at >= 0; at--, even = !even) {
    const digit = digits.charCodeAt(at) - 48
    sum += even ? (digit > 4 ? 2 * digit - 9 : 2 * digit) : digit
  }
  return sum % 10 === 0
}

/** ISO 7064 mod 97-10 as ISO 13616-1 uses it: the first four characters last, letters as 10 to 35. */
export function ibanChecks(iban: string): boolean {
  const turned = iban.slice(4) + iban.slice(0, 4)
  let rest = 0
  for (let at = 0; at < turned.length; at++) {
    const unit = turned.charCodeAt(at)
    rest = (unit < 58 ? rest * 10 + unit - 48 : rest * 100 + unit - 55) % 97
  }
  return rest === 1
}

/** ISO 7064 mod 11,10: the German tax identification number. */
export function mod11and10(digits: string): boolean {
  let product = 10
  for (let at = 0; at < digits.length - 1; at++) {
    const sum = (Number(digits[at]) + product) % 10 || 10
    product = (sum * 2) % 11
  }
  return (11 - product) % 10 === Number(digits.at(-1))
}

/** Sum of the digits times their weights. */
export function weighted(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, at) => sum + weight * Number(digits[at] ?? 0), 0)
}

/** A day of the calendar, of any century. */
export function isDay(month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= (DAYS[month - 1] ?? 0)
}
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
