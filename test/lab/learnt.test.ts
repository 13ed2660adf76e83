import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { capturedAttackTool, capturedBrowser, capturedProgram } from '../../lab/traffic/captured.ts'
import { visitorsBrowser, visitorsHeaders } from '../../lab/traffic/learnt.ts'
import { random } from '../../lab/traffic/random.ts'
import type { Software } from '../../lab/traffic/traffic.ts'

function file(path: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))
}

function drawn(make: (random: Random) => Software | undefined, count = 300): readonly Software[] {
  const stream = random('drawn')
  return Array.from({ length: count }, () => make(stream)).filter((software) => software !== undefined)
}
type Random = ReturnType<typeof random>

const LANGUAGES = 'en-GB,en;q=0.9'

describe('what was learnt from real visitors', () => {
  it('was drawn from the versions of the packages that are installed', () => {
    // Both are files of ours.
    const { from } = file('lab/traffic/learnt.json') as { readonly from: Record<string, string> }
    const { devDependencies } = file('package.json') as { readonly devDependencies: Record<string, string> }
    for (const [name, version] of Object.entries(from)) expect(devDependencies[name]).toBe(version)
  })

  const software = [
    ...drawn((stream) => visitorsBrowser(LANGUAGES, stream)),
    ...drawn((stream) => visitorsHeaders(LANGUAGES, stream)),
  ]

  it('is many browsers, most of them Chromium, none of which says that it is automation', () => {
    const agents = software.map((one) => one.headers({ kind: 'page' })['user-agent'] ?? '')
    expect(new Set(agents).size).toBeGreaterThan(40)
    expect(agents.filter((agent) => agent.includes('Chrome/')).length).toBeGreaterThan(agents.length / 2)
    expect(agents.filter((agent) => /Headless|bot/i.test(agent))).toEqual([])
  })

  it('sends with a form what a form is sent with, and nothing of the page that it was learnt from', () => {
    for (const one of software) {
      const sent = one.headers({ kind: 'form', from: '/login' })
      expect(sent).toMatchObject({
        'content-type': 'application/x-www-form-urlencoded',
        referer: 'https://bank.example/login',
        'accept-language': LANGUAGES,
      })
      expect(['same-origin', undefined]).toContain(sent['sec-fetch-site'])
    }
  })
})

describe('what was recorded of real clients', () => {
  it('is played with the TLS and the headers of the recording', () => {
    const tools = drawn(capturedAttackTool)
    expect(tools.length).toBeGreaterThan(0)
    for (const { transport } of tools)
      expect(transport.ja4).toMatch(/^t1[23][di]\w{6}_[0-9a-f]{12}_[0-9a-f]{12}$/)
  })

  it('carries nobody’s session into another request', () => {
    const all = [...drawn(capturedProgram), ...drawn((stream) => capturedBrowser(false, stream))]
    for (const one of all) {
      for (const kind of ['page', 'form', 'fetch', 'call'] as const) {
        expect(one.headers({ kind, from: '/login' })).not.toHaveProperty('cookie')
      }
    }
  })

  it('tells a driven browser that says so from one that does not', () => {
    const agents = (declared: boolean) =>
      drawn((stream) => capturedBrowser(declared, stream)).map(
        (one) => one.headers({ kind: 'page' })['user-agent'],
      )
    for (const agent of agents(true)) expect(agent).toContain('Headless')
    for (const agent of agents(false)) expect(agent).not.toContain('Headless')
  })
})
