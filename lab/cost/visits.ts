/** One request after the other of each kind, each as its caller would send it, and everything that it needs beforehand. */
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { customers } from '../../local/bank/customers.ts'
import type { TppName } from '../../local/tpp/cast.ts'
import { echoPath } from '../../local/tpp/routes.ts'
import type { LocalTpps } from '../../local/tpp/store.ts'
import { makeSigned } from '../sign/make.ts'
import type { Kind } from './bill.ts'
import type { Client, Message } from './client.ts'
import { ORIGIN } from './client.ts'

const AISP = '/open-banking/v4.0/aisp'
const READER: TppName = 'aisp'
/** Signs by PS256, for which it takes a key of RSA. */
const PAYER: TppName = 'pisp'
/** A third party calls from its own machines. */
const TPP_ADDRESS = '203.0.113.9'
/** RTS Article 36(5)(b): so often a consent may be used without its customer. */
const UNATTENDED_A_DAY = 4
const SIGNED = 'obie-4.0'
/** Certificates are examined for the first time, objects are made. */
const WARM_UP = 200

/** What is sent first, so that what follows is no stranger's: consents are used for months, people come back. */
export interface Plan {
  readonly before: readonly Message[]
  readonly counted: readonly Message[]
}

export type Visits = (kind: Kind, count: number) => Promise<Plan>

export interface Means {
  readonly client: Client
  readonly tpps: LocalTpps
  /** Asks the bank itself: what is made ready there is not counted here. */
  readonly bank: (
    path: string,
    init: { readonly headers: Record<string, string>; readonly body: string },
  ) => Promise<unknown>
}

export function visitsFrom(means: Means): Visits {
  const { tpps } = means
  const as = (name: TppName) => ({ cf: certified(tpps, name), address: TPP_ADDRESS })
  return async (kind, count) => {
    switch (kind) {
      case 'attended_get': {
        // One customer after the other looks at the accounts in the third party's app.
        const tokens = await consents(means, Math.ceil(count / 10))
        return plan(tokens.length, count, (at) => ({
          ...as(READER),
          ...{ method: 'GET', path: `${AISP}/accounts` },
          headers: { ...reading(tokens, at), 'x-fapi-customer-ip-address': `198.51.100.${1 + (at % 200)}` },
        }))
      }
      case 'unattended_get': {
        const tokens = await consents(means, Math.ceil(count / (UNATTENDED_A_DAY - 1)))
        return plan(tokens.length, count, (at) => ({
          ...as(READER),
          ...{ method: 'GET', path: `${AISP}/accounts`, headers: reading(tokens, at) },
        }))
      }
      case 'signed_post':
        return split(await signedPosts(means, WARM_UP + count, as(PAYER)), WARM_UP)
      case 'login':
        return split(await logins(means, WARM_UP + count), WARM_UP)
    }
  }
}

function certified({ der, issuingDer }: LocalTpps, name: TppName): object {
  return {
    ...{ httpProtocol: 'HTTP/2', tlsVersion: 'TLSv1.3', tlsCipher: 'AEAD-AES128-GCM-SHA256' },
    ...{ asn: 64_500, asOrganization: 'Example Hosting', country: 'GB' },
    tlsClientAuth: {
      ...{ certPresented: '1', certVerified: 'SUCCESS', certRevoked: '0' },
      ...{ certRFC9440: `:${der(name)}:`, certRFC9440TooLarge: false },
      ...{ certChainRFC9440: `:${issuingDer}:`, certChainRFC9440TooLarge: false },
    },
  }
}

function plan(before: number, count: number, message: (at: number) => Message): Plan {
  return split(
    Array.from({ length: before + count }, (_, at) => message(at)),
    before,
  )
}

function split(messages: readonly Message[], before: number): Plan {
  return { before: messages.slice(0, before), counted: messages.slice(before) }
}

function reading(tokens: readonly string[], at: number): Record<string, string> {
  return {
    authorization: `Bearer ${tokens[at % tokens.length]}`,
    accept: 'application/json',
    'user-agent': 'budget-lark/3.1',
    'x-fapi-interaction-id': randomUUID(),
  }
}

/** Access tokens of as many consents, which customers have given. */
async function consents({ bank }: Means, count: number): Promise<readonly string[]> {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const json = { 'content-type': 'application/json' }
  const client = 'grant_type=client_credentials&client_id=budget-lark&scope=accounts'
  const own = tokenIn(await bank('/oauth2/token', { headers: form, body: client }))
  const tokens: string[] = []
  for (let at = 0; at < count; at++) {
    const consent = await bank(`${AISP}/account-access-consents`, {
      headers: { ...json, authorization: `Bearer ${own}` },
      body: JSON.stringify({ Data: { Permissions: ['ReadAccountsBasic', 'ReadBalances'] }, Risk: {} }),
    })
    const id = /"ConsentId":"([^"]+)"/.exec(JSON.stringify(consent))?.[1]
    const { username = '', password = '' } = customers[at % customers.length] ?? {}
    const granted = await bank(`/demo/consents/${id}/authorise`, {
      headers: json,
      body: JSON.stringify({ username, password }),
    })
    tokens.push(tokenIn(granted))
  }
  return tokens
}

function tokenIn(answer: unknown): string {
  const token = /"access_token":"([^"]+)"/.exec(JSON.stringify(answer))?.[1]
  if (token === undefined) throw new Error(`Cannot get a token from the bank: ${JSON.stringify(answer)}`)
  return token
}

async function signedPosts(
  { tpps }: Means,
  count: number,
  asTpp: Pick<Message, 'cf' | 'address'>,
): Promise<readonly Message[]> {
  const { certificate, key } = tpps.seal(PAYER)
  return Promise.all(
    Array.from({ length: count }, async (_, at) => {
      // Two payments that say the same within a second are one that was sent twice.
      const initiation = { InstructionIdentification: `cost-${at}` }
      const body = JSON.stringify({ Data: { Initiation: initiation }, Risk: {} })
      const path = join(tpps.folder, `cost-${at}.json`)
      await writeFile(path, body)
      const signed = await makeSigned({
        ...{ dialect: SIGNED, key, certificate, transport: tpps.transport(PAYER) },
        ...{ method: 'POST', url: `${ORIGIN}${echoPath(SIGNED)}`, body: path, fields: [], cover: [] },
        ...{ kid: undefined, iss: undefined, alg: undefined, at: Date.now(), trust: undefined, json: true },
      })
      if (!signed.ok) throw new Error(`Cannot sign: ${signed.reason}`)
      const headers = { ...signed.value.headers, 'content-type': 'application/json' }
      return { ...asTpp, method: 'POST', path: echoPath(SIGNED), headers, body }
    }),
  )
}

/** People in a browser: the page first, then the form, with the pass that came with the page. */
async function logins({ client }: Means, count: number): Promise<readonly Message[]> {
  const people = Math.min(count, customers.length)
  const visitors = await Promise.all(
    Array.from({ length: people }, async (_, at) => {
      const person = { cf: BROWSER_CF, address: `198.18.${at >> 8}.${at & 255}`, headers: BROWSER }
      const page = await client.send({ ...person, method: 'GET', path: '/login' })
      return { ...person, cookie: page.cookies.map((line) => line.split(';', 1)[0]).join('; ') }
    }),
  )
  return Array.from({ length: count }, (_, at) => {
    const { cookie, ...visitor } = visitors[at % people] ?? {
      cookie: '',
      cf: BROWSER_CF,
      address: '',
      headers: BROWSER,
    }
    const { username = '', password = '' } = customers[at % people] ?? {}
    return {
      ...visitor,
      ...{ method: 'POST', path: '/login', body: String(new URLSearchParams({ username, password })) },
      headers: {
        ...BROWSER,
        ...{ cookie, origin: ORIGIN, referer: `${ORIGIN}/login` },
        'content-type': 'application/x-www-form-urlencoded',
      },
    }
  })
}

const BROWSER_CF = {
  ...{ httpProtocol: 'HTTP/2', tlsVersion: 'TLSv1.3', tlsCipher: 'AEAD-AES128-GCM-SHA256' },
  clientAcceptEncoding: 'gzip, deflate, br, zstd',
  ...{ asn: 64_496, asOrganization: 'Example Broadband', country: 'GB' },
  botManagement: { ja4: 't13d1516h2_8daaf6152771_d8a2da3f94cd', ja3Hash: '0'.repeat(32) },
}

const BROWSER = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'accept-encoding': 'gzip, br',
  'accept-language': 'en-GB,en;q=0.9',
  'sec-ch-ua': '"Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99"',
  'sec-ch-ua-mobile': '?0',
  'sec-ch-ua-platform': '"Windows"',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-user': '?1',
  'upgrade-insecure-requests': '1',
  'user-agent':
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
}
