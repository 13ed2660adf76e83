import { afterEach, describe, expect, it, vi } from 'vitest'
import { traceOf } from '../../src/lib/fault.ts'
import { logBug, logMistakes } from '../../src/record/log.ts'
import { sinkFrom } from '../../src/record/sink.ts'
import { recordOf } from '../fixtures/records.ts'

const lines: string[] = []

function logged(): readonly Record<string, unknown>[] {
  return lines.map((line) => JSON.parse(line))
}

function listen(): void {
  lines.length = 0
  vi.spyOn(console, 'error').mockImplementation((line) => lines.push(String(line)))
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the sink', () => {
  it('writes one data point and one journal entry for each decision', () => {
    const points: unknown[] = []
    const entries: unknown[] = []
    const sink = sinkFrom({
      analytics: { writeDataPoint: (point) => points.push(point) },
      journal: { write: (entry) => entries.push(entry) },
    })
    sink.write(recordOf())
    expect(points).toHaveLength(1)
    expect(entries).toMatchObject([{ reference: 'ref-1', action: 'deny' }])
  })

  it('never costs the caller its answer: a sink that throws is logged with the reference', () => {
    listen()
    const sink = sinkFrom({
      analytics: {
        writeDataPoint: () => {
          throw new TypeError('blob of agatha.nobody@example.org too large')
        },
      },
      journal: { write: () => {} },
    })
    sink.write(recordOf())
    expect(logged()).toMatchObject([{ level: 'error', event: 'bug', reference: 'ref-1', name: 'TypeError' }])
    expect(JSON.stringify(logged())).not.toContain('agatha')
  })
})

describe('the log', () => {
  it('is one line of JSON for each configuration mistake', () => {
    listen()
    logMistakes([{ binding: 'ROUTES', found: 'nothing', allowed: 'a list of routes' }], 'ref-9')
    expect(logged()).toEqual([
      {
        level: 'error',
        event: 'configuration_mistake',
        reference: 'ref-9',
        binding: 'ROUTES',
        found: 'nothing',
        allowed: 'a list of routes',
      },
    ])
  })

  it('tells where a bug is and nothing of what was being worked on', () => {
    listen()
    logBug(new SyntaxError('Unexpected token in {"password":"hunter2"}\nat password hunter2'), 'ref-3')
    expect(logged()[0]).toMatchObject({ event: 'bug', reference: 'ref-3', name: 'SyntaxError' })
    expect(JSON.stringify(logged())).not.toContain('hunter2')
    expect(JSON.stringify(logged())).toContain('sink.test.ts')
  })

  it.each([
    ['a string', 'text'],
    ['nothing', undefined],
    ['an object', { secret: 1 }],
  ])('survives a throw of %s', (_what, thrown) => {
    expect(traceOf(thrown).frames).toEqual([])
  })
})
