// openssl on the command line signs, and the engine verifies: a peer that shares no line with WebCrypto's own signer.
import { execFileSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { invalid, valid } from '../../src/lib/fact.ts'
import { readJwk, verificationKey } from '../../src/verify/jose/jwk.ts'
import { verifyJws } from '../../src/verify/jose/jws.ts'
import type { JwsPolicy } from '../../src/verify/jose/types.ts'
import type { SignatureAlgorithm, VerificationKey } from '../../src/verify/signed/types.ts'
import { requireReal } from '../real.ts'

const POLICY: JwsPolicy = {
  algorithms: ['PS256', 'RS256', 'ES256', 'Ed25519'],
  required: [],
  members: {},
  understood: ['b64'],
  b64: 'any',
  maxCharacters: 8_192,
}
const BODY = Buffer.from('{"amount" : "10.00"}\n.')

/** Arguments for a key and for a signature with it, as openssl 3 has them. */
const RSA = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']
const PSS = [
  '-pkeyopt',
  'rsa_padding_mode:pss',
  '-pkeyopt',
  'rsa_pss_saltlen:digest',
  '-pkeyopt',
  'rsa_mgf1_md:sha256',
]
const PEERS: Readonly<Record<string, { key: readonly string[]; sign: readonly string[] }>> = {
  PS256: { key: RSA, sign: ['-rawin', '-digest', 'sha256', ...PSS] },
  RS256: { key: RSA, sign: ['-rawin', '-digest', 'sha256'] },
  ES256: {
    key: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    sign: ['-rawin', '-digest', 'sha256'],
  },
  Ed25519: { key: ['-algorithm', 'ED25519'], sign: ['-rawin'] },
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'jose-openssl-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function openssl(...parameters: string[]): Buffer {
  return execFileSync('openssl', parameters, { stdio: ['ignore', 'pipe', 'ignore'] })
}

function hasOpenssl(): boolean {
  try {
    return openssl('version').toString().startsWith('OpenSSL 3')
  } catch {
    return false
  }
}

/** Two numbers of 32 octets, as JWS wants them (RFC 7518 section 3.4), from the DER that openssl writes. */
function joined(der: Buffer): Buffer {
  const first = der.readUInt8(3)
  const numbers = [der.subarray(4, 4 + first), der.subarray(6 + first)]
  return Buffer.concat(numbers.map((number) => Buffer.concat([Buffer.alloc(32), number]).subarray(-32)))
}

function sign(alg: string, input: Buffer): Buffer {
  const [key, message] = [join(folder, `${alg}.pem`), join(folder, 'message')]
  writeFileSync(message, input)
  const signature = openssl('pkeyutl', '-sign', '-inkey', key, '-in', message, ...(PEERS[alg]?.sign ?? []))
  return alg === 'ES256' ? joined(signature) : signature
}

async function publicKey(alg: string): Promise<VerificationKey> {
  const pem = openssl('pkey', '-in', join(folder, `${alg}.pem`), '-pubout').toString()
  // Node exports JSON.
  const jwk = JSON.parse(JSON.stringify(createPublicKey(pem).export({ format: 'jwk' })))
  const read = readJwk({ ...jwk, alg })
  if (!read.ok) throw new Error(`Cannot use openssl's key: ${read.reason}`)
  return verificationKey(read.value)
}

describe.runIf(requireReal('openssl', hasOpenssl()))('openssl signs', () => {
  it.each(Object.keys(PEERS) as SignatureAlgorithm[])(
    '%s, and the engine verifies and refuses',
    async (alg) => {
      openssl('genpkey', ...(PEERS[alg]?.key ?? []), '-out', join(folder, `${alg}.pem`))
      const key = await publicKey(alg)
      for (const b64 of [true, false]) {
        const header = b64 ? { alg, kid: 'x' } : { alg, b64: false, crit: ['b64'] }
        const encoded = Buffer.from(JSON.stringify(header)).toString('base64url')
        const payload = b64 ? Buffer.from(BODY.toString('base64url')) : BODY
        const signature = sign(alg, Buffer.concat([Buffer.from(`${encoded}.`), payload]))
        const question = {
          text: `${encoded}..${signature.toString('base64url')}`,
          policy: POLICY,
          resolve: async () => valid(key),
          now: 0,
        }
        expect((await verifyJws({ ...question, detached: new Uint8Array(BODY) })).state).toBe('valid')
        const changed = new Uint8Array(BODY.subarray(1))
        expect(await verifyJws({ ...question, detached: changed })).toEqual(invalid('signature_wrong'))
      }
    },
  )
})
