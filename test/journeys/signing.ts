/** Invented third parties sign with their own keys, and with libraries and tools that are not ours. */
import { createHash, createPrivateKey, sign, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { CompactSign } from 'jose'
import { unstable_readConfig as readConfig } from 'wrangler'
import type { TppName } from '../../local/tpp/cast.ts'
import { issuerOf, keyIdOf } from '../../local/tpp/key-directory.ts'
import type { LocalTpps } from '../../local/tpp/store.ts'
import type { Json } from '../../local/workerd.ts'

const OB = 'http://openbanking.org.uk/'
const CRITICAL = [`${OB}iat`, `${OB}iss`, `${OB}tan`]

/** x-jws-signature of UK Open Banking 4.0, by jose. */
export async function obie(
  tpps: LocalTpps,
  name: TppName,
  body: string | Uint8Array,
  iat = Date.now() / 1_000,
): Promise<string> {
  const jws = await new CompactSign(Buffer.from(body))
    .setProtectedHeader({
      ...{ alg: 'PS256', typ: 'JOSE', cty: 'application/json', kid: keyIdOf(tpps, name), crit: CRITICAL },
      ...{ [`${OB}iat`]: iat, [`${OB}iss`]: issuerOf(name), [`${OB}tan`]: 'openbanking.org.uk' },
    })
    .sign(createPrivateKey(readFileSync(tpps.seal(name).key)), {
      crit: Object.fromEntries(CRITICAL.map((member) => [member, true])),
    })
  const [header, , signature] = jws.split('.')
  return `${header}..${signature}`
}

/** The header lines of a request that is signed as Berlin Group has it, by Node. */
export function berlinGroup(
  tpps: LocalTpps,
  name: TppName,
  body: string | Uint8Array,
  requestId: string,
  now = Date.now(),
): readonly string[] {
  const seal = new X509Certificate(readFileSync(tpps.seal(name).certificate))
  const digest = `SHA-256=${createHash('sha256').update(body).digest('base64')}`
  const date = new Date(now).toUTCString()
  const lines = [`digest: ${digest}`, `x-request-id: ${requestId}`, `date: ${date}`].join('\n')
  const signature = sign('sha256', Buffer.from(lines), readFileSync(tpps.seal(name).key)).toString('base64')
  const issuer = seal.issuer.split('\n').join(',').replaceAll('organizationIdentifier', '2.5.4.97')
  return [
    `Digest: ${digest}`,
    `X-Request-ID: ${requestId}`,
    `Date: ${date}`,
    `TPP-Signature-Certificate: ${seal.raw.toString('base64')}`,
    `Signature: keyId="SN=${seal.serialNumber},CA=${issuer}",algorithm="rsa-sha256",headers="digest x-request-id date",signature="${signature}"`,
  ]
}

/** Words for curl. */
export function headers(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => ['--header', line])
}

/** The project's own routes; where a third party moves money, it has to sign. */
export function routesThatRequireSignatures(): Json[] {
  // Wrangler has parsed the file; what stands under ROUTES is the gate's own to check.
  const { ROUTES } = readConfig({ config: 'wrangler.toml' }).vars as {
    readonly ROUTES: readonly { readonly [name: string]: Json }[]
  }
  return ROUTES.map((route) =>
    route.channel === 'tpp' && route.sensitivity === 'payment' ? { ...route, signature: 'required' } : route,
  )
}
