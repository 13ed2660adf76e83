import { afterEach, describe, expect, it, vi } from 'vitest'
import { refusalLog } from '../../src/record/log.ts'

function listen() {
  const lines: unknown[] = []
  vi.spyOn(console, 'error').mockImplementation((line: string) => lines.push(JSON.parse(line)))
  return lines
}

describe('the log of what is refused beside the pipeline', () => {
  afterEach(() => vi.restoreAllMocks())

  it('has a line for each reference that was given out', () => {
    const lines = listen()
    const log = refusalLog()
    log.challenge('ref-1', 'challenge_forged', 0)
    log.operator('ref-2', '198.51.100.0/24', 0)
    expect(lines).toEqual([
      { level: 'warn', event: 'challenge_refused', reference: 'ref-1', reason: 'challenge_forged' },
      { level: 'warn', event: 'operator_refused', reference: 'ref-2', prefix: '198.51.100.0/24' },
    ])
  })

  it('writes at most sixty lines a minute, and says how many it left out', () => {
    const lines = listen()
    const log = refusalLog()
    for (let n = 0; n < 100; n += 1) log.challenge(`ref-${n}`, 'challenge_forged', n)
    expect(lines).toHaveLength(60)
    log.challenge('later', 'challenge_forged', 60_000)
    expect(lines.slice(60)).toEqual([
      { level: 'warn', event: 'refusals_left_out', count: 40 },
      expect.objectContaining({ reference: 'later' }),
    ])
  })
})
