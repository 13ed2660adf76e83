/** What a third party's roles open, by dialect: the segments of paths that `src/dialects` names for each role. */
import { DIALECTS } from '../../src/dialects/table.ts'
import type { TppRole } from '../../src/evidence.ts'

export interface Rights {
  readonly dialect: string
  readonly may: readonly string[]
  readonly may_not: readonly string[]
}

export function rightsOf(roles: readonly TppRole[]): readonly Rights[] {
  return Object.values(DIALECTS)
    .filter(({ operations }) => operations.size > 0)
    .map(({ name, operations }) => {
      const segments = [...operations]
      const opens = (needed: readonly TppRole[]) => needed.some((role) => roles.includes(role))
      return {
        dialect: name,
        may: segments.filter(([, needed]) => opens(needed)).map(([segment]) => segment),
        may_not: segments.filter(([, needed]) => !opens(needed)).map(([segment]) => segment),
      }
    })
}
