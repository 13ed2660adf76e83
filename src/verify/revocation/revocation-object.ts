/**
 * The Revocation Durable Object: what the authorities last said of the certificates of one shard, and who is being
 * asked. It inquires in its alarm, off every request's path; a request reads, or waits for the first inquiry about a
 * new certificate where the bank's policy says so.
 *
 * Only certificates of validated paths come here: whoever makes certificates up makes us neither store nor fetch.
 * One inquiry at a time about a certificate: whoever takes it writes down until when it is his, and a lease outlives
 * neither an eviction nor a cancelled request.
 *
 * Methods return values and never throw: what is thrown across RPC arrives as somebody else's unhandled rejection.
 */
import { DurableObject } from 'cloudflare:workers'
import { type Fault, guarded, guardedAsync } from '../../lib/fault.ts'
import { fail } from '../../lib/outcome.ts'
import { inquire, LONGEST_MS } from './inquiry.ts'
import { type Finding, type Knowledge, learn, nextDue } from './knowledge.ts'
import { newRevocationStore, type Task } from './revocation-store.ts'
import type { Inquiry, InquiryPolicy } from './wire.ts'

/** Lists of several megabytes at once, and an object has 128. */
const AT_ONCE = 3
const LEASE_MS = LONGEST_MS + 10_000
const WATCH_MS = 100
const WATCHES = 50
const MEANS = {
  fetch: (request: Request) => fetch(request),
  random: (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes)),
}

export class Revocation extends DurableObject {
  readonly #store = newRevocationStore(this.ctx.storage)

  /** What is known of each, in their order. Who is due is asked afterwards. */
  read(inquiries: readonly Inquiry[], policy: InquiryPolicy): readonly Knowledge[] | Fault {
    return guarded(() => {
      const now = Date.now()
      this.#store.keepPolicy(JSON.stringify(policy))
      const rows = inquiries.map((inquiry) => this.#store.acquaint(inquiry, now))
      if (rows.some(({ due }) => due)) this.ctx.waitUntil(this.#wake(now))
      return rows.map(({ knowledge }) => knowledge)
    })
  }

  /** The same, once what is due has been asked, by this call or by the one that is at it. */
  async learn(inquiries: readonly Inquiry[], policy: InquiryPolicy): Promise<readonly Knowledge[] | Fault> {
    const before = this.read(inquiries, policy)
    if ('fault' in before) return before
    const wanted = inquiries.map(({ thumbprint }) => thumbprint)
    const now = Date.now()
    const faults = await this.#inquire(this.#store.take(now, now + LEASE_MS, AT_ONCE, wanted), policy)
    await this.#watch(wanted)
    return faults[0] ?? this.read(inquiries, policy)
  }

  override async alarm(): Promise<void> {
    const now = Date.now()
    const policy = this.#store.policy()
    this.#store.clean(now)
    const tasks = policy === undefined ? [] : this.#store.take(now, now + LEASE_MS, AT_ONCE)
    // The object's own writing (`read`), read back.
    const faults = policy === undefined ? [] : await this.#inquire(tasks, JSON.parse(policy) as InquiryPolicy)
    const next = this.#store.next(now)
    if (next !== undefined) await this.#wake(Math.max(next, now))
    else await this.#giveBack()
    // A bug of ours, reported by the platform; what was due is written down as failed, and waits its time.
    if (faults[0] !== undefined) throw new Error(faults[0].fault)
  }

  /** Never rejects: returns our own bugs. */
  async #inquire(tasks: readonly Task[], policy: InquiryPolicy): Promise<readonly Fault[]> {
    const faults = await Promise.all(
      tasks.map(async (task) => {
        const found = await guardedAsync(() => inquire(task, policy, MEANS, Date.now()))
        const finding: Finding = 'fault' in found ? fail('inquiry_failed') : found
        const saved = guarded(() => this.#save(task, finding))
        return [found, saved].filter((one) => one !== undefined && 'fault' in one)
      }),
    )
    return faults.flat()
  }

  #save({ thumbprint, knowledge }: Task, finding: Finding): void {
    const now = Date.now()
    const learnt = learn(knowledge, finding, now)
    this.#store.save(thumbprint, learnt, nextDue(learnt, thumbprint, now))
  }

  /** Until nobody is asking about them any more; no longer than a caller would wait. */
  async #watch(thumbprints: readonly string[]): Promise<void> {
    for (let watches = 0; watches < WATCHES; watches += 1) {
      const now = Date.now()
      if (!thumbprints.some((thumbprint) => this.#store.isLeased(thumbprint, now))) return
      await new Promise((done) => setTimeout(done, WATCH_MS))
    }
  }

  async #wake(at: number): Promise<void> {
    const planned = await this.ctx.storage.getAlarm()
    if (planned === null || planned > at) await this.ctx.storage.setAlarm(at)
  }

  /** An object with no rows left is given back whole; the next write starts it anew. */
  async #giveBack(): Promise<void> {
    const deleted = this.ctx.storage.deleteAll()
    this.#store.reset()
    await deleted
  }
}
