// Web Bot Auth: an agent that says what it is can prove it, and one that only says so is noted.
import { calculateJwkThumbprint, exportJWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { NOW } from '../fixtures/scene.ts'
import { encode, pair, sign } from '../fixtures/signers.ts'
import { bank, type Sent, tell } from './scene.ts'

const KEY = await pair('Ed25519')
const OTHER = await pair('Ed25519')
const THUMBPRINT = await calculateJwkThumbprint(await exportJWK(KEY.publicKey))
const DIRECTORY = 'https://agent.example/.well-known/http-message-signatures-directory'
const AGENTS = [{ host: 'agent.example', name: 'Invented Monitor' }]

async function visit(key = KEY, agent = '"https://agent.example"'): Promise<Sent> {
  const created = NOW / 1_000
  const parameters = `("@authority" "signature-agent");created=${created};expires=${created + 60};keyid="${THUMBPRINT}";tag="web-bot-auth"`
  const base = `"@authority": bank.example\n"signature-agent": ${agent}\n"@signature-params": ${parameters}`
  const signature = Buffer.from(await sign(key.privateKey, encode(base))).toString('base64')
  return {
    method: 'GET',
    path: '/demo/status/200',
    headers: {
      'signature-agent': agent,
      'signature-input': `sig1=${parameters}`,
      signature: `sig1=:${signature}:`,
    },
  }
}

async function house(bindings: object = { AGENTS }) {
  const keys = [{ ...(await exportJWK(KEY.publicKey)), use: 'sig' }]
  const fetch = (request: Request) =>
    Promise.resolve(
      request.url === DIRECTORY
        ? new Response(JSON.stringify({ keys }), {
            headers: { 'content-type': 'application/http-message-signatures-directory+json' },
          })
        : new Response(null, { status: 404 }),
    )
  return bank({ bindings: { ...bindings }, fetch })
}

describe('a declared agent', () => {
  it('that is listed and signs with a key of its directory is known by the operator’s name for it', async () => {
    const gate = await house()
    expect((await tell(gate, await visit())).status).toBe(200)
    expect(gate.records[0]?.evidence.proof.agent).toEqual({
      state: 'valid',
      value: { name: 'Invented Monitor', host: 'agent.example' },
    })
  })

  it.each([
    ['signs with another key', () => visit(OTHER), 'agent_unproven'],
    ['is not listed', () => visit(KEY, '"https://stranger.example"'), 'agent_unlisted'],
    ['cannot be read', () => visit(KEY, '"mailto:agent@agent.example"'), 'agent_malformed'],
  ] as const)('that %s is noted and not stopped', async (_what, make, reason) => {
    const gate = await house()
    const told = await tell(gate, await make())
    expect([told.status, told.rule, told.reason]).toEqual([200, 'agent_noted', reason])
  })

  it('is nobody in particular where no agents are listed', async () => {
    const gate = await house({})
    await tell(gate, await visit())
    expect(gate.records[0]?.evidence.proof.agent).toEqual({ state: 'absent' })
  })
})
