/** `npm run findings --from FILE`, as somebody runs it who has an exported inventory and the published documents. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AT, DAY, data, entry, shadow } from '../inventory/risk/landscape.ts'

const PROJECT = resolve(import.meta.dirname, '../..')
const ROOT = 'GET /accounts/{AccountId}'
const DOCUMENT = `openapi: 3.0.3
info: { title: Accounts, version: '4' }
paths:
  /other:
    get:
      responses: { '200': { description: Done }, '429': { description: Too many } }
  /accounts/{AccountId}:
    get:
      deprecated: true
      security: [{ token: [] }]
      parameters:
        - { name: AccountId, in: path, required: true, schema: { type: string } }
      responses: { '200': { description: Done }, '429': { description: Too many } }
components:
  securitySchemes: { token: { type: http, scheme: bearer } }
`

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'findings-'))
  const usual = { key: ROOT, path: '/accounts/{AccountId}' }
  const overflow = {
    misses: 0,
    unsettled: 0,
    turnedAway: 0,
    ignored: 0,
    dropped: 0,
    suspects: 0,
    pressure: 0,
  }
  const seen = { data: [data({ class: 'iban', pointer: '/=HYPERLINK("x")' })] }
  const snapshot = {
    at: AT,
    since: AT - DAY,
    entries: [entry(seen, usual), shadow()],
    decisions: [],
    overflow,
    changes: 2,
  }
  write('inventory.json', JSON.stringify(snapshot))
  write('accounts.yaml', DOCUMENT)
  write(
    'risk.json',
    JSON.stringify({ checks: { shadow_operation: { severity: 'critical', policies: ['API-01'] } } }),
  )
  write('wrong.json', JSON.stringify({ checks: { shadow: { off: true } } }))
  write('text.json', 'not JSON')
})
afterAll(() => rmSync(folder, { recursive: true }))

const path = (name: string) => join(folder, name)
const write = (name: string, text: string) => writeFileSync(path(name), text)

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['lab/findings.ts', ...args], {
    cwd: PROJECT,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

const FROM = ['--from', 'inventory.json', '--specification', 'accounts.yaml']
const all = (...more: readonly string[]) =>
  run(...FROM.map((one) => (one.includes('.') ? path(one) : one)), ...more)

describe('an exported inventory', () => {
  it('is assessed as the gate would, against the documents that are named', () => {
    const { status, stdout } = all('--json')
    const report = JSON.parse(stdout)
    expect(status).toBe(1)
    expect(report.findings.map(({ check }: { check: string }) => check).toSorted()).toEqual([
      'sensitive_data_unexpected',
      'shadow_operation',
      'specification_without_limit',
      'zombie_operation',
    ])
    expect(report.scores[0].score).toBeLessThan(100)
    expect(report.at).toBe(AT)
  })

  it('is told in words', () => {
    const { stdout } = all('--at-least', 'high')
    expect(stdout).toContain('iban response_body /=HYPERLINK')
    expect(stdout).not.toContain('shadow_operation,')
  })

  it('becomes SARIF that shows the line to be mended', () => {
    const log = JSON.parse(all('--sarif').stdout)
    const results: readonly { readonly ruleId: string; readonly locations: readonly object[] }[] =
      log.runs[0].results
    const zombie = results.find(({ ruleId }) => ruleId === 'zombie_operation')
    const line = DOCUMENT.split('\n').findIndex((text) => text.includes('deprecated: true')) + 1
    expect(zombie?.locations[0]).toMatchObject({
      physicalLocation: { artifactLocation: { uri: 'accounts.yaml' }, region: { startLine: line } },
    })
  })

  it('becomes a table', () => {
    const { stdout } = all('--csv')
    expect(stdout.split('\r\n')).toHaveLength(6)
  })

  it('is judged as the organisation says', () => {
    const report = JSON.parse(all('--json', '--settings', path('risk.json')).stdout)
    expect(report.findings[0]).toMatchObject({
      check: 'shadow_operation',
      severity: 'critical',
      policies: ['API-01'],
    })
    expect(all('--settings', path('wrong.json'))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('found check shadow'),
    })
  })

  it('and what was written with --json is read back with --from', () => {
    write('report.json', all('--json').stdout)
    expect(run('--from', path('report.json'), '--api', 'accounts').stdout).toContain('zombie_operation')
    expect(run('--from', path('report.json'), '--check', 'hsts_missing').status).toBe(0)
    expect(readFileSync(path('report.json'), 'utf8')).toContain('"blind"')
  })

  it.each([
    ['a file that is not there', ['--from', '/nowhere/at/all.json']],
    ['a file that is no JSON', ['--from', 'text.json']],
    ['a file that is neither', ['--from', 'risk.json']],
    ['a severity that there is not', ['--at-least', 'urgent']],
    ['a state that there is not', ['--state', 'closed']],
    ['two formats', ['--sarif', '--csv']],
    ['a word that it does not know', ['--nonsense']],
  ])('%s: it cannot say, and exits with 2', (_what, args) => {
    const here = args.map((one) => (one.endsWith('.json') && !one.startsWith('/') ? path(one) : one))
    expect(run(...here)).toMatchObject({ status: 2, stdout: '' })
  })
})
