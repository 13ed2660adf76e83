import { describe, expect, it } from 'vitest'
import { anyCampaign } from '../../lab/campaigns.ts'
import { spanOf } from '../../lab/population.ts'
import { attack, type Campaign } from '../../lab/traffic/campaigns.ts'
import { random } from '../../lab/traffic/random.ts'
import { UNTOLD_PAGES } from '../../lab/traffic/site-scraper.ts'
import { played } from './played.ts'

describe('scrapers of the public site', () => {
  const drawn = Array.from({ length: 400 }, (_, index) => anyCampaign(`c${index}`, random(`site ${index}`)))
  const site = drawn.filter(({ style }) => style === 'site')

  it('are among the campaigns that are learnt from, and through few addresses', () => {
    expect(site.length).toBeGreaterThan(5)
    expect(site.every(({ kind, perAddress }) => kind === 'scraping' && perAddress >= 60)).toBe(true)
    expect(drawn.some(({ kind, style }) => kind === 'scraping' && style === undefined)).toBe(true)
  })

  it('show browsers’ headers, read wide and fast, and are told from readers only after some pages', async () => {
    // There are some: see above.
    const campaign = { ...site[0], attempts: 600, hours: 6, adapts: 0 } as Campaign
    const steps = (await played(attack(campaign, spanOf(6), random('scrape')))).map(([step]) => step)
    expect(steps.filter(({ truth }) => truth.attempt)).toHaveLength(600)
    const bots = Map.groupBy(steps, ({ truth }) => truth.person)
    for (const pages of bots.values()) {
      const first = pages.findIndex(({ truth }) => truth.attempt)
      expect(first).toBe(UNTOLD_PAGES)
      expect(pages.every(({ headers }) => /Mozilla/.test(headers['user-agent'] ?? ''))).toBe(true)
    }
    const widest = [...bots.values()].map((pages) => new Set(pages.map(({ path }) => path)).size)
    expect(Math.max(...widest)).toBeGreaterThan(40)
  })
})
