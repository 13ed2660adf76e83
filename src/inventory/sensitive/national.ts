/**
 * National identifiers of persons. Where neither structure nor check digits say enough, the name of the field must: nine
 * digits that satisfy an eleven-test are nine digits in one of eleven cases.
 */
import { isDay, luhn, mod11and10, weighted } from './check-digits.ts'
import type { NationalId } from './types.ts'

export interface NationalRule {
  readonly class: NationalId
  /** The whole of a compact text: upper case, without spaces, dots and hyphens, unless `written` is asked. */
  readonly shape: RegExp
  readonly checks: (compact: string) => boolean
  /** As people write it, where that alone tells it apart; otherwise digits alone need the field's name. */
  readonly written: RegExp | undefined
  /** Lower-case text of the field's name. */
  readonly hint: RegExp
  /** Structure and check digits suffice, whatever the field is called. */
  readonly sure: boolean
}

export const NATIONAL: readonly NationalRule[] = [
  {
    // Prefixes that HMRC does not issue: NIM39110. No check digit.
    class: 'uk_nino',
    shape: /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/,
    checks: () => true,
    written: /^[A-Z]{2} \d{2} \d{2} \d{2} [A-D]$/,
    hint: /nino|national.?insurance|ni.?number/,
    sure: false,
  },
  {
    // Areas 000, 666 and 900 to 999, group 00 and serial 0000 are not issued (20 CFR 422.103). No check digit.
    class: 'us_ssn',
    shape: /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/,
    checks: () => true,
    written: /^\d{3}-\d{2}-\d{4}$/,
    hint: /ssn|social.?security/,
    sure: false,
  },
  {
    // In the first ten digits one occurs twice or three times, none more often (BZSt).
    class: 'de_tax_id',
    shape: /^[1-9]\d{10}$/,
    checks: (digits) => new Set(digits.slice(0, 10)).size < 10 && mod11and10(digits),
    written: undefined,
    hint: /steuer|tax.?id|idnr|tin\b/,
    sure: false,
  },
  {
    class: 'es_dni',
    shape: /^[XYZ\d]\d{7}[A-Z]$/,
    checks: (text) =>
      text[8] === DNI[Number(text.slice(0, 8).replace(/^[XYZ]/, (letter) => NIE[letter] ?? '')) % 23],
    written: undefined,
    hint: /dni|nie\b|nif/,
    sure: true,
  },
  {
    class: 'it_codice_fiscale',
    shape: /^[A-Z]{6}[\dL-NP-V]{2}[ABCDEHLMPRST][\dL-NP-V]{2}[A-Z][\dL-NP-V]{3}[A-Z]$/,
    checks: codiceFiscale,
    written: undefined,
    hint: /codice.?fiscale|fiscal.?code/,
    sure: true,
  },
  {
    // Corsica's 2A and 2B count as 19 and 18. The key is 97 less the rest.
    class: 'fr_insee',
    shape: /^[12]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d{2}|2[AB])\d{6}\d{2}$/,
    checks: (text) => {
      const digits = text.replace('2A', '19').replace('2B', '18')
      return 97 - Number(BigInt(digits.slice(0, 13)) % 97n) === Number(digits.slice(13))
    },
    written: undefined,
    hint: /insee|nir\b|securite.?sociale/,
    sure: true,
  },
  {
    // The month carries the century: 1800s +80, 2000s +20, 2100s +40, 2200s +60.
    class: 'pl_pesel',
    shape: /^\d{11}$/,
    checks: (digits) =>
      isDay(Number(digits.slice(2, 4)) % 20, Number(digits.slice(4, 6))) &&
      weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0,
    written: undefined,
    hint: /pesel/,
    sure: false,
  },
  {
    class: 'nl_bsn',
    shape: /^\d{9}$/,
    checks: (digits) => weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0 && digits !== '000000000',
    written: undefined,
    hint: /bsn|burgerservice/,
    sure: false,
  },
  {
    // For those born from 2000 a 2 stands before the nine digits.
    class: 'be_national_number',
    shape: /^\d{11}$/,
    checks: (digits) =>
      isDay(Number(digits.slice(2, 4)), Number(digits.slice(4, 6))) &&
      ['', '2'].some((age) => 97 - (Number(age + digits.slice(0, 9)) % 97) === Number(digits.slice(9))),
    written: /^\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}$/,
    hint: /rijksregister|registre.?national|national.?number|insz|niss/,
    sure: false,
  },
  {
    // Co-ordination numbers have 60 added to the day.
    class: 'se_personnummer',
    shape: /^(?:19|20)?\d{10}$/,
    checks: (digits) => {
      const ten = digits.slice(-10)
      return isDay(Number(ten.slice(2, 4)), Number(ten.slice(4, 6)) % 60) && luhn(ten)
    },
    written: /^(?:19|20)?\d{6}[-+]\d{4}$/,
    hint: /personnummer|personal.?identity/,
    sure: false,
  },
  {
    class: 'fi_hetu',
    shape: /^\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]$/,
    checks: (text) =>
      isDay(Number(text.slice(2, 4)), Number(text.slice(0, 2))) &&
      text[10] === HETU[Number(text.slice(0, 6) + text.slice(7, 10)) % 31],
    written: /^\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]$/,
    hint: /hetu|henkilotunnus/,
    sure: true,
  },
  {
    class: 'ie_pps',
    shape: /^\d{7}[A-W][A-IW]?$/,
    checks: (text) => {
      const second = text.charCodeAt(8)
      const extra = Number.isNaN(second) || second === 87 ? 0 : (second - 64) * 9
      return PPS[(weighted(text, [8, 7, 6, 5, 4, 3, 2]) + extra) % 23] === text[7]
    },
    written: undefined,
    hint: /pps/,
    sure: false,
  },
  {
    class: 'pt_nif',
    shape: /^[1-35]\d{8}$/,
    checks: (digits) => {
      const rest = 11 - (weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11)
      return (rest > 9 ? 0 : rest) === Number(digits[8])
    },
    written: undefined,
    hint: /nif|contribuinte/,
    sure: false,
  },
  {
    class: 'ro_cnp',
    shape: /^[1-9]\d{12}$/,
    checks: (digits) => {
      const rest = weighted(digits, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
      return (
        isDay(Number(digits.slice(3, 5)), Number(digits.slice(5, 7))) &&
        (rest === 10 ? 1 : rest) === Number(digits[12])
      )
    },
    written: undefined,
    hint: /cnp|numeric.?personal/,
    sure: false,
  },
]

const DNI = 'TRWAGMYFPDXBNJZSQVHLCKE'
const NIE: Readonly<Record<string, string>> = { X: '0', Y: '1', Z: '2' }
const HETU = '0123456789ABCDEFHJKLMNPRSTUVWXY'
const PPS = 'WABCDEFGHIJKLMNOPQRSTUV'

/** DM 23 December 1976: characters in odd places have values of their own, digits count as the letters A to J. */
function codiceFiscale(text: string): boolean {
  let sum = 0
  for (let at = 0; at < 15; at++) {
    const unit = text.charCodeAt(at)
    const value = unit < 58 ? unit - 48 : unit - 65
    sum += at % 2 === 0 ? (ODD[value] ?? 0) : value
  }
  return String.fromCharCode(65 + (sum % 26)) === text[15]
}
const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
