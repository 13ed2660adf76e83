// Verifies one signature again and again, by the gate's engine and by WebCrypto alone, for `signatures.ts` to time from
// outside: inside, workerd's clock stands still.
import { exportJWK, FlattenedSign, generateKeyPair } from 'jose'
import { readJwk, verificationKey } from '../../src/verify/jose/jwk.ts'
import { verifyJws } from '../../src/verify/jose/jws.ts'
import { ALGORITHMS } from '../../src/verify/signed/algorithms.ts'
import { importKey } from '../../src/verify/signed/import-key.ts'

const NOW = 1_790_000_000
const MEMBERS = ['https://bank.example/iat', 'https://bank.example/iss', 'https://bank.example/tan']
const [IAT, ISS, TAN] = MEMBERS

/** As strict as any profile: an exact set of members, each with a rule, all of them critical. */
function policyOf(algorithm, encoded) {
  const critical = encoded ? MEMBERS : [...MEMBERS, 'b64']
  return {
    algorithms: [algorithm],
    required: ['alg', 'kid', 'typ', 'cty', 'crit', ...MEMBERS],
    allowed: ['alg', 'kid', 'typ', 'cty', 'crit', 'b64', ...MEMBERS],
    members: {
      typ: { is: 'one_of', values: ['JOSE'] },
      cty: { is: 'media_type', values: ['json'] },
      [IAT]: { is: 'numeric_date', decimals: true, maxAgeSeconds: 300, maxFutureSeconds: 10 },
      [ISS]: { is: 'expected' },
      [TAN]: { is: 'one_of', values: ['bank.example'] },
    },
    understood: critical,
    crit: [critical],
    b64: encoded ? 'absent' : 'false',
    maxCharacters: 8_192,
  }
}

async function prepare(algorithm, bytes, encoded) {
  const { privateKey, publicKey } = await generateKeyPair(algorithm)
  const key = await verificationKey(readJwk({ ...(await exportJWK(publicKey)), alg: algorithm }).value)
  const body = Uint8Array.from({ length: bytes }, (_, at) => 32 + ((at * 7) % 90))
  const critical = encoded ? MEMBERS : [...MEMBERS, 'b64']
  const header = {
    alg: algorithm,
    kid: '90210ABAD',
    typ: 'JOSE',
    cty: 'application/json',
    [IAT]: NOW - 1,
    [ISS]: '001580000103UAvAAM/1234567890123456789012',
    [TAN]: 'bank.example',
    crit: critical,
    ...(encoded ? {} : { b64: false }),
  }
  const signer = new FlattenedSign(body).setProtectedHeader(header)
  const signed = await signer.sign(privateKey, {
    crit: Object.fromEntries(MEMBERS.map((name) => [name, true])),
  })
  const text = `${signed.protected}..${signed.signature}`
  const question = {
    text,
    detached: body,
    policy: policyOf(algorithm, encoded),
    resolve: async () => ({ state: 'valid', value: key }),
    expected: { [ISS]: header[ISS] },
    now: NOW * 1_000,
  }
  const verdict = await verifyJws(question)
  if (verdict.state !== 'valid') throw new Error(`Cannot bench: ${JSON.stringify(verdict)}`)
  const imported = await importKey(key, algorithm)
  const signature = Uint8Array.from(Buffer.from(signed.signature, 'base64url'))
  const { signingInput } = verdict.value
  return {
    engine: () => verifyJws(question),
    webcrypto: () =>
      crypto.subtle.verify(ALGORITHMS[algorithm].verify, imported.value, signature, signingInput),
  }
}

const prepared = new Map()

export default {
  async fetch(request) {
    const { searchParams } = new URL(request.url)
    const name = ['algorithm', 'bytes', 'encoded'].map((one) => searchParams.get(one)).join(' ')
    const [algorithm, bytes, encoded] = name.split(' ')
    if (!prepared.has(name)) prepared.set(name, await prepare(algorithm, Number(bytes), encoded === 'true'))
    const verify = prepared.get(name)[searchParams.get('by')]
    const calls = Number(searchParams.get('calls'))
    for (let call = 0; call < calls; call++) {
      const verdict = await verify()
      if (verdict !== true && verdict.state !== 'valid')
        throw new Error('Cannot bench: a right signature was refused')
    }
    return new Response(null, { status: 204 })
  },
}
