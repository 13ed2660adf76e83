import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { unstable_readConfig as readConfig } from 'wrangler'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))

describe('what README.md says of deploying', () => {
  // KEYS was missing: whoever followed the steps deployed with an id of zeros, which Cloudflare refuses.
  it('creates every namespace whose id wrangler.toml leaves to the bank', () => {
    const { kv_namespaces: namespaces } = readConfig({ config: `${PROJECT}wrangler.toml` })
    const readme = readFileSync(`${PROJECT}README.md`, 'utf8')
    expect(namespaces.length).toBeGreaterThan(0)
    for (const { binding } of namespaces) {
      expect(readme).toContain(`npx wrangler kv namespace create ${binding}\``)
    }
  })
})
