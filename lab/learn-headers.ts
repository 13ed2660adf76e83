/**
 * `npm run headers`: draws what real visitors' browsers send from two packages that gathered it, and writes
 * traffic/learnt.json, which the generator draws from. The same packages give the same file. What is left out: user
 * agents that no browser of the last years has, because most of those are programs, and languages, which are ours.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { HeaderGenerator } from 'header-generator'
import { random } from './traffic/random.ts'

const TARGET = fileURLToPath(new URL('traffic/learnt.json', import.meta.url))
const AGENTS = 300
const DRAWS = 4_000
/** A share below which nothing is told from noise. */
const LEAST_DRAWS = 2

const require = createRequire(import.meta.url)

function versionOf(name: string): string {
  // A package's own package.json.
  const { version } = JSON.parse(readFileSync(locate(name, 'package.json'), 'utf8')) as { version: string }
  return version
}

/** Beside the package's entry: its `exports` name no other file. */
function locate(name: string, file: string): string {
  const entry = require.resolve(name)
  return `${entry.slice(0, entry.lastIndexOf(`/node_modules/${name}/`))}/node_modules/${name}/${file}`
}

function userAgents(): readonly (readonly [agent: string, weight: number])[] {
  const text = readFileSync(locate('user-agents', 'dist/user-agents.json'), 'utf8')
  // The package's own data: 10,000 visitors with their weights.
  const visitors = JSON.parse(text) as readonly { userAgent: string; weight: number }[]
  const weights = new Map<string, number>()
  for (const { userAgent, weight } of visitors) {
    if (isRecent(userAgent)) weights.set(userAgent, (weights.get(userAgent) ?? 0) + weight)
  }
  const heaviest = [...weights].sort((left, right) => right[1] - left[1] || (left[0] < right[0] ? -1 : 1))
  return heaviest.slice(0, AGENTS).map(([agent, weight]) => [agent, Number(weight.toPrecision(3))])
}

function isRecent(agent: string): boolean {
  const chromium = Number(/Chrome\/(\d+)/.exec(agent)?.[1] ?? 999)
  const system = Number(/OS (\d+)_/.exec(agent)?.[1] ?? 999)
  return (
    agent.startsWith('Mozilla/5.0 (') && chromium >= 90 && system >= 13 && !/bot|crawl|Headless/i.test(agent)
  )
}

type Headers = Readonly<Record<string, string>>

function pages(): readonly (readonly [headers: Headers, draws: number])[] {
  const generator = new HeaderGenerator({
    browsers: ['chrome', 'edge', 'firefox', 'safari'],
    devices: ['desktop', 'mobile'],
    locales: ['en-GB'],
    httpVersion: '2',
  })
  const counts = new Map<string, number>()
  seeded('headers', () => {
    for (let draw = 0; draw < DRAWS; draw += 1) {
      const { 'accept-language': _, ...headers } = generator.getHeaders()
      const key = JSON.stringify(Object.fromEntries(Object.entries(headers).sort()))
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  })
  return [...counts]
    .filter(([, draws]) => draws >= LEAST_DRAWS)
    .sort((left, right) => right[1] - left[1] || (left[0] < right[0] ? -1 : 1))
    .map(([key, draws]) => [JSON.parse(key) as Headers, draws])
}

/** The package draws from Math.random and takes no other. */
function seeded(name: string, run: () => void): void {
  const unseeded = Math.random
  Math.random = random(name).next
  try {
    run()
  } finally {
    Math.random = unseeded
  }
}

const from = Object.fromEntries(['header-generator', 'user-agents'].map((name) => [name, versionOf(name)]))
const learnt = { from, agents: userAgents(), pages: pages() }
const rows = (list: readonly unknown[]): string => list.map((row) => `    ${JSON.stringify(row)}`).join(',\n')
writeFileSync(
  TARGET,
  `{\n  "from": ${JSON.stringify(from)},\n  "agents": [\n${rows(learnt.agents)}\n  ],\n  "pages": [\n${rows(learnt.pages)}\n  ]\n}\n`,
)
process.stderr.write(`headers: ${learnt.agents.length} user agents, ${learnt.pages.length} sets of headers\n`)
