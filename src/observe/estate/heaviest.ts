/**
 * Who does most of something, in fixed space: Space-Saving (Metwally, Agrawal and El Abbadi 2005), which finds everybody
 * with more than a sixteenth of all. When it is full, the least takes the name of the newcomer with its count, and
 * remembers how much of it is not the newcomer's; merging adds counts up (Agarwal and others 2012, mergeable summaries).
 */
export const MAX_HEAVY = 16

/** Name, count, and how much of the count may be others': one flat array, because most cohorts hold one or two. */
export type Heaviest = number[]

/** Numbers of one name. */
export const HEAVY = 3

/** @param error how much of the amount may be others', where it was counted elsewhere */
export function weigh(heaviest: Heaviest, name: number, amount = 1, error = 0): void {
  let place = 0
  while (place < heaviest.length && heaviest[place] !== name) place += HEAVY
  if (place < heaviest.length) {
    raise(heaviest, place, amount, error)
    return
  }
  if (heaviest.length < MAX_HEAVY * HEAVY) {
    heaviest.push(name, amount, error)
    return
  }
  const least = placeOfLeast(heaviest)
  const taken = heaviest[least + 1] ?? 0
  heaviest[least] = name
  heaviest[least + 1] = taken + amount
  heaviest[least + 2] = taken + error
}

/** What the heaviest did at least, and what everybody did. */
export function heaviestOf(heaviest: Heaviest): { readonly most: number; readonly all: number } {
  let most = 0
  let all = 0
  for (let place = 0; place < heaviest.length; place += HEAVY) {
    const count = heaviest[place + 1] ?? 0
    most = Math.max(most, count - (heaviest[place + 2] ?? 0))
    all += count
  }
  return { most, all }
}

/** Forgets half of everything. */
export function halve(heaviest: Heaviest): void {
  for (let place = 0; place < heaviest.length; place += HEAVY) {
    heaviest[place + 1] = (heaviest[place + 1] ?? 0) / 2
    heaviest[place + 2] = (heaviest[place + 2] ?? 0) / 2
  }
}

function raise(heaviest: Heaviest, place: number, amount: number, error: number): void {
  heaviest[place + 1] = (heaviest[place + 1] ?? 0) + amount
  heaviest[place + 2] = (heaviest[place + 2] ?? 0) + error
}

function placeOfLeast(heaviest: Heaviest): number {
  let least = 0
  for (let place = HEAVY; place < heaviest.length; place += HEAVY) {
    if ((heaviest[place + 1] ?? 0) < (heaviest[least + 1] ?? 0)) least = place
  }
  return least
}
