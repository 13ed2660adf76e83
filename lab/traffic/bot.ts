/** One attacker's machine: an address, a tool, so many attempts. */
import type { Weapon } from './attackers.ts'
import type { Style } from './campaigns.ts'
import type { Visitor } from './visitor.ts'
import type { Wits } from './wits.ts'

export interface Bot {
  readonly visitor: Visitor
  weapon: Weapon
  readonly attempts: number
  readonly start: number
  /** No attempt is made after this. */
  readonly until: number
  /** Milliseconds between attempts, on average. */
  gap: number
  readonly style: Style | undefined
  /** Undefined for those who go on as they began, whatever they are answered. */
  readonly wits: Wits | undefined
  /** Signs in with an account of its own now and then, so that fewer of its attempts fail. */
  mixes: boolean
}
