/** What operators and their tools keep in KV, as an isolate meets it: on waking, over a slow store, and when it is down. */
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { parseConfig } from '../src/config/parse.ts'
import { DEFAULT_POLICY } from '../src/decide/policy.ts'
import { DIALECTS } from '../src/dialects/table.ts'
import { awake, type Documents, documentsOf, freshDocuments } from '../src/documents.ts'
import { type AnchorSigningKey, signSet } from '../src/verify/trust/sign-set.ts'
import type { Period } from '../src/verify/trust/types.ts'
import { writeSet } from '../src/verify/trust/write-set.ts'
import { testAuthority } from './fixtures/pki.ts'
import { NOW } from './fixtures/scene.ts'

const AUTHORITY = await testAuthority()
const PERIOD: Period = {
  from: 0,
  until: undefined,
  status: 'granted',
  uses: ['web'],
  qualifications: [],
  notUnderstood: undefined,
}
const SET = writeSet({
  madeAt: NOW,
  sources: [],
  anchors: [
    {
      kind: 'own',
      territory: undefined,
      provider: 'Invented',
      name: 'Invented root',
      periods: [PERIOD],
      certificates: [new Uint8Array(AUTHORITY.root.certificate.rawData)],
    },
  ],
})

/** RFC 8032 section 7.1, test 1: a private key that everybody knows. */
const KEY: AnchorSigningKey = {
  kty: 'OKP',
  crv: 'Ed25519',
  kid: 'operator',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
}

function documents(change: Readonly<Record<string, unknown>> = {}): Documents {
  const vocabulary = {
    dialects: Object.keys(DIALECTS),
    signing: {},
    rules: [],
    fixed: [],
    limited: [],
    policy: DEFAULT_POLICY,
  }
  const ANCHOR_KEYS = [{ kid: KEY.kid, x: KEY.x, signs: 'all' }]
  const parsed = parseConfig({ ...env, ANCHOR_KEYS, ...change }, vocabulary)
  const made = parsed.ok ? documentsOf(parsed.config) : parsed
  if (!made.ok || !('value' in made)) throw new Error('Cannot make documents')
  return made.value
}

function storeOf(texts: Readonly<Record<string, string>>, delayMs = 0) {
  return {
    async get(key: string): Promise<string | null> {
      await new Promise((resolve) => setTimeout(resolve, delayMs))
      return texts[key] ?? null
    },
  }
}
const DOWN = { get: () => Promise.reject(new Error('down')) }
const BLOCKED = '{"blocked":[{"organisation":"PSDGB-FCA-765432"}]}'

const pending: Promise<unknown>[] = []
const waitUntil = (work: Promise<unknown>): void => void pending.push(work)

beforeAll(() => {
  // Refusals are logged: that is tested with the log.
  vi.spyOn(console, 'error').mockImplementation(() => {})
})

describe('an isolate that wakes up', () => {
  it('knows the signed set of anchors before it judges a certificate, however slow the store', async () => {
    const store = storeOf({ anchors: await signSet(SET, KEY), blocked: BLOCKED }, 300)
    const kept = documents()
    await freshDocuments(kept, store, waitUntil, NOW)
    expect(kept.anchors().certificates).toBe(0)
    await awake(kept, NOW)
    expect(kept.anchors().certificates).toBe(1)
    expect(kept.blockList.current().value.organisations.size).toBe(1)
  })

  it('lets another request, which did not begin the reading, wait for it too', async () => {
    const store = storeOf({ anchors: await signSet(SET, KEY) }, 300)
    const kept = documents()
    const first = freshDocuments(kept, store, waitUntil, NOW)
    await freshDocuments(kept, store, waitUntil, NOW + 1)
    await awake(kept, NOW + 1)
    expect(kept.anchors().certificates).toBe(1)
    await first
  })

  it('takes no set that nobody entitled has signed', async () => {
    const other = { ...KEY, kid: 'somebody' }
    for (const text of [SET, await signSet(SET, other)]) {
      const kept = documents()
      await freshDocuments(kept, storeOf({ anchors: text }), waitUntil, NOW)
      expect(kept.anchors().certificates).toBe(0)
    }
  })

  it('asks a store that was down again in five seconds, for the anchors too', async () => {
    const kept = documents()
    await freshDocuments(kept, DOWN, waitUntil, NOW)
    await awake(kept, NOW)
    expect(kept.anchors().certificates).toBe(0)
    await freshDocuments(kept, storeOf({ anchors: await signSet(SET, KEY) }), waitUntil, NOW + 5_000)
    await Promise.all(pending)
    expect(kept.anchors().certificates).toBe(1)
  })

  it('has the anchors of the binding from the first moment, and beside them those of the set', async () => {
    const other = await testAuthority('Another Trust')
    const kept = documents({ TRUST_ANCHORS: other.root.certificate.toString('pem') })
    expect(kept.anchors().certificates).toBe(1)
    await freshDocuments(kept, storeOf({ anchors: await signSet(SET, KEY) }), waitUntil, NOW)
    await awake(kept, NOW)
    expect(kept.anchors().certificates).toBe(2)
    expect(kept.anchors()).toBe(kept.anchors())
  })
})

describe('an isolate that is awake', () => {
  it('lets no request wait: documents are read behind its answers', async () => {
    const kept = documents()
    await freshDocuments(kept, storeOf({}), waitUntil, NOW)
    let reads = 0
    const hanging = {
      get: () => {
        reads += 1
        return new Promise<string | null>(() => {})
      },
    }
    await freshDocuments(kept, hanging, () => {}, NOW + 60_000)
    await awake(kept, NOW + 60_000)
    expect(reads).toBeGreaterThan(0)
  })
})

describe('a binding TRUST_ANCHORS that holds no certificates', () => {
  it('is a mistake that names the binding and shows nothing of it', () => {
    const vocabulary = {
      dialects: Object.keys(DIALECTS),
      signing: {},
      rules: [],
      fixed: [],
      limited: [],
      policy: DEFAULT_POLICY,
    }
    const parsed = parseConfig({ ...env, TRUST_ANCHORS: '-----BEGIN PRIVATE KEY-----' }, vocabulary)
    const made = parsed.ok ? documentsOf(parsed.config) : parsed
    expect(made).toMatchObject({ ok: false, mistakes: [{ binding: 'TRUST_ANCHORS' }] })
    expect(JSON.stringify(made)).not.toContain('PRIVATE')
  })
})
