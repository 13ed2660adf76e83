import { expect, it } from 'vitest'
import { CHECKS } from '../../../src/inventory/risk/checks.ts'

const manuals = import.meta.glob<string>('../../../docs/risk.md', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const rows = Object.values(manuals)
  .join('')
  .split('\n')
  .filter((line) => line.startsWith('| `'))

it('the manual has every check, with its risks and what it is about', () => {
  const missing = CHECKS.filter(
    ({ id, owasp, title }) =>
      !rows.some((row) => row.startsWith(`| \`${id}\` | ${owasp.join(' ')} | ${title}`)),
  )
  expect(missing.map(({ id }) => id)).toEqual([])
})

it('and every threshold as it stands', () => {
  for (const { id, thresholds } of CHECKS) {
    const row = rows.find((one) => one.startsWith(`| \`${id}\``))
    const said = Object.entries(thresholds).map(([name, value]) => `${name} ${value}`)
    expect(row?.split('|').at(-2)?.trim()).toBe(said.join(', '))
  }
})
