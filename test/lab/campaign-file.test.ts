import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCampaigns } from '../../lab/campaign-file.ts'
import { random } from '../../lab/traffic/random.ts'
import { requireReal } from '../real.ts'

const PUBLISHED = resolve(import.meta.dirname, '../../../shared/data/campaigns.json')

function read(campaigns: readonly object[], more: object = {}) {
  return readCampaigns(JSON.stringify({ campaigns, ...more }), random('test'))
}

function only(entry: object) {
  const [plan] = read([{ id: 'one', kind: 'credential_stuffing', ...entry }])
  if (plan === undefined) throw new Error('no campaign')
  return plan
}

describe('a file of campaigns', () => {
  it('is looked for where the caller stands, and not where npm puts the arena', () => {
    const folder = mkdtempSync(join(tmpdir(), 'portcullis-campaigns-'))
    writeFileSync(join(folder, 'mine.json'), '{"campaigns":[]}')
    const { status, stderr } = spawnSync(process.execPath, ['lab/arena.ts', '--campaigns', 'mine.json'], {
      encoding: 'utf8',
      env: { ...process.env, INIT_CWD: folder },
    })
    rmSync(folder, { recursive: true })
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('Cannot read campaigns'),
    })
  })

  it('keeps ids, and ignores fields that it does not know', () => {
    const { campaign } = only({ id: 'kept', note: 'a rumour', signature: 'one user agent', colour: 7 })
    expect(campaign.id).toBe('kept')
  })

  it('says which fields were missing and what was taken instead', () => {
    const { campaign, assumed } = only({})
    expect(assumed).toMatchObject({ hours: 24, attempts: 100_000, per_address: 20 })
    expect(assumed).toHaveProperty('success_rate', campaign.successRate)
  })

  it('says nothing about a field that was given', () => {
    const given = { days: 2, attempts: 5_000, per_address: 3, success_rate: 0.01, tooling: 'browser' }
    const { campaign, assumed } = only(given)
    expect(campaign).toMatchObject({ hours: 48, attempts: 5_000, perAddress: 3, successRate: 0.01 })
    expect(campaign.tools).toEqual({ basic: 0, intermediate: 0, impersonating: 0, browser: 1 })
    for (const name of ['hours', 'attempts', 'per_address', 'success_rate', 'tooling']) {
      expect(assumed).not.toHaveProperty(name)
    }
  })

  it('takes attempts per address from addresses, and attempts from a daily rate', () => {
    const { campaign } = only({ attempts_per_day: 1_000_000, days: 2, addresses: 100_000 })
    expect(campaign.attempts).toBe(2_000_000)
    expect(campaign.perAddress).toBe(20)
  })

  it('draws missing success rates from the published range', () => {
    const rates = Array.from(
      { length: 50 },
      (_, index) => only({ id: `campaign-${index}` }).campaign.successRate,
    )
    for (const rate of rates) {
      expect(rate).toBeGreaterThanOrEqual(0.001)
      expect(rate).toBeLessThanOrEqual(0.02)
    }
    expect(new Set(rates).size).toBeGreaterThan(40)
  })

  it('takes the mix of tools from the file, for campaigns that name none', () => {
    const [plan] = read([{ id: 'one', kind: 'card_testing' }], {
      tooling_mix_unmitigated: {
        basic_http_no_browser: 0.5,
        intermediate: 0.2,
        real_browser_with_human_emulation: 0.3,
      },
    })
    expect(plan?.campaign.tools).toEqual({ basic: 0.5, intermediate: 0.1, impersonating: 0.1, browser: 0.3 })
  })

  it('names every mistake: a campaign left out silently would look like one that was stopped', () => {
    const wrong = [
      { id: 'one', kind: 'denial_of_service' },
      { kind: 'scraping', attempts: -1 },
    ]
    expect(() => read(wrong)).toThrow(/campaigns\.0\.kind.*campaigns\.1/)
  })

  it('refuses a file without campaigns', () => {
    expect(() => readCampaigns('{}', random('test'))).toThrow(/campaigns/)
  })
})

describe.runIf(requireReal('../shared/data/campaigns.json', existsSync(PUBLISHED)))(
  'published campaigns',
  () => {
    it('are all read, with their own ids and numbers', () => {
      const plans = readCampaigns(readFileSync(PUBLISHED, 'utf8'), random('test'))
      const byId = new Map(plans.map(({ campaign }) => [campaign.id, campaign]))
      expect(byId.get('gaming-rotation')).toMatchObject({
        attempts: 108_000_000,
        perAddress: 1.18,
        hours: 96,
      })
      expect(byId.get('card-slow-burn')).toMatchObject({ kind: 'card_testing', attempts: 4_000, hours: 12 })
      expect(byId.get('retailer-single-use')?.shareOfLogins).toBe(0.9)
    })
  },
)
