/**
 * Members of a body that its schema is silent about. JSON Schema lets them pass where `additionalProperties` says
 * nothing; a hidden field is worth knowing all the same (OWASP API3:2023). Alternatives (`oneOf` and its like) are taken
 * together: what any of them declares is declared.
 */
import type { Shape } from '../types.ts'
import { add, escapeToken, type Findings, fieldOf } from './findings.ts'

/** A shape with its neighbours in reach. */
interface Outline {
  readonly members: Map<string, Outline>
  items: Outline | undefined
  /** Of members that are not listed. */
  others: Outline | undefined
  /** Declares members and is silent about others. An object without declared members is free: nothing is missing. */
  readonly silent: boolean
  /** Silent itself, or something below it is: the others need not be walked. */
  watched: boolean
}

export interface Outlines {
  readonly shapes: readonly Shape[]
  readonly list: readonly Outline[]
}

export function outlinesOf(shapes: readonly Shape[]): Outlines {
  const list = shapes.map(({ others, members }): Outline => {
    const silent = others === 'silent' && Object.keys(members).length > 0
    return { members: new Map(), items: undefined, others: undefined, silent, watched: silent }
  })
  for (const [at, { members, items, others }] of shapes.entries()) {
    const outline = list[at]
    if (outline === undefined) continue
    for (const [name, index] of Object.entries(members)) {
      const member = list[index]
      if (member !== undefined) outline.members.set(name, member)
    }
    outline.items = items === undefined ? undefined : list[items]
    outline.others = typeof others === 'number' ? list[others] : undefined
  }
  let changed = true
  while (changed) changed = list.filter(becomesWatched).length > 0
  return { shapes, list }
}

function becomesWatched(outline: Outline): boolean {
  if (outline.watched) return false
  const { members, items, others } = outline
  outline.watched = [...members.values(), items, others].some((below) => below?.watched)
  return outline.watched
}

interface Walk {
  readonly outlines: Outlines
  readonly findings: Findings
  readonly root: number
  /** Names and indexes on the way down. */
  readonly trail: (string | number)[]
}

/** As deep as the reader let the body be. */
export function findUndeclared(value: unknown, root: number, outlines: Outlines, findings: Findings): void {
  const outline = outlines.list[root]
  if (outline?.watched) walk(value, outline, { outlines, findings, root, trail: [] })
}

function walk(value: unknown, outline: Outline, state: Walk): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) walkItems(value, outline.items, state)
  // The value is JSON.parse's: its members are its own.
  else walkMembers(value as Readonly<Record<string, unknown>>, outline, state)
}

function walkItems(items: readonly unknown[], below: Outline | undefined, state: Walk): void {
  if (!below?.watched) return
  for (let at = 0; at < items.length; at++) {
    state.trail.push(at)
    walk(items[at], below, state)
    state.trail.pop()
  }
}

function walkMembers(value: Readonly<Record<string, unknown>>, outline: Outline, state: Walk): void {
  const { members, others, silent } = outline
  for (const name in value) {
    const below = members.get(name) ?? others
    if (below === undefined ? !silent : !below.watched) continue
    state.trail.push(name)
    if (below === undefined) report(state)
    else walk(value[name], below, state)
    state.trail.pop()
  }
}

function report({ trail, root, outlines, findings }: Walk): void {
  const pointer = trail.map((part) => `/${typeof part === 'number' ? part : escapeToken(part)}`).join('')
  add(findings, 'property_undeclared', 'body', pointer, fieldOf(pointer, outlines.shapes, root, 'undeclared'))
}
