/** One attack from its first attempt to its last, with a person beside it, and what came of both. */
import { customers } from '../../local/bank/customers.ts'
import type { Random } from '../traffic/random.ts'
import { addresses, type Bot, type Fate, type HeaderSet, newBot, type Pair, type Target } from './bots.ts'
import { visit } from './browser.ts'

export interface Variant {
  readonly name: string
  readonly headers: HeaderSet
  readonly attempts: number
  /** Good pairs among them. */
  readonly valid: number
  readonly addresses: number
  readonly subnets: number
  readonly concurrency: number
  /** Of the person's browser; `neighbour` is one in the first of the attackers' /24s; undefined: no browser. */
  readonly browserAddress: string | 'neighbour' | undefined
}

export interface VariantResult {
  readonly name: string
  readonly attempts: number
  readonly refused: number
  readonly throttled: number
  readonly challenged: number
  /** Reached the bank, which said no. */
  readonly tried: number
  /** Reached the bank, which said yes. */
  readonly entered: number
  readonly errors: number
  readonly valid_pairs: number
  readonly seconds: number
  readonly browser:
    | {
        readonly address: string
        readonly tried: number
        readonly succeeded: number
        readonly failures: readonly string[]
      }
    | undefined
  /** Which of the promises did not hold. */
  readonly broken: readonly string[]
}

/** The bank knows two hundred people; the last of them is the one beside the attack. */
const PERSON = customers.at(-1)
const LEAST_VISITS = 5
const LONGEST_MS = 180_000
const LEAST_REFUSED = 0.95
const MOST_ENTERED = 1

export async function run(variant: Variant, target: Target, random: Random): Promise<VariantResult> {
  const from = addresses(variant.addresses, variant.subnets, random.fork('addresses'))
  const fates = newFates()
  let over = false
  const started = performance.now()
  const address = variant.browserAddress === 'neighbour' ? neighbourOf(from) : variant.browserAddress
  const person =
    address === undefined || PERSON === undefined
      ? Promise.resolve(undefined)
      : visit(target, address, PERSON, LEAST_VISITS, () => over).then((visits) => ({ address, ...visits }))
  // Failing at once and not after the attack: nobody waits for two thousand attempts to read that Chromium is missing.
  const failed = new Promise<never>((_done, fail) => person.catch(fail))
  const bots = from.map((one) => newBot(one, target, variant.headers, `localhost:${target.port}`))
  try {
    await Promise.race([
      stuff(bots, pairs(variant, random.fork('pairs')), variant.concurrency, fates),
      failed,
    ])
  } finally {
    over = true
    for (const bot of bots) bot.close()
  }
  const seconds = (performance.now() - started) / 1_000
  const result = { name: variant.name, attempts: variant.attempts, ...fates, valid_pairs: variant.valid }
  const browser = await person
  const finished = { ...result, errors: fates.error, seconds: Math.round(seconds), browser, broken: [] }
  return { ...finished, broken: broken(finished) }
}

type Fates = Record<Fate, number>

function newFates(): Fates {
  return { entered: 0, tried: 0, refused: 0, throttled: 0, challenged: 0, error: 0 }
}

/** An address of the attackers' first /24 that none of them has. */
function neighbourOf(from: readonly string[]): string {
  return (from[0] ?? '127.64.0.1').replace(/\d+$/, '254')
}

function pairs({ attempts, valid }: Variant, random: Random): readonly Pair[] {
  const good = customers
    .slice(0, valid)
    .map(({ username, password }) => ({ username, password, valid: true }))
  const bad = Array.from({ length: attempts - good.length }, (_, index) => {
    // One name in five is a customer's, with a password from somewhere else.
    const known = customers[20 + (index % 170)]
    const username =
      index % 5 === 0 && known !== undefined
        ? known.username
        : `${random.below(1e9).toString(36)}@mail.example`
    return { username, password: random.below(2 ** 40).toString(36), valid: false }
  })
  return shuffled([...good, ...bad], random)
}

function shuffled<T>(list: T[], random: Random): readonly T[] {
  return list
    .map((value) => ({ value, key: random.next() }))
    .sort((left, right) => left.key - right.key)
    .map(({ value }) => value)
}

/** Bots take turns, so that each address has a rest between its attempts, as in a tool that rotates proxies. */
async function stuff(
  bots: readonly Bot[],
  list: readonly Pair[],
  concurrency: number,
  fates: Fates,
): Promise<void> {
  const deadline = performance.now() + LONGEST_MS
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < list.length && performance.now() < deadline) {
      const turn = next++
      const [pair, bot] = [list[turn], bots[turn % bots.length]]
      if (pair !== undefined && bot !== undefined) fates[await bot.attempt(pair)] += 1
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}

function broken(result: VariantResult): readonly string[] {
  // A challenge kept the attempt from the bank too, and counts apart: a tool may learn to meet it.
  const stopped = result.refused + result.throttled
  const { browser } = result
  return [
    ...(stopped < LEAST_REFUSED * result.attempts
      ? [`${stopped} of ${result.attempts} attempts refused: less than 95%`]
      : []),
    ...(result.entered > MOST_ENTERED ? [`${result.entered} valid pairs got in: more than one`] : []),
    ...(browser !== undefined && browser.succeeded < browser.tried
      ? [`${browser.tried - browser.succeeded} of ${browser.tried} logins of the browser failed`]
      : []),
  ]
}
