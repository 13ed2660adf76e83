/** Exchanges of an invented bank, for the tests of the inventory. */
import type { AnswerFacts, ExchangeFacts } from '../../../src/inventory/learn/types.ts'
import { matcherFor } from '../../../src/inventory/specs/match.ts'
import type { CompiledSpecification, Operation } from '../../../src/inventory/types.ts'

export const HOST = 'api.bank.example'
export const START = Date.UTC(2026, 10, 21, 9)

export function operation(id: string, changes: Partial<Operation> = {}): Operation {
  const [method = 'GET', path = '/'] = id.split(' ')
  return {
    id,
    method,
    path,
    document: 0,
    version: '1.0',
    standing: 'current',
    operationId: undefined,
    deprecated: false,
    sunset: undefined,
    tags: [],
    owner: undefined,
    security: [],
    parameters: [],
    body: undefined,
    responses: [],
    carries: [],
    ...changes,
  }
}

export function specification(operations: readonly Operation[]): CompiledSpecification {
  const document = {
    file: 'bank.yaml',
    title: 'Bank',
    version: '1.0',
    api: 'bank',
    standing: 'current',
    openapi: '3.1',
    digest: '0'.repeat(64),
    bases: ['/v1'],
    hosts: [],
    operations: operations.length,
  } as const
  return { format: 1, documents: [document], operations, shapes: [], validators: [] }
}

export const BANK = specification([
  operation('GET /v1/accounts'),
  operation('GET /v1/accounts/{AccountId}'),
  operation('GET /v1/accounts/{AccountId}/balances'),
  operation('POST /v1/payments'),
  operation('GET /v1/payments/{PaymentId}'),
])

const match = matcherFor(BANK)

export interface Scene {
  readonly at?: number
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly host?: string
  /** Network prefix, or the organisation where `proven`. */
  readonly caller?: string
  readonly asn?: number | undefined
  readonly proven?: boolean
}

export function exchange(scene: Scene = {}): ExchangeFacts {
  const { at = START, method = 'GET', path = '/v1/accounts', caller = '192.0.2.0/24', proven = false } = scene
  return {
    at,
    host: scene.host ?? HOST,
    method,
    path,
    query: scene.query ?? '',
    match: match(method, path),
    caller: {
      session: proven ? `tpp:${caller}` : caller,
      proven,
      organisation: proven ? caller : undefined,
      channel: proven ? 'tpp' : 'direct',
      asn: scene.asn,
      prefix: proven ? '198.51.100.0/24' : caller,
    },
    authentication: proven ? ['client_certificate', 'bearer'] : ['bearer'],
    tls: 'TLSv1.3 AEAD-AES128-GCM-SHA256',
    requestBytes: 0,
    requestMediaType: undefined,
  }
}

export function answer(status = 200, changes: Partial<AnswerFacts> = {}): AnswerFacts {
  return {
    status,
    refused: false,
    latencyMs: 12,
    responseBytes: 900,
    mediaType: 'application/json',
    weaknesses: [],
    ...changes,
  }
}

/** Mulberry32: the same numbers in every run. */
export function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
