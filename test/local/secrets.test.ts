import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { localSecrets } from '../../local/secrets.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-secrets-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('localSecrets', () => {
  it('makes what the gate asks for', async () => {
    const secrets = await localSecrets(folder)
    expect(secrets).toEqual({
      GATE_KEYS: expect.stringMatching(/^k1:[\w-]{43}$/),
      OPERATOR_TOKEN: expect.stringMatching(/^[\w-]{32}$/),
      GATE_SIGNATURE_KEY: expect.any(String),
    })
    expect(JSON.parse(secrets.GATE_SIGNATURE_KEY)).toEqual({
      kty: 'OKP',
      crv: 'Ed25519',
      x: expect.stringMatching(/^[\w-]{43}$/),
      d: expect.stringMatching(/^[\w-]{43}$/),
      kid: 'local-1',
    })
  })

  it('keeps them, where only their owner reads them', async () => {
    expect(await localSecrets(folder)).toEqual(await localSecrets(folder))
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600)
  })

  it.each(['', '{', '{"GATE_KEYS":"k1:x"}', '[]'])('does not write over damaged ones: %s', async (text) => {
    const path = join(folder, 'secrets.json')
    writeFileSync(path, text)
    await expect(localSecrets(folder)).rejects.toThrow('remove it')
    expect(readFileSync(path, 'utf8')).toBe(text)
  })
})
