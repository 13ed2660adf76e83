/** A bank in memory, whose every answer is held against its document. */
import type { Hono } from 'hono'
import { createApp } from '../../../local/bank/app.ts'
import { createCredentials } from '../../../local/bank/credentials.ts'
import { type Customer, customers } from '../../../local/bank/customers.ts'
import { createMemoryStore } from '../../../local/bank/store.ts'
import { unlikeDocument } from './document.ts'

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Parsed when the answer says that it is JSON. */
  readonly json: unknown
  readonly departures: readonly string[]
}

export interface Call {
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer>
}

export interface Branch {
  readonly app: Hono
  readonly call: (method: string, path: string, call?: Call) => Promise<Reply>
  readonly pass: (ms: number) => void
}

const credentials = createCredentials(customers)
const OPENING = Date.UTC(2026, 10, 20, 12)

export function customer(index: number): Customer {
  const found = customers[index]
  if (found === undefined) throw new Error(`Cannot find customer ${index}: there are ${customers.length}`)
  return found
}

export async function openBranch(): Promise<Branch> {
  let now = OPENING
  const clock = () => now
  const app = createApp({ store: createMemoryStore(clock), credentials: await credentials, now: clock })
  return {
    app,
    call: (method, path, call = {}) => ask(app, method, path, call),
    pass: (ms) => {
      now += ms
    },
  }
}

export async function ask(app: Hono, method: string, path: string, call: Call): Promise<Reply> {
  const headers = new Headers(call.headers)
  if (call.token !== undefined) headers.set('authorization', `Bearer ${call.token}`)
  if (call.json !== undefined) headers.set('content-type', 'application/json')
  if (call.form !== undefined) headers.set('content-type', 'application/x-www-form-urlencoded')
  const body = call.body ?? (call.json === undefined ? undefined : JSON.stringify(call.json))
  const content = call.form === undefined ? body : new URLSearchParams(call.form).toString()
  const response = await app.request(`https://bank.example${path}`, {
    method,
    headers,
    ...(content === undefined ? {} : { body: content }),
  })
  const unlike = await unlikeDocument(method, path.split('?')[0] ?? path, response)
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
    departures: unlike,
  }
}

/** The string at a path of members: `at(reply.json, 'Data', 'ConsentId')`. */
export function at(value: unknown, ...names: readonly (string | number)[]): string {
  let found: unknown = value
  for (const name of names) {
    found =
      typeof found === 'object' && found !== null
        ? Object.getOwnPropertyDescriptor(found, name)?.value
        : undefined
  }
  if (typeof found !== 'string') throw new Error(`Cannot read ${names.join('.')}: ${JSON.stringify(value)}`)
  return found
}
