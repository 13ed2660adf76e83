/** An invented bank as checks see it: what is published, what was seen, and small changes to either. */
import type { Counted, DataSeen, InventoryEntry, Usage } from '../../../src/inventory/learn/types.ts'
import { assess } from '../../../src/inventory/risk/assess.ts'
import type { Assessed } from '../../../src/inventory/risk/finding-types.ts'
import { DEFAULT_SETTINGS } from '../../../src/inventory/risk/settings.ts'
import type { GateSignal, Landscape, RiskSettings, SignalCount } from '../../../src/inventory/risk/types.ts'
import type { Operation, SecurityNeed, SpecificationDocument } from '../../../src/inventory/types.ts'

export const AT = Date.UTC(2026, 10, 21, 12)
export const DAY = 86_400_000

export const OAUTH: SecurityNeed = {
  name: 'TppOAuth2',
  type: 'oauth2',
  scheme: undefined,
  in: undefined,
  parameter: undefined,
  scopes: ['accounts'],
}
export const API_KEY: SecurityNeed = {
  ...OAUTH,
  name: 'Key',
  type: 'apiKey',
  in: 'header',
  parameter: 'x-api-key',
  scopes: [],
}

export function document(changes: Partial<SpecificationDocument> = {}): SpecificationDocument {
  return {
    file: 'accounts.yaml',
    title: 'Accounts',
    version: '4.0.0',
    api: 'accounts',
    standing: 'current',
    openapi: '3.0',
    digest: 'ab'.repeat(32),
    bases: ['/open-banking/v4.0/aisp'],
    hosts: [],
    operations: 1,
    ...changes,
  }
}

export const KEY = 'GET /open-banking/v4.0/aisp/accounts/{AccountId}'

export function operation(changes: Partial<Operation> = {}): Operation {
  const path = '/open-banking/v4.0/aisp/accounts/{AccountId}'
  return {
    id: KEY,
    method: 'GET',
    path,
    document: 0,
    version: '4.0.0',
    standing: 'current',
    operationId: 'GetAccount',
    deprecated: false,
    sunset: undefined,
    tags: ['Accounts'],
    owner: 'accounts-team',
    security: [[OAUTH]],
    parameters: [],
    body: undefined,
    responses: [
      { status: '200', headers: [], content: [] },
      { status: '429', headers: [], content: [] },
    ],
    carries: ['account_number', 'name'],
    ...changes,
  }
}

export function names(counts: Readonly<Record<string, number>>): readonly Counted[] {
  return Object.entries(counts).map(([name, count]) => ({ name, count, over: 0 }))
}

/** Ten thousand requests of third parties that are as they should be. */
export function usage(changes: Partial<Usage> = {}): Usage {
  return {
    firstSeenAt: AT - 90 * DAY,
    lastSeenAt: AT - 1_000,
    lastServedAt: AT - 1_000,
    requests: 10_000,
    refused: 0,
    statuses: [0, 0, 9_900, 0, 95, 5],
    codes: names({ 200: 9_900, 404: 95, 500: 5 }),
    latencyMs: cells(16, { 5: 8_000, 6: 1_900, 7: 100 }),
    requestBytes: cells(32, { 0: 10_000 }),
    responseBytes: cells(32, { 10: 9_000, 11: 1_000 }),
    channels: names({ tpp: 10_000 }),
    organisations: names({ 'PSDGB-FCA-100001': 10_000 }),
    networks: names({ AS64496: 10_000 }),
    hosts: names({ 'api.bank.example': 10_000 }),
    mediaTypes: names({ 'application/json': 10_000 }),
    requestMediaTypes: [],
    tls: names({ 'TLSv1.3 AEAD-AES128-GCM-SHA256': 10_000 }),
    authentication: names({ 'bearer+client_certificate': 10_000 }),
    authenticationAccepted: names({ 'bearer+client_certificate': 9_900 }),
    weaknesses: [],
    departures: [],
    data: [],
    sessions: 40,
    sketch: '',
    objects: cells(16, { 1: 20, 2: 40, 3: 30, 4: 10 }),
    hours: [],
    days: [],
    ...changes,
  }
}

export function cells(length: number, filled: Readonly<Record<number, number>>): readonly number[] {
  return Array.from({ length }, (_, cell) => filled[cell] ?? 0)
}

export function entry(
  use: Partial<Usage> = {},
  changes: Partial<Omit<InventoryEntry, 'usage'>> = {},
): InventoryEntry {
  return {
    key: KEY,
    origin: 'published',
    host: undefined,
    method: 'GET',
    path: '/open-banking/v4.0/aisp/accounts/{AccountId}',
    methodUndeclared: false,
    foundAt: AT - 90 * DAY,
    hidden: [],
    ...changes,
    usage: usage(use),
  }
}

export function shadow(
  use: Partial<Usage> = {},
  changes: Partial<Omit<InventoryEntry, 'usage'>> = {},
): InventoryEntry {
  const host = 'api.bank.example'
  return entry(use, {
    key: `GET ${host}/internal-export/{id}`,
    origin: 'learnt',
    host,
    path: '/internal-export/{id}',
    ...changes,
  })
}

export function data(changes: Partial<DataSeen> = {}): DataSeen {
  return {
    class: 'pan',
    place: 'response_body',
    pointer: '/Data/Account/*/Card',
    standing: 'unexpected',
    plaintext: false,
    exchanges: 7,
    values: 7,
    near: 0,
    firstAt: AT - DAY,
    lastAt: AT - 1_000,
    ...changes,
  }
}

export function signal(name: GateSignal, counts: { requests?: number; accepted?: number } = {}): SignalCount {
  const { requests = 1, accepted = requests } = counts
  return { operation: KEY, signal: name, requests, accepted, firstAt: AT - DAY, lastAt: AT - 1_000 }
}

export interface Scene {
  readonly operations?: readonly Operation[]
  readonly documents?: readonly SpecificationDocument[]
  readonly entries?: readonly InventoryEntry[]
  readonly landscape?: Partial<Landscape>
}

/** A published operation, used by third parties for three months, unless a test says otherwise. */
export function landscape(scene: Scene = {}): Landscape {
  const { operations = [operation()], documents = [document()], entries = [entry()] } = scene
  return {
    at: AT,
    since: AT - 90 * DAY,
    specification: { documents, operations },
    entries,
    overflow: undefined,
    signals: [],
    baselines: new Map(),
    openness: undefined,
    ...scene.landscape,
  }
}

export function found(scene: Scene = {}, settings: Partial<RiskSettings> = {}): readonly Assessed[] {
  return assess(landscape(scene), { ...DEFAULT_SETTINGS, ...settings }).sightings
}

/** What is found, as `check pointer`. */
export function told(scene: Scene = {}, settings: Partial<RiskSettings> = {}): readonly string[] {
  return found(scene, settings).map(({ check, pointer }) => `${check} ${pointer}`.trim())
}
