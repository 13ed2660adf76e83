// Whoever sends what the specification rules out is told which rule, and where, in whatever form its standard has for that.
import { describe, expect, it } from 'vitest'
import { DIALECTS } from '../../src/dialects/table.ts'

const PROGRAMS = Object.values(DIALECTS).filter(({ readBy }) => readBy === 'programs')
const DETAIL = { path: '/a', place: '/Data/Initiation/0', rule: 'enum' }

describe('a request that does not conform', () => {
  it.each(PROGRAMS.map((dialect) => [dialect.name, dialect] as const))('in %s', (_name, dialect) => {
    const { body, status } = dialect.refuse('nonconforming', 'ref', 0, undefined, DETAIL)
    expect(status).toBe(400)
    expect(body).toContain('enum')
    expect(body).toContain('/Data/Initiation/0')
    expect(() => JSON.parse(body)).not.toThrow()
  })

  it.each(PROGRAMS.map((dialect) => [dialect.name, dialect] as const))(
    'in %s, and nothing of a rule where there is none',
    (_name, dialect) => {
      expect(dialect.refuse('malformed', 'ref', 0).body).not.toContain('Rule')
    },
  )
})
