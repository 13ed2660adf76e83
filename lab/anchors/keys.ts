/** Makes the key that signs sets. The private half never leaves the file; the public half goes into the gate's bindings. */
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { exportJWK, generateKeyPair } from 'jose'
import type { AnchorSigningKey } from '../../src/verify/trust/sign-set.ts'

export async function makeKey(file: string, json: boolean): Promise<number> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const { x, d } = await exportJWK(privateKey)
  const kid = `anchors-${randomBytes(4).toString('hex')}`
  const jwk = { kty: 'OKP', crv: 'Ed25519', kid, x, d }
  try {
    // Only its owner may read it, and an existing key is never overwritten.
    writeFileSync(file, `${JSON.stringify(jwk)}\n`, { mode: 0o600, flag: 'wx' })
  } catch {
    process.stderr.write(`anchors: cannot write ${file}: it exists, or the folder does not\n`)
    return 1
  }
  const binding = `ANCHOR_KEYS = [{ kid = "${kid}", x = "${x}", signs = "all" }]`
  process.stdout.write(
    json
      ? `${JSON.stringify({ file, kid, x, binding }, null, 2)}\n`
      : `The private key is in ${file}: keep it where the gate is not.\nFor the gate's wrangler.toml, with signs = "qualified" if the refresh shall hold it:\n  ${binding}\n`,
  )
  return 0
}

/** Undefined: the file is no such key. */
export function readKey(file: string): AnchorSigningKey | undefined {
  let jwk: Readonly<Record<string, unknown>>
  try {
    // The shape is checked on the next lines.
    jwk = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>
  } catch {
    return undefined
  }
  const { kty, crv, kid, x, d } = jwk
  if (kty !== 'OKP' || crv !== 'Ed25519') return undefined
  if (typeof kid !== 'string' || typeof x !== 'string' || typeof d !== 'string') return undefined
  return { kty, crv, kid, x, d }
}
