// docs/tuning.md lists every rule. A table that nobody checks is out of date by the second commit.
import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../src/decide/policy.ts'
import { REASONS } from '../../src/decide/reasons.ts'
import { RULES } from '../../src/decide/rules.ts'

const FILES = import.meta.glob<string>('../../docs/tuning.md', { query: '?raw', import: 'default' })

async function page(): Promise<string> {
  const [load] = Object.values(FILES)
  return (await load?.()) ?? ''
}

describe('docs/tuning.md', () => {
  it('lists every rule, in order, with its action, its limit and when it applies', async () => {
    const rows = RULES.map(
      ({ id, action, elsewhere, limit, applies }) =>
        `| \`${id}\` | ${action}${elsewhere === undefined ? '' : ` / ${elsewhere}`} | ${limit ?? ''} | ${applies} |`,
    )
    const text = await page()
    const listed = text
      .split('\n')
      .filter((line) => /^\| `[a-z_]+` \| (deny|throttle|challenge|flag)/.test(line))
    expect(listed).toEqual(rows)
  })

  it('lists every reason with its meaning', async () => {
    const rows = Object.entries(REASONS).map(
      ([reason, { refusal, meaning }]) => `| \`${reason}\` | ${refusal} | ${meaning} |`,
    )
    const text = await page()
    const listed = text.split('\n').filter((line) => /^\| `[a-z0-9_]+` \| \w+ \| [A-Z]/.test(line))
    expect(listed).toEqual(rows)
  })

  it('names the thresholds as they stand', async () => {
    const text = await page()
    for (const [name, value] of Object.entries(DEFAULT_POLICY.thresholds)) {
      expect(text).toContain(`| \`${name}\` | ${value} |`)
    }
  })
})
