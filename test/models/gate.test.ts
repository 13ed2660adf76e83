/** That a model is data: what an operator puts into KV scores in a gate that is put together as the Worker puts it together. */
import { createExecutionContext, env, waitOnExecutionContext } from 'cloudflare:test'
import { expect, it } from 'vitest'
import { gateApp } from '../../src/app.ts'
import type { GateEnv } from '../../src/house.ts'
import type { JournalEntry } from '../../src/record/entry.ts'
import { blobOf, hashOf } from './blobs.ts'

const [AUTUMN, WINTER] = [blobOf(-9), blobOf(9)]

it('scores with the model of the KV namespace, and watches another, from the request on that finds them there', async () => {
  // The operator's token is a secret, and no binding of wrangler.toml.
  const bindings = env as unknown as GateEnv & { readonly OPERATOR_TOKEN: string }
  const app = gateApp()
  const ask = async (path: string): Promise<Response> => {
    const context = createExecutionContext()
    const headers = {
      'cf-connecting-ip': '203.0.113.9',
      ...(path.startsWith('/_portcullis') && { authorization: `Bearer ${bindings.OPERATOR_TOKEN}` }),
    }
    const answer = await app.fetch(new Request(`https://bank.example${path}`, { headers }), bindings, context)
    await waitOnExecutionContext(context)
    return answer
  }
  await bindings.LISTS.put('model/autumn', AUTUMN)
  await bindings.LISTS.put('model/winter', WINTER)
  const [model, shadow] = [AUTUMN, WINTER].map(hashOf)
  const chosen = { model: { name: 'autumn', sha256: model }, shadow: { name: 'winter', sha256: shadow } }
  await bindings.LISTS.put('models', JSON.stringify(chosen))

  for (let request = 0; request < 2; request += 1) await (await ask('/login')).arrayBuffer()
  const told = await ask('/_portcullis/api/decisions')
  // The console's own answer, read where it enters.
  const { decisions } = (await told.json()) as { readonly decisions: readonly JournalEntry[] }
  const models = decisions.map((decision) => [decision.model, decision.shadow?.model])
  expect(models).toContainEqual([model, shadow])
})
