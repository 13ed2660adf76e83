// `npm run replay -- --policy FILE`: what another policy would change, rule by rule, and what is no policy.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { newClients } from '../../../lab/replay/clients.ts'
import { play } from '../../../lab/replay/play.ts'
import { readPolicy } from '../../../lab/replay/policy.ts'
import { report } from '../../../lab/replay/report.ts'
import { DEFAULT_POLICY, type Policy } from '../../../src/decide/policy.ts'
import { RULE_IDS } from '../../../src/decide/rules.ts'

const scratch = mkdtempSync(join(tmpdir(), 'portcullis-policies-'))
afterAll(() => rmSync(scratch, { recursive: true }))

function file(name: string, content: string): string {
  const path = join(scratch, name)
  writeFileSync(path, content)
  return path
}

/** Sign-ins of one browser that all fail, two seconds apart. */
function guesses(count: number): string {
  const agent =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/155.0.0.0 Safari/537.36'
  const lines = Array.from({ length: count }, (_, at) => {
    const time = new Date(Date.UTC(2026, 10, 21, 9) + 2_000 * at).toISOString().slice(11, 19)
    return `192.0.2.7 - - [21/Nov/2026:${time} +0000] "POST /login HTTP/1.1" 401 5 "-" "${agent}"`
  })
  return lines.join('\n')
}

interface Compared {
  readonly verdict: string
  readonly rule: string
  readonly proposed: { readonly verdict: string; readonly rule: string }
  readonly change: string
}

async function compared(log: string, policy: Partial<Policy>): Promise<Compared> {
  const clients = newClients({ scratch })
  const proposed = { ...DEFAULT_POLICY, ...policy }
  await play({ files: [file('guesses.log', log)], format: undefined, proposed }, clients)
  const lines: string[] = []
  report(clients, true, (line) => lines.push(line))
  clients.close()
  expect(lines).toHaveLength(1)
  return JSON.parse(lines[0] ?? '') as Compared
}

function every(posture: 'observe' | 'off'): Policy['rules'] {
  return Object.fromEntries(RULE_IDS.map((id) => [id, { posture }]))
}

describe('a policy that sets rules aside', { timeout: 120_000 }, () => {
  it('no longer stops whom nothing but rules that observe would stop', async () => {
    expect(await compared(guesses(60), { rules: every('observe') })).toMatchObject({
      verdict: 'deny',
      proposed: { verdict: 'flag' },
      change: 'no_longer_stopped',
    })
  })

  it('no longer stops whom its rules were switched off for', async () => {
    expect(await compared(guesses(60), { rules: every('off') })).toMatchObject({
      proposed: { verdict: 'allow' },
      change: 'no_longer_stopped',
    })
  })

  it('stops by another rule whom an observing one would have stopped first', async () => {
    const { rule } = await compared(guesses(60), {})
    const { proposed, change } = await compared(guesses(60), { rules: { [rule]: { posture: 'observe' } } })
    expect(['throttle', 'challenge', 'deny']).toContain(proposed.verdict)
    expect(proposed.rule).not.toBe(rule)
    expect(change).toBe('none')
  })

  it('newly stops where a rule that only flags shall deny, and not where that rule observes', async () => {
    const thresholds = { ...DEFAULT_POLICY.thresholds, flag: 0 }
    const denies = { rules: { score_flag: { action: 'deny' } }, thresholds } as const
    expect(await compared(guesses(1), denies)).toMatchObject({
      verdict: 'allow',
      proposed: { verdict: 'deny', rule: 'score_flag' },
      change: 'newly_stopped',
    })
    const observes = { rules: { score_flag: { action: 'deny', posture: 'observe' } }, thresholds } as const
    expect(await compared(guesses(1), observes)).toMatchObject({
      proposed: { verdict: 'flag', rule: 'score_flag' },
      change: 'none',
    })
  })
})

describe('a file that holds no policy is not taken for one', { timeout: 60_000 }, () => {
  it.each([
    [
      'a wrangler.toml without POLICY',
      'bare.toml',
      'name = "gate"\n[vars]\nORIGIN_URL = ""\n',
      'found no POLICY in it',
    ],
    ['a list', 'list.json', '[]', 'found a list'],
    ['a list under POLICY', 'inner.json', '{"POLICY":[]}', 'found a list'],
    ['null', 'null.json', 'null', 'found null'],
    ['a text', 'text.json', '"strict"', 'found "strict"'],
  ])('%s', (_what, name, content, message) => {
    const read = readPolicy(file(name, content))
    expect(read).toMatchObject({ ok: false, reason: expect.stringContaining(message) })
    expect(read).toMatchObject({ reason: expect.stringContaining('allowed is a table of rules') })
  })

  it('and an empty table is the defaults', () => {
    expect(readPolicy(file('empty.json', '{}'))).toMatchObject({ ok: true, value: DEFAULT_POLICY })
  })
})
