/**
 * Which headers of a request are its client's own. A bank trusts what its edge says of a client: certificate, address,
 * risk. A client that could say these itself would be whoever it likes.
 */
import { fieldsAt, fromNames } from '../lib/header-fields.ts'
import { remember } from '../lib/remember.ts'

/** Says what an edge or this gate verified, or thinks, of the client. Nobody else may: taken off and named. */
const VERDICTS = new RegExp(
  `^(?:${[
    'client-cert', // RFC 9440, and Client-Cert-Chain
    'cf-client-cert-',
    'cf-cert-',
    'x-client-cert',
    'x-client-verify',
    'x-client-dn',
    'x-client-s-dn',
    'x-client-i-dn',
    'x-ssl-',
    'ssl-client-', // nginx and Apache by way of CGI: SSL_CLIENT_S_DN
    'x-tls-client-',
    'x-mtls-',
    'x-amzn-mtls-',
    'x-arr-clientcert',
    'x-forwarded-client-cert',
    'x-forwarded-tls-client-cert',
    'x-wso2-client-cert',
    'x-wso2-mutual-auth-cert',
    'akamai-user-risk',
    'portcullis-',
  ].join('|')})`,
)

/** Makes the origin read another request than the one that was matched: taken off and named. */
const REWRITES: ReadonlySet<string> = new Set([
  'x-original-url',
  'x-rewrite-url',
  'x-original-uri',
  'x-original-host',
  'x-host',
  'x-forwarded-host',
  'x-forwarded-server',
  'x-forwarded-prefix',
  'x-forwarded-path',
  'x-forwarded-uri',
  'x-forwarded-method',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-method',
])

/** Edges' names for the client's address. Kept where they repeat what CF-Connecting-IP says, otherwise forged. */
const ADDRESSES: ReadonlySet<string> = new Set([
  'true-client-ip',
  'x-real-ip',
  'cf-connecting-ipv6',
  'cf-pseudo-ipv4',
  'fastly-client-ip',
  'x-azure-clientip',
  'x-azure-socketip',
  'x-cluster-client-ip',
  'x-appengine-user-ip',
  'x-envoy-external-address',
])

/** Written by honest proxies too, so it accuses nobody; but a bank that reads the first entry reads the client's. */
const TRAILS: ReadonlySet<string> = new Set([
  'x-forwarded-for',
  'forwarded',
  'client-ip',
  'x-client-ip',
  'x-originating-ip',
  'x-remote-ip',
  'x-remote-addr',
])

export interface Removals {
  readonly remove: readonly string[]
  readonly spoofed: readonly string[]
}

/**
 * Names to take off, and which of them accuse their sender.
 *
 * What Cloudflare itself writes stays: CF-Connecting-IP, CF-Ray, CF-IPCountry, CF-Visitor, X-Forwarded-Proto, CDN-Loop
 * and the fields of its managed transforms are overwritten on every request, so here they are genuine, and the bank
 * behind the gate, which changes nothing, has them in its logs and its configuration today.
 */
export function removalsFrom(headers: Headers, address: string): Removals {
  const remove: string[] = []
  const spoofed: string[] = []
  for (const [name, value] of fieldsAt(headers, foreignIn(headers))) {
    const standing = standingOf(name)
    if ((standing === 'address' || standing === 'trail') && address !== '' && value === address) continue
    remove.push(name)
    if (standing !== 'trail') spoofed.push(name)
  }
  return { remove, spoofed }
}

/** Where the fields stand that are not plainly their sender's own. */
const foreignIn = fromNames((names) => names.flatMap((name, at) => (standingOf(name) === 'own' ? [] : [at])))

type Standing = 'own' | 'forbidden' | 'address' | 'trail'

/** Header names in use are a few hundred. */
const standingOf = remember(1_024, (name: string): Standing => {
  // CGI makes one variable of Client-Cert and client_cert, so that the second overwrites the first. No edge writes
  // underscores: a name that becomes an edge's when it is folded was made to be mistaken for it.
  if (name.includes('_')) {
    const folded = name.replaceAll('_', '-')
    const edges =
      plainStandingOf(folded) !== 'own' || folded.startsWith('cf-') || folded === 'x-forwarded-proto'
    return edges ? 'forbidden' : 'own'
  }
  return plainStandingOf(name)
})

function plainStandingOf(name: string): Standing {
  if (ADDRESSES.has(name)) return 'address'
  if (TRAILS.has(name)) return 'trail'
  return REWRITES.has(name) || VERDICTS.test(name) ? 'forbidden' : 'own'
}
