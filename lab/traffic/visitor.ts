/** A client with a memory of its own: cookies, a place, software. Everything that sends requests is one of these. */
import { fnv1a } from './random.ts'
import type { ClientAuth, Place, Purpose, Reply, Sender, Software, Step, Truth } from './traffic.ts'

export interface Visitor {
  /** May change between visits: a second device, an attacker's next tool. */
  software: Software
  /** May change in the middle of a session: people walk out of the house. */
  place: Place
  /** Undefined for clients that keep no cookies. */
  readonly cookies: Map<string, string> | undefined
  readonly truth: Sender
  readonly certificate?: ClientAuth | undefined
}

export interface Sent {
  readonly at: number
  readonly method?: string
  readonly path: string
  readonly purpose: Purpose
  readonly body?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  /** What this request is beside the visitor's own truth: an attempt, a good secret. Neither, where nothing is said. */
  readonly truth?: Partial<Pick<Truth, 'attempt' | 'valid'>>
}

/** Sends one request, keeps the cookies of the answer, and returns the answer. */
export function* send(visitor: Visitor, sent: Sent): Generator<Step, Reply, Reply> {
  const { software, place, cookies, certificate } = visitor
  const cookie = cookies === undefined || cookies.size === 0 ? {} : { cookie: jarLine(cookies) }
  const length = sent.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(sent.body)) }
  const reply = yield {
    at: sent.at,
    method: sent.method ?? (sent.body === undefined ? 'GET' : 'POST'),
    path: sent.path,
    headers: { ...software.headers(sent.purpose), ...cookie, ...length, ...sent.headers },
    body: sent.body,
    software,
    place,
    certificate,
    truth: truthOf(visitor, sent.truth),
  }
  for (const [name, value] of reply.cookies) {
    if (value === '') cookies?.delete(name)
    else cookies?.set(name, value)
  }
  return reply
}

function truthOf({ truth, software: { tool, version } }: Visitor, sent: Sent['truth']): Truth {
  return { warmUp: false, ...truth, attempt: false, valid: false, tool, version, ...sent }
}

/** Solves the challenge that stood in an answer. False where there was none, or nowhere to keep what it earns. */
export function meet({ cookies, software }: Visitor, { earns }: Reply): boolean {
  if (earns === undefined || cookies === undefined || software.scripts === false) return false
  const [name, value] = earns()
  cookies.set(name, value)
  return true
}

function jarLine(cookies: ReadonlyMap<string, string>): string {
  return Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ')
}

export function form(fields: Readonly<Record<string, string>>): string {
  return new URLSearchParams(fields).toString()
}

// ------------------------------------------------------------------------------- whom the laboratory's bank knows

/** Invented customers: everything about them follows from their number, so that a million of them need no memory. */
export const CUSTOMERS = 500_000

export function userName(customer: number): string {
  return `customer-${customer}`
}

export function customerNumber(user: string): number | undefined {
  const digits = /^customer-(\d{1,7})$/.exec(user)?.[1]
  return digits === undefined || Number(digits) >= CUSTOMERS ? undefined : Number(digits)
}

export function passwordOf(customer: number): string {
  return `Pw-${fnv1a(`password ${customer}`).toString(36)}-${customer % 97}`
}

export interface Card {
  readonly number: string
  readonly expiry: string
  readonly cvv: string
}

/** The bank's own issuer number, from the range of cards that no scheme issues. */
export const OWN_BIN = '400099'

export function cardOf(customer: number): Card {
  const hash = fnv1a(`card ${customer}`)
  return {
    number: withCheckDigit(`${OWN_BIN}${String(customer).padStart(9, '0')}`),
    expiry: `${String(1 + (hash % 12)).padStart(2, '0')}/${27 + (hash % 4)}`,
    cvv: String(100 + (hash % 900)),
  }
}

/** ISO/IEC 7812-1 annex B (Luhn). */
export function withCheckDigit(digits: string): string {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
}

/** Opaque to everybody but the laboratory's bank, which keeps no list of sessions: 43 characters, as the demo bank's. */
export function tokenFor(kind: 'session' | 'mobile' | 'consent' | 'client', customer: number): string {
  return Buffer.from(`${kind}:${customer}`.padEnd(32, '.')).toString('base64url')
}

export function readToken(token: string): { readonly kind: string; readonly customer: number } | undefined {
  const [, kind, customer] =
    /^(session|mobile|consent|client):(\d+)\.*$/.exec(Buffer.from(token, 'base64url').toString('latin1')) ??
    []
  return kind === undefined ? undefined : { kind, customer: Number(customer) }
}

export function accountId(customer: number, index: number): string {
  return `acc-${fnv1a(`account ${customer}/${index}`).toString(16).padStart(8, '0')}-${customer}`
}

/** Each customer pays one other person now and then. */
export function payeeId(customer: number): string {
  return `pay-${fnv1a(`payee ${customer}`).toString(16).padStart(8, '0')}-${customer}`
}

export function consentId(customer: number): string {
  return `con-${fnv1a(`consent ${customer}`).toString(16).padStart(8, '0')}-${customer}`
}
