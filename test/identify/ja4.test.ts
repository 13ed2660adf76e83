import { describe, expect, it } from 'vitest'
import { parseAgent } from '../../src/identify/agent.ts'
import { contradictsClaim, engineOf, parseJa4 } from '../../src/identify/ja4.ts'
import { requireReal } from '../real.ts'

const AGENTS = {
  chromium:
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  gecko: 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0',
  webkit:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15',
} as const

function contradicts(ja4: string, agent: string): boolean | undefined {
  const parsed = parseJa4(ja4)
  return parsed && contradictsClaim(parsed, parseAgent(agent))
}

describe('parseJa4()', () => {
  it('reads the parts', () => {
    expect(parseJa4('t13d1516h2_8daaf6152771_02713d6af862')).toEqual({
      transport: 't',
      version: '13',
      ciphers: 15,
      extensions: 16,
      alpn: 'h2',
      cipherHash: '8daaf6152771',
    })
  })

  it.each(['', 't13d1516h2', 't13d1516h2_8daaf6152771', 'x13d1516h2_8daaf6152771_02713d6af862'])(
    'takes "%s" for none',
    (text) => {
      expect(parseJa4(text)).toBeUndefined()
    },
  )
})

describe('contradictsClaim()', () => {
  it.each([
    ['t13d3112h2_e8f1e7e78f70_b26ce05bbdd6', 'curl'],
    ['t13d5212h1_b262b3658495_8e6e362c5eac', 'Node'],
    ['t13d291300_723694b0fccc_899037bd0b8c', 'Wget'],
    ['t13d181100_85036bcba153_d41ae481755e', 'Python'],
    ['t13d1412h2_e33ad33b3d25_6b314db333b6', 'Go'],
    ['t12d1909h2_d83cc789557e_7af1ed941c26', 'WinINET'],
  ])('holds %s (%s) against every browser', (ja4) => {
    for (const agent of Object.values(AGENTS)) expect(contradicts(ja4, agent)).toBe(true)
  })

  it('knows one engine from another where their counts are alike', () => {
    expect(contradicts('t13d1716h2_5b57614c22b0_eeeea6562960', AGENTS.chromium)).toBe(true)
    expect(contradicts('t13d1516h2_8daaf6152771_02713d6af862', AGENTS.gecko)).toBe(true)
  })

  it('knows a list of ciphers that no captured version has', () => {
    expect(contradicts('t13d1516h2_aaaaaaaaaaaa_02713d6af862', AGENTS.chromium)).toBe(true)
  })

  it('does not hold a new list of ciphers against a version that nobody has captured yet', () => {
    const later = AGENTS.chromium.replace('131', '171')
    expect(contradicts('t13d1516h2_aaaaaaaaaaaa_02713d6af862', later)).toBe(false)
    expect(contradicts('t13d3112h2_e8f1e7e78f70_b26ce05bbdd6', later)).toBe(true)
  })

  it('takes every browser on iOS for WebKit', () => {
    const chromeOnIos =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1'
    expect(contradicts('t13d2014h2_a09f3c656075_14788d8d241b', chromeOnIos)).toBe(false)
    expect(contradicts('t13d1516h2_8daaf6152771_02713d6af862', chromeOnIos)).toBe(true)
  })

  it('says nothing of engines and transports that were never captured', () => {
    expect(contradicts('t13d3112h2_e8f1e7e78f70_b26ce05bbdd6', 'curl/8.0')).toBe(false)
    expect(contradicts('q13d0310h3_55b375c5d22e_06cda9e17597', AGENTS.gecko)).toBe(false)
  })
})

const FILES = import.meta.glob<string>('../../../shared/data/fingerprints/*.csv', {
  query: '?raw',
  import: 'default',
})
const BROWSERS = { chrome: 'chromium', edge: 'chromium', firefox: 'gecko', safari: 'webkit' } as const
const APPLICATIONS = {
  'Chromium Browser': 'chromium',
  'Mozilla Firefox': 'gecko',
  Safari: 'webkit',
} as const

async function rows(file: string): Promise<readonly (readonly string[])[]> {
  const load = Object.entries(FILES).find(([path]) => path.endsWith(file))?.[1]
  return (await load?.())?.split('\n').map((line) => line.split(',')) ?? []
}

function memberOf<T extends object>(table: T, name: string | undefined): T[keyof T] | undefined {
  // A key of the table, as the line before has found it.
  return name !== undefined && Object.hasOwn(table, name) ? table[name as keyof T] : undefined
}

describe.runIf(requireReal('../shared/data/fingerprints', Object.keys(FILES).length > 0))(
  'the table of engines, against fingerprints of real browsers',
  () => {
    it('knows the engine of every captured browser', async () => {
      const seen = new Set<string>()
      for (const [name, , , , ja4 = ''] of await rows('browser_signatures.csv')) {
        const engine = memberOf(BROWSERS, name)
        if (engine === undefined) continue
        seen.add(engine)
        const parsed = parseJa4(ja4)
        expect([ja4, parsed && engineOf(parsed)]).toEqual([ja4, engine])
        expect([ja4, contradicts(ja4, AGENTS[engine])]).toEqual([ja4, false])
      }
      expect([...seen].sort()).toEqual(['chromium', 'gecko', 'webkit'])
    })

    it('agrees with FoxIO’s mapping of browsers, and holds all its other applications against Chrome', async () => {
      let others = 0
      for (const [application = '', , , , ja4 = ''] of await rows('ja4-mapping.csv')) {
        const parsed = parseJa4(ja4)
        if (parsed === undefined) continue
        const engine = memberOf(APPLICATIONS, application)
        if (engine !== undefined) expect([ja4, contradicts(ja4, AGENTS[engine])]).toEqual([ja4, false])
        else {
          others++
          expect([ja4, contradicts(ja4, AGENTS.chromium)]).toEqual([ja4, true])
        }
      }
      expect(others).toBeGreaterThan(15)
    })
  },
)
