// What holds for every Durable Object that the Worker exports, whichever room it belongs to.
import { env, runInDurableObject } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import * as gate from '../src/index.ts'
import { makeWithoutStorage } from './fixtures/untouched-storage.ts'

/** A binding has the name of its class, in capitals. */
const bindings = Object.keys(gate)
  .filter((name) => name !== 'default')
  .map((name) => name.toUpperCase())

function namespaceOf(binding: string): DurableObjectNamespace {
  const namespace = (env as unknown as Record<string, DurableObjectNamespace | undefined>)[binding]
  if (namespace === undefined) throw new Error(`Cannot find the binding ${binding} in wrangler.toml`)
  return namespace
}

describe.each(bindings)('an object behind %s', (binding) => {
  it('neither reads nor writes while it is made, so that nobody mints one by asking', async () => {
    await runInDurableObject(namespaceOf(binding).getByName('made'), (instance, state) => {
      expect(() => makeWithoutStorage(instance, state, env)).not.toThrow()
    })
  })
})
