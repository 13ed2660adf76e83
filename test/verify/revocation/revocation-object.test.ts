import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Knowledge } from '../../../src/verify/revocation/knowledge.ts'
import type { Revocation } from '../../../src/verify/revocation/revocation-object.ts'
import {
  MAX_CERTIFICATES,
  newRevocationStore,
  RETENTION_MS,
} from '../../../src/verify/revocation/revocation-store.ts'
import type { Inquiry, InquiryPolicy } from '../../../src/verify/revocation/wire.ts'
import { DAY, HOUR, type Holder, issue, makeCrl, makeOcsp, type StatusWish } from './authority.ts'

type Stub = DurableObjectStub<Revocation>

const OCSP = 'http://ocsp.larch.example/ask'
const CRL = 'http://crl.larch.example/a.crl'
const POLICY: InquiryPolicy = { hosts: undefined, ports: [], certId: 'SHA-1', nonce: false }
const now = Date.now()
const times = { notBefore: now - DAY, notAfter: now + 30 * DAY }

const issuer = await issue({ subject: 'Issuer', ca: true, keyUsage: 0x06, ...times })
const leaf = await issue({ subject: 'Leaf', issuer, serial: [0x2a], ocsp: [OCSP], crl: [CRL], ...times })

function inquiryOf({ certificate }: Holder = leaf): Inquiry {
  const { thumbprint, der } = certificate
  return { thumbprint, certificate: der, issuer: issuer.certificate.der }
}

async function answer(status: StatusWish = 'good', at = Date.now()): Promise<Response> {
  const wish = { thisUpdate: at - HOUR, nextUpdate: at + HOUR }
  return new Response(await makeOcsp({ about: leaf.certificate, issuer, status, ...wish }))
}

/** The Internet: what each host answers; nobody else exists. */
function internet(hosts: Readonly<Record<string, (request: Request) => Promise<Response>>>) {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const { hostname } = new URL(request.url)
    asked.push(`${request.method} ${hostname}`)
    const host = hosts[hostname]
    if (host === undefined) throw new Error('no such host')
    return host(request)
  })
  return asked
}

/** An alarm that is left over from a test finds nobody. */
afterEach(() => {
  internet({})
})

/** Lets the alarm ring, or waits for the one that rings by itself. */
async function inquired(stub: Stub): Promise<void> {
  await runDurableObjectAlarm(stub)
  for (let waits = 0; waits < 200; waits += 1) {
    const busy = await runInDurableObject(stub, (_, { storage }) => {
      const query = 'SELECT count(*) AS count FROM certificate WHERE due <= ? AND used > 0'
      return storage.sql.exec<{ count: number }>(query, Date.now()).one().count > 0
    })
    if (!busy) return
    await new Promise((done) => setTimeout(done, 20))
  }
}

function knowledgeIn(answer: Awaited<ReturnType<Stub['read']>>): Knowledge {
  if ('fault' in answer) throw new Error(answer.fault)
  const [knowledge] = answer
  if (knowledge === undefined) throw new Error('Cannot find what is known: the answer is empty')
  return knowledge
}

const read = async (stub: Stub, inquiry = inquiryOf()) => knowledgeIn(await stub.read([inquiry], POLICY))

describe('the Revocation object', () => {
  it('knows nothing of a new certificate, and asks about it off the request', async () => {
    const stub = env.REVOCATION.getByName('new')
    const asked = internet({ 'ocsp.larch.example': () => answer() })
    expect(await read(stub)).toMatchObject({ why: 'revocation_pending', failures: 0 })
    await inquired(stub)
    expect(await read(stub)).toMatchObject({ verdict: { status: 'good', source: 'ocsp' }, failures: 0 })
    expect(asked).toEqual(['GET ocsp.larch.example'])
  })

  it('says so when the certificate was revoked', async () => {
    const stub = env.REVOCATION.getByName('revoked')
    internet({ 'ocsp.larch.example': () => answer({ revokedAt: now - HOUR, reason: 1 }) })
    await read(stub)
    await inquired(stub)
    expect(await read(stub)).toMatchObject({ verdict: { status: 'revoked', reason: 'key_compromise' } })
  })

  it('has its knowledge back from storage after an eviction', async () => {
    const stub = env.REVOCATION.getByName('evicted')
    internet({ 'ocsp.larch.example': () => answer() })
    await read(stub)
    await inquired(stub)
    await evictDurableObject(stub)
    expect(await read(stub)).toMatchObject({ verdict: { status: 'good' } })
  })

  it('reads the list where the responder fails', async () => {
    const stub = env.REVOCATION.getByName('list')
    const asked = internet({
      'ocsp.larch.example': async () => new Response('Maintenance', { status: 503 }),
      'crl.larch.example': async () =>
        new Response(await makeCrl({ by: issuer, thisUpdate: now - HOUR, nextUpdate: now + DAY })),
    })
    await read(stub)
    await inquired(stub)
    expect(await read(stub)).toMatchObject({ verdict: { status: 'good', source: 'crl' } })
    expect(asked).toEqual(['GET ocsp.larch.example', 'POST ocsp.larch.example', 'GET crl.larch.example'])
  })

  it.each<[string, string, () => Promise<Response>]>([
    ['fetch_failed', 'is unreachable', () => Promise.reject(new Error('connection refused'))],
    [
      'fetch_redirected',
      'sends us elsewhere',
      async () => new Response(null, { status: 302, headers: { location: 'http://127.0.0.1/' } }),
    ],
    ['fetch_too_large', 'never ends', async () => new Response(new Uint8Array(9_000_000))],
    ['crl_malformed', 'babbles', async () => new Response('<html>Maintenance</html>')],
  ])('writes %s down when everybody %s, and waits before it asks again', async (why, name, host) => {
    const stub = env.REVOCATION.getByName(name)
    const asked = internet({ 'ocsp.larch.example': host, 'crl.larch.example': host })
    await read(stub)
    await inquired(stub)
    const count = asked.length
    expect(await read(stub)).toMatchObject({ why, failures: 1 })
    await inquired(stub)
    expect(asked.length).toBe(count)
  })

  it('keeps what it knew when a later attempt fails', async () => {
    const stub = env.REVOCATION.getByName('later')
    internet({ 'ocsp.larch.example': () => answer() })
    await read(stub)
    await inquired(stub)
    await runInDurableObject(stub, (_, { storage }) => storage.sql.exec('UPDATE certificate SET due = 0'))
    internet({})
    await inquired(stub)
    expect(await read(stub)).toMatchObject({ verdict: { status: 'good' }, why: 'fetch_failed', failures: 1 })
  })

  it('asks once, however many wait for the answer', async () => {
    const stub = env.REVOCATION.getByName('crowd')
    const asked = internet({
      'ocsp.larch.example': async () => {
        await new Promise((done) => setTimeout(done, 200))
        return answer()
      },
    })
    const answers = await Promise.all(Array.from({ length: 8 }, () => stub.learn([inquiryOf()], POLICY)))
    for (const one of answers) expect(knowledgeIn(one)).toMatchObject({ verdict: { status: 'good' } })
    expect(asked).toEqual(['GET ocsp.larch.example'])
  })

  it('forgets a lease whose holder died', async () => {
    const stub = env.REVOCATION.getByName('lease')
    const asked = internet({ 'ocsp.larch.example': () => answer() })
    await read(stub)
    const lease = (until: number) =>
      runInDurableObject(stub, (_, { storage }) =>
        storage.sql.exec('UPDATE certificate SET leased = ?', until),
      )
    await lease(Date.now() + HOUR)
    await runDurableObjectAlarm(stub)
    expect(asked).toEqual([])
    await lease(Date.now() - 1)
    await read(stub)
    await inquired(stub)
    expect(asked.length).toBe(1)
  })

  it('never fetches from a place that is ours, whatever the certificate names', async () => {
    const stub = env.REVOCATION.getByName('ours')
    const asked = internet({ '127.0.0.1': () => answer(), '169.254.169.254': () => answer() })
    const places = { ocsp: ['http://127.0.0.1/', 'http://0x7f.1/'], crl: ['http://169.254.169.254/a.crl'] }
    const inquiry = inquiryOf(await issue({ subject: 'Inward', issuer, ...places, ...times }))
    await read(stub, inquiry)
    await inquired(stub)
    expect(await read(stub, inquiry)).toMatchObject({ why: 'source_refused', failures: 1 })
    expect(asked).toEqual([])
  })

  it('returns a fault and does not throw when it is given nonsense', async () => {
    const stub = env.REVOCATION.getByName('nonsense')
    // What another version might send.
    const nonsense = [{ thumbprint: null }] as unknown as readonly Inquiry[]
    expect(await stub.read(nonsense, POLICY)).toHaveProperty('fault')
    expect(await stub.learn(nonsense, POLICY)).toHaveProperty('fault')
  })

  it('is deleted with its last certificate, a week after that was shown last', async () => {
    const stub = env.REVOCATION.getByName('old')
    internet({ 'ocsp.larch.example': () => answer() })
    await read(stub)
    await runInDurableObject(stub, (_, { storage }) =>
      storage.sql.exec('UPDATE certificate SET used = ?', Date.now() - RETENTION_MS),
    )
    await runDurableObjectAlarm(stub)
    const tables = await runInDurableObject(stub, (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'certificate'").toArray(),
    )
    expect(tables).toEqual([])
    expect(await read(stub)).toMatchObject({ why: 'revocation_pending' })
  })
})

describe('the rows of a Revocation object', () => {
  it('are bounded: the one that was shown least recently makes room', async () => {
    const stub = env.REVOCATION.getByName('bounded')
    await runInDurableObject(stub, (_, { storage }) => {
      const store = newRevocationStore(storage)
      const row = (n: number): Inquiry => ({
        thumbprint: n.toString(16).padStart(64, '0'),
        certificate: new Uint8Array(8),
        issuer: new Uint8Array(8),
      })
      for (let n = 0; n < MAX_CERTIFICATES + 3; n += 1) store.acquaint(row(n), now + n)
      const { count } = storage.sql.exec<{ count: number }>('SELECT count(*) AS count FROM certificate').one()
      expect(count).toBe(MAX_CERTIFICATES)
      expect(store.take(now + 10_000, now + 20_000, 1)[0]?.thumbprint).toBe(row(3).thumbprint)
    })
  })
})
