/**
 * The revocation port over Revocation objects. Made per request, because stubs are. What an isolate remembers is a few
 * seconds old at most, and read again behind a request's answer before it gets older: a certificate in use costs a look-up.
 */
import { type Fault, faultIn } from '../../lib/fault.ts'
import type { Outcome } from '../../lib/outcome.ts'
import { allWithin } from '../../lib/within.ts'
import type { Certificate } from '../x509/types.ts'
import { type Knowledge, stateOf, unknown } from './knowledge.ts'
import type { Memory, Remembered } from './memory.ts'
import { offersNone } from './offer.ts'
import type { CertificateState, Revocation, UnknownReason } from './revocation.ts'
import { type Inquiry, type InquiryPolicy, knowledgeOf } from './wire.ts'

/** What we call of a Revocation object (`revocation-object.ts`). */
export interface RevocationObject {
  read(inquiries: readonly Inquiry[], policy: InquiryPolicy): Promise<unknown>
  learn(inquiries: readonly Inquiry[], policy: InquiryPolicy): Promise<unknown>
}

export interface RevocationNamespace {
  getByName(name: string): RevocationObject
}

export interface RevocationOptions {
  /** How many objects share all certificates. */
  readonly shards: number
  /** How long a request waits for what is known. */
  readonly budgetMs: number
  /** How long it waits besides when a certificate is new and nothing is known yet; 0 lets it go on at once. */
  readonly firstWaitMs: number
  readonly policy: InquiryPolicy
  readonly memory: Memory
  waitUntil(work: Promise<unknown>): void
  /** A bug of ours inside an object: for the log. */
  report(fault: string): void
}

export function revocationFrom(namespace: RevocationNamespace, options: RevocationOptions): Revocation {
  return {
    async check(path, now) {
      const asked = path.slice(0, -1).map((certificate, at) => ({ certificate, issuer: path[at + 1] }))
      const inquiries = asked.flatMap(({ certificate, issuer }) =>
        issuer === undefined || offersNone(certificate) !== undefined ? [] : [inquiryOf(certificate, issuer)],
      )
      const known = await recall(namespace, options, inquiries, now)
      return { certificates: asked.map(({ certificate }) => stateAt(certificate, known, now)) }
    },
  }
}

function stateAt(
  certificate: Certificate,
  known: ReadonlyMap<string, Remembered>,
  now: number,
): CertificateState {
  const { thumbprint, notBefore } = certificate
  const none = offersNone(certificate)
  if (none !== undefined) return unknown(thumbprint, none, notBefore)
  const found = known.get(thumbprint)
  if (found?.knowledge !== undefined) return stateOf(found.knowledge, thumbprint, now)
  return unknown(thumbprint, found?.failure ?? 'revocation_failed', now)
}

function inquiryOf(certificate: Certificate, issuer: Certificate): Inquiry {
  return { thumbprint: certificate.thumbprint, certificate: certificate.der, issuer: issuer.der }
}

/** What is remembered where that is fresh enough, what the objects say for the rest. */
async function recall(
  namespace: RevocationNamespace,
  options: RevocationOptions,
  inquiries: readonly Inquiry[],
  now: number,
): Promise<ReadonlyMap<string, Remembered>> {
  const { memory, budgetMs, firstWaitMs } = options
  const ages = Map.groupBy(inquiries, ({ thumbprint }) => memory.age(thumbprint, now))
  const soon = ages.get('soon_stale') ?? []
  memory.undertake(soon, now)
  if (soon.length > 0) options.waitUntil(ask(namespace, options, soon, 'read', now, BACKGROUND_MS))
  const wanted = ages.get('stale') ?? []
  if (wanted.length > 0) await ask(namespace, options, wanted, 'read', now, budgetMs)
  const fresh = firstWaitMs > 0 ? wanted.filter(({ thumbprint }) => memory.isNew(thumbprint)) : []
  if (fresh.length > 0) await ask(namespace, options, fresh, 'learn', now, firstWaitMs)
  return memory.recall(inquiries)
}

/** Behind an answer nobody waits, and a hung object may not hold its caller for long. */
const BACKGROUND_MS = 2_000

async function ask(
  namespace: RevocationNamespace,
  options: RevocationOptions,
  inquiries: readonly Inquiry[],
  method: keyof RevocationObject,
  now: number,
  budgetMs: number,
): Promise<void> {
  const { policy, memory, shards, waitUntil } = options
  const groups = [...Map.groupBy(inquiries, ({ thumbprint }) => shardName(thumbprint, shards))]
  const calls = groups.map(
    ([name, some]) =>
      () =>
        namespace.getByName(name)[method](some, policy),
  )
  const answers = await allWithin(calls, budgetMs, waitUntil)
  for (const [at, [, some]] of groups.entries()) {
    const answer = answers[at]
    const told = answer?.ok ? knowledgeOf(answer.value, some.length) : undefined
    if (told === undefined && answer?.ok) reportFault(answer.value, options)
    for (const [index, { thumbprint }] of some.entries())
      remember(memory, thumbprint, told?.[index], answer, now)
  }
}

function remember(
  memory: Memory,
  thumbprint: string,
  knowledge: Knowledge | undefined,
  answer: Outcome<unknown, 'late' | 'failed'> | undefined,
  now: number,
): void {
  if (knowledge !== undefined) {
    memory.keep(thumbprint, knowledge, now)
    return
  }
  const late = answer?.ok === false && answer.reason === 'late'
  const failure: UnknownReason = late ? 'revocation_timeout' : 'revocation_failed'
  memory.keepFailure(thumbprint, failure, now)
}

function reportFault(answer: unknown, { report }: RevocationOptions): void {
  const fault: Fault['fault'] | undefined = faultIn(answer)
  if (fault !== undefined) report(fault)
}

/**
 * Shards are a fixed number, and their number is part of their name: after a change of it everything is asked anew,
 * instead of half of it being found stale. A thumbprint is a hash already.
 */
export function shardName(thumbprint: string, shards: number): string {
  return `revocation-${(Number.parseInt(thumbprint.slice(0, 8), 16) % shards).toString(36)}-of-${shards}`
}
