/** What the laboratory's clients are made of. Types only. */
import type { Intent } from '../../src/evidence.ts'

/** Classes of people and machines that must not be stopped. */
export const BENIGN_CLASSES = [
  'browser person',
  'mobile app',
  'licensed TPP',
  'aggregator',
  'declared automation',
  'headless browser',
  'household',
  'office',
  'carrier network',
  'attacker neighbour',
  'attacked customer',
  'password manager',
  'forgotten password',
  'roaming person',
  'privacy browser',
  'assistive technology',
  'old browser',
  'contingency TPP',
  'bank test',
] as const
export type BenignClass = (typeof BENIGN_CLASSES)[number]

/** `flood` and `compromised_tpp` are what operators call them; a model knows both as scraping (`INTENT_OF`). */
export type AttackKind =
  | 'credential_stuffing'
  | 'password_spraying'
  | 'card_testing'
  | 'enumeration'
  | 'scraping'
  | 'account_takeover'
  | 'flood'
  | 'compromised_tpp'

export const INTENT_OF = {
  credential_stuffing: 'credential_stuffing',
  password_spraying: 'password_spraying',
  card_testing: 'card_testing',
  enumeration: 'enumeration',
  scraping: 'scraping',
  account_takeover: 'account_takeover',
  flood: 'scraping',
  compromised_tpp: 'scraping',
} as const satisfies Record<AttackKind, Intent>

/** What a request really was. Nothing of it reaches the gate. */
export interface Truth {
  readonly intent: Intent
  /** The benign class, or the kind of attack. */
  readonly class: BenignClass | AttackKind
  /** Id of the campaign, or the name of the benign group: training and evaluation are split by it. */
  readonly campaign: string
  /** Whom it would hurt to be stopped: a person, a household's phone, a customer behind a third party. */
  readonly person: string
  /** Counts as an attempt of its campaign: a page fetched on the way to one does not. */
  readonly attempt: boolean
  /** The credentials or the card are good. */
  readonly valid: boolean
  /** What sends it, and what that is a version of: kept apart between training, tuning and reporting. */
  readonly tool: string
  readonly version: string
  /** Before the span that counts: for the gate to remember, and for nobody to judge it by. */
  readonly warmUp: boolean
}

/** What a visitor's script says of itself; the rest of the truth follows from what it sends, and with what. */
export type Sender = Omit<Truth, 'attempt' | 'valid' | 'tool' | 'version' | 'warmUp'> & {
  readonly warmUp?: true
}

/** How a client's software looks on the wire, apart from its headers. */
export interface Transport {
  /** As Cloudflare names it in `cf.httpProtocol`. */
  readonly protocol: 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2' | 'HTTP/3'
  readonly tls: 'TLSv1.2' | 'TLSv1.3'
  readonly ja4: string
}

/** What a part of a page is for, as Fetch Metadata names it (`Sec-Fetch-Dest`). */
export type Dest = 'style' | 'script' | 'image'

/** Why a browser or a program sends a request: its headers follow from it. */
export interface Purpose {
  /** A page, a part that a page pulls in, a form, a script's fetch, or a call of a program that has no pages. */
  readonly kind: 'page' | 'part' | 'form' | 'fetch' | 'call'
  /** Of a part. */
  readonly dest?: Dest
  /** Path of the page from which it is sent; undefined for a bookmark or another site. */
  readonly from?: string | undefined
  /** Media type of the body. */
  readonly type?: string | undefined
}

export interface Software {
  readonly name: string
  /** Make without version and system, such as `Google Chrome` or `OpenBullet`; of an imitation, who imitates. */
  readonly tool: string
  readonly version: string
  readonly transport: Transport
  /** The client's own Accept-Encoding; Cloudflare sets the header itself and keeps this in `cf`. */
  readonly encodings: string
  /** False for what shows pages and runs nothing in them: it meets no challenge. */
  readonly scripts?: boolean
  headers(purpose: Purpose): Record<string, string>
}

export interface Place {
  readonly address: string
  readonly asn: number
  readonly organisation: string
  /** Undefined for anonymising networks. */
  readonly country: string | undefined
  readonly kind: 'home' | 'office' | 'carrier' | 'vpn' | 'hosting'
  /** What a company's TLS inspection puts in place of its clients' own transport. */
  readonly inspection?: Transport | undefined
}

/** A client certificate as Cloudflare reports it in `cf.tlsClientAuth`. */
export type ClientAuth = Readonly<Record<string, string | boolean>>

export interface Step {
  readonly at: number
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly software: Software
  readonly place: Place
  readonly certificate?: ClientAuth | undefined
  readonly truth: Truth
}

/** What a client sees of an answer. */
export interface Reply {
  readonly status: number
  readonly location: string | null
  /** Set-Cookie, name and value. */
  readonly cookies: readonly (readonly [string, string])[]
  /** Ground truth of the driver, for clients that are paid by success: the request reached the bank. */
  readonly forwarded: boolean
  /**
   * A challenge stood in the answer: the cookie that a browser earns by solving it. The work itself is not done here,
   * it costs a machine a third of a second; whoever takes the cookie has to be able to run the page.
   */
  readonly earns?: (() => readonly [name: string, value: string]) | undefined
}

/** A client's script: says what it sends and when, and reads the answer before it goes on. */
export type Session = Generator<Step, void, Reply>

/** A session that begins at a moment; made only then, so that a million of them cost no memory before. */
export interface Arrival {
  readonly at: number
  begin(): Session
}
