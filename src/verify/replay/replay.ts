/**
 * The replay port over Replay objects. Made per request, because stubs are.
 *
 * A request is reserved in two steps: itself first, then its nonce, its ids and its idempotency key. Of a thousand equal
 * requests one passes the first step, so that no two of them can hold half of what the other needs. Names are spread
 * over a fixed number of objects by hash, so that neither a bank nor one third party is one object.
 */
import { unavailable, valid } from '../../lib/fact.ts'
import { faultIn } from '../../lib/fault.ts'
import { hash32 } from '../../lib/hash32.ts'
import { allWithin, within } from '../../lib/within.ts'
import { type Names, nameOf, namesOf } from './names.ts'
import type {
  Claim,
  Claims,
  ClaimsAnswer,
  Replay,
  ReplayFact,
  ReplayProblem,
  ReplayQuestion,
} from './types.ts'

/** What we call of a Replay object (`replay-object.ts`). Answers are checked: they crossed a version boundary. */
export interface ReplayObject {
  reserve(claims: Claims): Promise<unknown>
  release(names: readonly string[], requestId: string): Promise<unknown>
  fly(names: readonly string[], requestId: string, leaseMs: number): Promise<unknown>
}

export interface ReplayNamespace {
  getByName(name: string): ReplayObject
}

export interface ReplayOptions {
  readonly shards: number
  readonly budgetMs: number
  waitUntil(work: Promise<unknown>): void
  /** A bug of ours inside an object: for the log. */
  report(fault: string): void
}

/**
 * A flight's hold on its idempotency key, renewed while the bank works. Short, because a gate that died in the middle
 * keeps honest retries out for as long.
 */
export const LEASE_MS = 5_000
const RENEW_MS = 2_000
const AFTERWARDS_MS = 5_000

export function replayFrom(namespace: ReplayNamespace, options: ReplayOptions): Replay {
  const objectOf = (name: string) =>
    `replay-${(hash32(name) % options.shards).toString(36)}-of-${options.shards}`

  /** One call for each object that has a part in it. Undefined: no object, or a part of them, could be asked. */
  async function reserve(question: ReplayQuestion, claims: readonly Claim[]): Promise<Step> {
    const groups = [...Map.groupBy(claims, ({ name }) => objectOf(name))]
    const organisation = nameOf('organisation', question.organisation)
    const answers = await allWithin(
      groups.map(([object, own]) => () => {
        const asked = { requestId: question.requestId, organisation, leaseMs: LEASE_MS, claims: own }
        return namespace.getByName(object).reserve(asked)
      }),
      options.budgetMs,
      options.waitUntil,
    )
    const told = answers.map((answer): Step => {
      if (!answer.ok) return answer.reason === 'late' ? 'replay_store_timeout' : 'replay_store_failed'
      const fault = faultIn(answer.value)
      if (fault !== undefined) options.report(fault)
      return answerIn(answer.value)
    })
    return worst(told)
  }

  /** After the answer: nothing waits for it, and what fails ends with its lease or its window. */
  function tell(
    claims: readonly Claim[],
    call: (object: ReplayObject, names: readonly string[]) => unknown,
  ): void {
    for (const [object, own] of Map.groupBy(claims, ({ name }) => objectOf(name))) {
      const names = own.map(({ name }) => name)
      const asked = async () => call(namespace.getByName(object), names)
      options.waitUntil(within(asked, AFTERWARDS_MS, options.waitUntil))
    }
  }

  return {
    async reserve(question) {
      const { request, rest } = namesOf(question)
      const first = await reserve(question, [request])
      if (!isGranted(first)) return factOf(first)
      const then = rest.length === 0 ? first : await reserve(question, rest)
      if (!isGranted(then)) this.release(question)
      // A request signed anew under its idempotency key is a retry as well.
      return factOf(isGranted(then) && first === 'retry' ? first : then)
    },
    release(question) {
      tell(all(namesOf(question)), (object, names) => object.release(names, question.requestId))
    },
    async during(question, work) {
      const held = all(namesOf(question)).filter(({ exclusive }) => exclusive)
      if (held.length === 0) return work
      const fly = (leaseMs: number) =>
        tell(held, (object, names) => object.fly(names, question.requestId, leaseMs))
      const over = renewing(work, () => fly(LEASE_MS))
      try {
        return await over
      } finally {
        fly(0)
      }
    },
  }
}

type Step = ClaimsAnswer | 'replay_store_timeout' | 'replay_store_failed'

function all({ request, rest }: Names): readonly Claim[] {
  return [request, ...rest]
}

/** Resolves or rejects as `work` does, and renews for as long as it takes. */
async function renewing<T>(work: Promise<T>, renew: () => void): Promise<T> {
  const answered = work.then(
    () => 'answered' as const,
    () => 'answered' as const,
  )
  for (;;) {
    let timer: ReturnType<typeof setTimeout> | undefined
    const pause = new Promise<'working'>((resolve) => {
      timer = setTimeout(() => resolve('working'), RENEW_MS)
    })
    const state = await Promise.race([answered, pause])
    clearTimeout(timer)
    if (state === 'answered') return work
    renew()
  }
}

const ANSWERS: ReadonlySet<string> = new Set([
  'fresh',
  'retry',
  'request_replayed',
  'idempotency_key_reused',
  'retry_in_flight',
  'full',
] satisfies readonly ClaimsAnswer[])

function answerIn(value: unknown): Step {
  // A word of the list is an answer.
  return typeof value === 'string' && ANSWERS.has(value) ? (value as ClaimsAnswer) : 'replay_store_failed'
}

/** A certain refusal tells more than a failure, and a failure more than a grant of the other part. */
const ORDER: readonly Step[] = [
  'idempotency_key_reused',
  'request_replayed',
  'retry_in_flight',
  'full',
  'replay_store_failed',
  'replay_store_timeout',
  'retry',
  'fresh',
]

function worst(steps: readonly Step[]): Step {
  return ORDER.find((step) => steps.includes(step)) ?? 'replay_store_failed'
}

function isGranted(step: Step): step is 'fresh' | 'retry' {
  return step === 'fresh' || step === 'retry'
}

function factOf(step: Step): ReplayFact {
  if (isGranted(step)) return valid({ retry: step === 'retry' })
  if (step === 'full') return unavailable('replay_store_full')
  if (step === 'replay_store_timeout' || step === 'replay_store_failed') return unavailable(step)
  const reason: ReplayProblem = step
  return { state: 'invalid', reason }
}
