/** Whatever callers name, operators write or receivers are told: nothing throws, nothing hangs, nothing grows without bound. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byteLength, MAX_BODY_BYTES, messageOf } from '../../../src/inventory/notify/message.ts'
import { newsOf } from '../../../src/inventory/notify/notices.ts'
import { readSecrets } from '../../../src/inventory/notify/webhook-secrets.ts'
import { assess, MAX_SIGHTINGS } from '../../../src/inventory/risk/assess.ts'
import { CHECKS } from '../../../src/inventory/risk/checks.ts'
import { raise } from '../../../src/inventory/risk/finding.ts'
import { compileOwnCheck } from '../../../src/inventory/risk/own-checks.ts'
import { DEFAULT_SETTINGS } from '../../../src/inventory/risk/settings.ts'
import { subjectsOf } from '../../../src/inventory/risk/subject.ts'
import { AT, data, entry, found, landscape, operation, shadow, signal } from './landscape.ts'

const SEED = 7
const text = fc.string({ unit: 'binary', maxLength: 300 })
const names = fc.array(fc.record({ name: text, count: fc.nat(1_000), over: fc.nat(1_000) }), {
  maxLength: 40,
})
const cells = fc.array(fc.nat(10_000), { minLength: 16, maxLength: 32 })

/** Expressions out of the language's own pieces: more of them parse than of random letters. */
const piece = fc.constantFrom(
  ...[
    'operation',
    '.requests',
    '.tags',
    '.path',
    '.signals',
    '["a"]',
    '.exists(t, t == "a")',
    '.all(x, true)',
  ],
  ...[
    '.map(x, x + x)',
    '.filter(x, x.contains("a"))',
    '.size()',
    '.matches("(a+)+$")',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
  ],
  ...[
    ' && ',
    ' || ',
    ' ? ',
    ' : ',
    ' == ',
    ' > ',
    ' + ',
    ' * ',
    ' / ',
    ' % ',
    ' in ',
    '!',
    '-',
    ',',
    '"a"',
    '1',
  ],
  ...[
    '0',
    '9223372036854775807',
    '1.5',
    'true',
    'null',
    'size(',
    'int(',
    'string(',
    'cel.bind(a, 1, a)',
    "r'\\d'",
  ],
  ...[
    'operation.tags.all(a, operation.tags.all(b, a == b))',
    'b"x"',
    'timestamp("x")',
    'has(operation.owner)',
  ],
)

describe('with changed and random inputs', () => {
  it('an own check is compiled or refused, and gives an answer or a problem: 40,000 expressions', () => {
    const scene = landscape({ landscape: { signals: [signal('role_missing')] } })
    const subject = subjectsOf(scene).get(operation().id)
    const context = {
      at: AT,
      since: AT,
      thresholds: {},
      settings: DEFAULT_SETTINGS,
      landscape: scene,
    }
    const own = { id: 'own', title: 'x', owasp: ['API8'], remediation: 'x', likelihood: 'likely' } as const
    let compiled = 0
    const write = fc.oneof(
      fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join('')),
      fc.string({ maxLength: 60 }),
    )
    fc.assert(
      fc.property(write, (when) => {
        const check = compileOwnCheck({ ...own, when })
        if (!check.ok || subject === undefined) return
        compiled++
        const settings = { ...DEFAULT_SETTINGS, own: [{ ...own, when }] }
        if (compiled % 50 === 0) assess(scene, settings)
        try {
          check.value.evaluate(subject, context)
        } catch (error) {
          // The library's own words for what an expression may ask in vain; `assess` makes a problem of them.
          expect(error instanceof Error && error.name).toBe('EvaluationError')
        }
      }),
      { numRuns: 40_000, seed: SEED },
    )
    expect(compiled).toBeGreaterThan(50)
  })

  it('an assessment says something bounded about any inventory: 2,000 inventories', () => {
    const use = fc.record({
      requests: fc.nat(100_000),
      statuses: fc.array(fc.nat(100_000), { minLength: 6, maxLength: 6 }),
      hosts: names,
      tls: names,
      authenticationAccepted: names,
      weaknesses: names,
      departures: names,
      organisations: names,
      objects: cells,
      lastSeenAt: fc.nat(AT * 2),
    })
    fc.assert(
      fc.property(use, text, text, fc.nat(1_000), (usage, pointer, name, values) => {
        const hidden = [{ place: 'query', name, foundAt: AT, lastAt: AT, accepted: values }] as const
        const seen = { ...usage, data: [data({ pointer, values, standing: 'unknown' })] }
        const entries = [entry(seen, { hidden }), shadow(seen, { key: `GET ${name}`, path: pointer })]
        const { sightings } = assess(landscape({ entries }), DEFAULT_SETTINGS)
        expect(sightings.length).toBeLessThanOrEqual(Math.min(MAX_SIGHTINGS, 3 * 17 * CHECKS.length))
        expect(new Set(sightings.map(({ id }) => id)).size).toBe(sightings.length)
        for (const one of sightings) {
          expect(one.count).toBeGreaterThan(0)
          expect(one.pointer.length).toBeLessThanOrEqual(256)
        }
      }),
      { numRuns: 2_000, seed: SEED },
    )
  })

  it('a message is JSON, calls nobody and fits: 20,000 findings', () => {
    const [first] = found({ entries: [entry(), shadow()] })
    if (first === undefined) throw new Error('nothing was found')
    const words = fc.record({ pointer: text, operation: text, title: text, owner: text, remediation: text })
    fc.assert(
      fc.property(words, (changes) => {
        const { finding } = raise({ ...first, ...changes, policies: [changes.pointer] }, AT, 0)
        const notice = {
          id: 'a-1',
          at: AT,
          kind: 'raised',
          by: 'gate',
          why: 'x',
          finding: newsOf(finding),
        } as const
        for (const format of ['json', 'slack'] as const) {
          const message = messageOf(notice, format)
          expect(byteLength(message)).toBeLessThanOrEqual(MAX_BODY_BYTES)
          JSON.parse(message)
          if (format === 'slack') expect(message).not.toMatch(/[<>]/)
        }
      }),
      { numRuns: 20_000, seed: SEED },
    )
  })

  it('secrets that are none are no target: 20,000 texts', () => {
    const value = fc.oneof(
      text,
      fc.json({ maxDepth: 3 }),
      fc.jsonValue().map((one) => JSON.stringify({ security: one })),
    )
    fc.assert(
      fc.property(value, (secrets) => {
        expect(readSecrets(secrets).size).toBe(0)
      }),
      { numRuns: 20_000, seed: SEED },
    )
  })
})
