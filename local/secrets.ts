import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What `wrangler secret put` sets for a deployed gate. */
export type GateSecrets = Readonly<Record<(typeof NAMES)[number], string>>

const NAMES = ['GATE_KEYS', 'OPERATOR_TOKEN', 'GATE_SIGNATURE_KEY'] as const

/** The secrets of the gate on this machine: made once, kept where only their owner reads them. */
export async function localSecrets(folder: string): Promise<GateSecrets> {
  const path = join(folder, 'secrets.json')
  const kept = await readKept(path)
  if (kept) return kept
  const secrets = makeSecrets()
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(path, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  return secrets
}

/** Undefined when there are none. Damaged ones are not replaced: the gate's memory is kept under them. */
async function readKept(path: string): Promise<GateSecrets | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const kept: unknown = parse(text)
  if (!isSecrets(kept))
    throw new Error(`Cannot read ${path}: remove it, and the next start makes new secrets`)
  return kept
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isSecrets(value: unknown): value is GateSecrets {
  if (typeof value !== 'object' || value === null) return false
  const entries = new Map<string, unknown>(Object.entries(value))
  return NAMES.every((name) => typeof entries.get(name) === 'string')
}

export function makeSecrets(): GateSecrets {
  const { privateKey } = generateKeyPairSync('ed25519')
  return {
    GATE_KEYS: `k1:${randomBytes(32).toString('base64url')}`,
    OPERATOR_TOKEN: randomBytes(24).toString('base64url'),
    GATE_SIGNATURE_KEY: JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: 'local-1' }),
  }
}
