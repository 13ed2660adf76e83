/**
 * Looks for sensitive data in one text: a value of a JSON body, or a piece of another one. Slow beside the scanner
 * (`json-scan.ts`), which calls it for values that could be something, and for no others.
 *
 * Every expression is bounded or linear: the texts are the bank's, and what a customer writes in them.
 */
import { judgeCard } from './cards.ts'
import { startsWithIban } from './iban.ts'
import { NATIONAL } from './national.ts'
import type { DataClass } from './types.ts'

/** `near`: looks alike and fails its check digits. */
export type Report = (found: DataClass, at: number, near: boolean) => void

/** Written as on the card, or in one piece; not a part of a longer number, nor an amount's. */
const CARD =
  /(?<![\w.])(?:\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|\d{4}([ -])\d{6}\2\d{4,5}|\d{12,19})(?![\w]|\.\d)/g
const IBAN = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}/g
const UK_ACCOUNT = /(?<![\w-])\d{2}-\d{2}-\d{2}[ ,/:]{0,3}\d{8}(?![\w-])/g
const PHONE = /(?<![\w+])\+[1-9](?:[ ()-]{0,2}\d){7,14}(?![\d:])/g
/** Two JSON objects in base64url, and a dot between: a JWT. A detached signature (RFC 7515 appendix F) has no second. */
const JWT = /(?<![\w-])eyJ[\w-]{8,4096}\.eyJ[\w-]{8,4096}\./g
const PRIVATE_KEY = /-----BEGIN (?:[A-Z]{2,10} )?PRIVATE KEY-----/g
/** Keys that say themselves what they are, as their issuers document: AWS, GitHub, GitLab, Slack, Stripe, Google, SendGrid, npm. */
const API_KEY =
  /(?<![\w-])(?:A(?:KIA|SIA)[0-9A-Z]{16}|gh[pousr]_[0-9A-Za-z]{36}|github_pat_\w{22,}|glpat-[\w-]{20}|xox[abprs]-[\w-]{10,}|[rs]k_live_[0-9A-Za-z]{16,}|AIza[\w-]{35}|SG\.[\w-]{22}\.[\w-]{43}|npm_[0-9A-Za-z]{36})/g
const BIC = /^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/

const BIC_FIELD = /bic|swift/
const UK_FIELD = /account|sort.?code|identification/
const PHONE_FIELD = /phone|mobile|msisdn/
const TOKEN = /[^\s,;:()"'<>/=|]{8,24}/g

/** `field` is the name of the member in lower case; matches that begin in [from, limit) are reported. */
export function inspect(text: string, field: string, report: Report, from = 0, limit = text.length): void {
  const inside: Report = (found, at, near) => {
    if (at >= from && at < limit) report(found, at, near)
  }
  if (text.includes('@')) emails(text, inside)
  if (text.includes('eyJ')) each(JWT, text, (at) => inside('jwt', at, false))
  if (text.includes('-----BEGIN')) each(PRIVATE_KEY, text, (at) => inside('private_key', at, false))
  each(API_KEY, text, (at) => inside('api_key', at, false))
  if (BIC_FIELD.test(field) && BIC.test(text)) inside('bic', 0, false)
  if (!/\d{2}/.test(text)) return
  numbers(text, field, inside)
  nationals(text, field, inside)
}

function numbers(text: string, field: string, report: Report): void {
  each(CARD, text, (at, found) => {
    const digits = found.replace(/[ -]/g, '')
    if (digits.length === 14 && digits === text && UK_FIELD.test(field))
      return report('uk_account', at, false)
    const verdict = judgeCard(digits)
    if (verdict !== 'no') report('pan', at, verdict === 'near')
  })
  each(IBAN, text, (at, found) => {
    if (startsWithIban(found.replaceAll(' ', ''))) report('iban', at, false)
  })
  each(UK_ACCOUNT, text, (at) => report('uk_account', at, false))
  const called = PHONE_FIELD.test(field)
  if (called && /^[\d ()+-]{7,22}$/.test(text) && digitsIn(text) >= 7) report('phone', 0, false)
  else if (text.includes('+')) each(PHONE, text, (at) => report('phone', at, false))
}

function digitsIn(text: string): number {
  return text.replace(/\D/g, '').length
}

/** A whole value as people write it, or one word of a text. */
function nationals(text: string, field: string, report: Report): void {
  if (text.length <= 24) judgeNational(text, field, 0, report)
  else each(TOKEN, text, (at, token) => judgeNational(token, field, at, report))
}

function judgeNational(text: string, field: string, at: number, report: Report): void {
  if (text.length < 8) return
  const upper = text.toUpperCase()
  const compact = upper.replace(/[ .-]/g, '')
  for (const { class: found, shape, checks, written, hint, sure } of NATIONAL) {
    const candidate = shape.test(compact) ? compact : shape.test(upper) ? upper : undefined
    if (candidate === undefined) continue
    const believed = sure || written?.test(upper) === true || hint.test(field)
    if (!believed) continue
    const passes = checks(candidate)
    if (passes || sure) report(found, at, !passes)
    if (passes) return
  }
}

/** From each @ outwards: an expression that looks for the whole reads every word of a text to its end. */
function emails(text: string, report: Report): void {
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    let start = at
    while (start > 0 && at - start < 64 && /[\w.%+-]/.test(text[start - 1] ?? '')) start--
    const domain = /^[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,24}(?![\w-])/.exec(
      text.slice(at + 1, at + 256),
    )
    if (start < at && domain !== null) report('email', start, false)
  }
}

function each(pattern: RegExp, text: string, found: (at: number, match: string) => void): void {
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text))
    found(match.index, match[0])
}
