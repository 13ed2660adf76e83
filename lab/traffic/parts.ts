/**
 * What a page pulls in: style sheets, scripts, pictures, and the icon that hardly any site has where browsers look for it. A
 * dozen requests within a second, none of them asked for by anybody, is what a person's first visit looks like.
 */
import type { Random } from './random.ts'
import type { Dest, Reply, Step } from './traffic.ts'
import { send, type Visitor } from './visitor.ts'

/** The rest have them in the browser's cache, or the bank keeps them on another host. */
export const LOADS = 0.4
const ICON = 0.35

const KINDS: readonly (readonly [Dest, string])[] = [
  ['style', 'css'],
  ['script', 'js'],
  ['script', 'js'],
  ['image', 'svg'],
  ['image', 'png'],
]

/** A browser's, or a driven one's: what runs no page pulls nothing in. */
export function* pullIn(
  visitor: Visitor,
  page: string,
  at: number,
  random: Random,
): Generator<Step, void, Reply> {
  if (visitor.software.scripts === false) return
  const purpose = (dest: Dest) => ({ kind: 'part', dest, from: page }) as const
  let due = at + random.logNormal(180, 0.5)
  const count = 2 + random.below(7)
  for (let part = 0; part < count; part += 1) {
    const [dest, ending] = KINDS[part % KINDS.length] ?? ['script', 'js']
    yield* send(visitor, { at: due, path: `/assets/${dest}-${part}.${ending}`, purpose: purpose(dest) })
    due += random.exponential(40)
  }
  if (random.chance(ICON)) yield* send(visitor, { at: due, path: '/favicon.ico', purpose: purpose('image') })
}
