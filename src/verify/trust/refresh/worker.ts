/**
 * Entry of a Worker of its own (`npm run deploy:anchors`), with a cron trigger and no address: the gate carries neither
 * 600 kB of XML nor a key that can make anchors.
 */
import { readCertificates } from '../../x509/pem.ts'
import { fetchList } from '../list/fetch-list.ts'
import type { AnchorSigningKey } from '../sign-set.ts'
import { type RefreshStore, refreshAnchors } from './refresh.ts'

/** Bindings of `wrangler.toml` in this folder. */
export interface RefreshEnv {
  readonly LISTS: RefreshStore
  readonly LOTL_URL: string
  /** PEM of the certificates that the Official Journal announces. */
  readonly LOTL_SIGNERS: string
  readonly LISTS_PER_RUN: number
  /** Secret: Ed25519 private JWK with "kid", made by `npm run anchors -- --new-key`. */
  readonly ANCHOR_REFRESH_KEY: string
}

/** An isolate has 128 MB; a made list of 3.5 MB took 100. Larger ones are the command's. */
const LIMITS = { maxBytes: 3 * 1024 * 1024, timeoutMs: 30_000 }

async function run(env: RefreshEnv, now: number): Promise<void> {
  const signers = readCertificates(new TextEncoder().encode(env.LOTL_SIGNERS))
  // Thrown: the run is shown as failed where an operator looks, and nothing was written.
  if (signers.state !== 'valid')
    throw new Error('LOTL_SIGNERS must be PEM certificates of the Official Journal')
  await refreshAnchors(
    {
      store: env.LISTS,
      now,
      read: async (url) => {
        const fetched = await fetchList(url, (address, init) => fetch(address, init), LIMITS)
        return fetched.ok ? fetched.bytes : undefined
      },
    },
    {
      lotl: env.LOTL_URL,
      signers: signers.value,
      key: signingKey(env.ANCHOR_REFRESH_KEY),
      listsPerRun: env.LISTS_PER_RUN,
    },
  )
}

function signingKey(text: string): AnchorSigningKey {
  const jwk: unknown = JSON.parse(text)
  if (!isSigningKey(jwk)) throw new Error('ANCHOR_REFRESH_KEY must be an Ed25519 private JWK with "kid"')
  return jwk
}

function isSigningKey(jwk: unknown): jwk is AnchorSigningKey {
  if (typeof jwk !== 'object' || jwk === null) return false
  const { kty, crv, kid, x, d } = jwk as Readonly<Record<string, unknown>>
  return kty === 'OKP' && crv === 'Ed25519' && [kid, x, d].every((one) => typeof one === 'string')
}

export default {
  async scheduled({ scheduledTime }: ScheduledController, env: RefreshEnv): Promise<void> {
    await run(env, scheduledTime)
  },
}
