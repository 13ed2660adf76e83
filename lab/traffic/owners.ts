/**
 * Which customer each of a bank's people is. Nobody signs in to another's account: of 80,000 who are drawn from half a million one in
 * seven would, and to a gate that remembers accounts each of those is a thief.
 */
import type { Random } from './random.ts'
import { BENIGN_CLASSES, type BenignClass } from './traffic.ts'
import { CUSTOMERS } from './visitor.ts'

/** The last of the bank's customers exist for its tests alone: each suite has its own, or they would fail by each other. */
export const TEST_CUSTOMERS = CUSTOMERS - 5_000

/** Customers of one class; more people of a class than this share accounts. */
const EACH = Math.floor(TEST_CUSTOMERS / BENIGN_CLASSES.length)
/** Has no divisor in common with `EACH` or `TEST_CUSTOMERS`, so that all are used before one is used again, and neighbours on a list are strangers. */
const STRIDE = 7_919

/** By the index of a person within the class. */
export function owners(kind: BenignClass, random: Random): (index: number) => number {
  const first = random.below(EACH)
  const own = BENIGN_CLASSES.indexOf(kind)
  return (index) => ((first + index * STRIDE) % EACH) * BENIGN_CLASSES.length + own
}

/**
 * By the index of a consent: whose accounts third parties read. Anybody's but a test's, and nobody's twice, because two who shared a consent
 * would go over its quota. They do not sign in here, so they may be people who do.
 */
export function consenting(random: Random): (index: number) => number {
  const first = random.below(TEST_CUSTOMERS)
  return (index) => (first + index * STRIDE) % TEST_CUSTOMERS
}
