import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { brandList, chromium, firefox, safari } from '../../lab/traffic/browsers.ts'
import type { Software } from '../../lab/traffic/traffic.ts'
import { requireReal } from '../real.ts'

/** Captures of real browsers, one file each. */
const FINGERPRINTS = resolve(import.meta.dirname, '../../../shared/data/fingerprints')
const present = requireReal('../shared/data/fingerprints', existsSync(FINGERPRINTS))

type Traits = Parameters<typeof chromium>[0]

/** A name such as `chrome_131.0.6778.81_android.yaml`; undefined for what the laboratory does not play. */
function played(file: string): Software | undefined {
  const [, make, major, minor, system] = /^([a-z]+)_(\d+)\.(\d+)[\d.]*(?:_(\w+))?\.yaml$/.exec(file) ?? []
  if (make === undefined || major === undefined) return undefined
  const languages = 'en-US,en;q=0.9'
  if (make === 'safari') {
    const platform = system?.startsWith('iOS') ? 'iOS' : 'macOS'
    return safari({ major: Number(major), minor: Number(minor), platform, languages })
  }
  if (make === 'firefox')
    return firefox({ major: Number(major), platform: 'macOS', languages: 'en-US,en;q=0.5' })
  // Before 110 the invented brand followed another rule, and user agents still named the full version.
  if (Number(major) < 110) return undefined
  const platform = platformOf(system)
  const brand = make === 'edge' ? 'Microsoft Edge' : 'Google Chrome'
  return chromium({ major: Number(major), platform, brand, languages })
}

function platformOf(system: string | undefined): Traits['platform'] {
  if (system === 'win10') return 'Windows'
  if (system === 'linux') return 'Linux'
  return system === 'android' ? 'Android' : 'macOS'
}

function captured(file: string): Record<string, string> {
  const text = readFileSync(join(FINGERPRINTS, 'signatures', file), 'utf8')
  const block = /headers:\n([\s\S]*?)\n\s+pseudo_headers:/.exec(text)?.[1] ?? ''
  // Long values go on in an indented line.
  const lines = block.replaceAll(/\n {8,}(?!["'-])/g, ' ').matchAll(/- (['"])(.*?)\1\s*(?:\n|$)/g)
  return Object.fromEntries(
    Array.from(lines, ([, , line = '']) => {
      const at = line.indexOf(': ')
      return [line.slice(0, at), line.slice(at + 2)]
    }),
  )
}

/** What is left when that which differs among equal browsers is taken away. */
function comparable(headers: Record<string, string>): Record<string, string> {
  // TE is of the connection; languages are the person's; the Android capture is an emulator's, which is not "mobile".
  const { te: _, 'accept-language': __, 'sec-ch-ua-mobile': ___, ...rest } = headers
  // Edge named its full version until 118.
  return { ...rest, 'user-agent': (rest['user-agent'] ?? '').replace(/ Edg\/(\d+)\.[\d.]+$/, ' Edg/$1') }
}

const FILES = present ? readdirSync(join(FINGERPRINTS, 'signatures')) : []

describe.runIf(present)('a played browser sends on a page load what the captured one sent', () => {
  const rows = FILES.flatMap((file) => {
    const software = played(file)
    return software === undefined ? [] : [{ file, software }]
  })

  it('has captures to compare with', () => {
    expect(rows.length).toBeGreaterThan(15)
  })

  it.each(rows)('$file', ({ file, software }) => {
    const real = captured(file)
    const sent = software.headers({ kind: 'page' })
    expect(comparable(sent)).toEqual(comparable(real))
  })
})

describe.runIf(present)('the embedded table of JA4', () => {
  it('has for every captured version a value that this make was captured with', () => {
    const rows = readFileSync(join(FINGERPRINTS, 'browser_signatures.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
    const cells = rows.map((row) => row.split(','))
    const chromiums = ['chrome', 'edge']
    for (const [make = '', , , , , , , ...rest] of cells) {
      const software = played(rest.at(-1) ?? '')
      if (software === undefined) continue
      const family = chromiums.includes(make) ? chromiums : [make]
      const seen = cells.filter(([other = '']) => family.includes(other)).map(([, , , , ja4]) => ja4)
      expect(seen).toContain(software.transport.ja4)
    }
  })
})

describe('Chromium’s list of brands', () => {
  const KNOWN: readonly (readonly [major: number, list: string])[] = [
    [116, '"Chromium";v="116", "Not)A;Brand";v="24", "Google Chrome";v="116"'],
    [120, '"Not_A Brand";v="8", "Chromium";v="120", "Google Chrome";v="120"'],
    [131, '"Google Chrome";v="131", "Chromium";v="131", "Not_A Brand";v="24"'],
  ]
  it.each(KNOWN)('of version %i', (major, list) => {
    expect(brandList(major, 'Google Chrome')).toBe(list)
  })
})
