/**
 * The client certificate, from the one place that the operator has configured and never from where one happens to be: a
 * caller who may choose the place chooses the certificate. Possession is proven by the handshake, nothing else is.
 */
import type { CertificateSource } from '../config.ts'
import type { CertificateProblem, PresentedCertificate } from '../evidence.ts'
import { equalSecrets } from '../lib/equal.ts'
import { ABSENT, type Fact, invalid, valid } from '../lib/fact.ts'
import type { ClientAuth } from './edge.ts'
import { readClientCert, readClientCertChain } from './rfc9440.ts'

type CertificateFact = Fact<PresentedCertificate, CertificateProblem>

/** @param sent headers as they arrived, before any were taken off: only a proxy's are read, and only once it is proven */
export function certificateFrom(
  source: CertificateSource,
  auth: ClientAuth | undefined,
  sent: Headers,
): CertificateFact {
  return source.kind === 'cloudflare' ? fromCloudflare(auth) : fromProxy(source, auth, sent)
}

function fromCloudflare(auth: ClientAuth | undefined): CertificateFact {
  if (auth === undefined) return ABSENT
  if (auth.certRFC9440TooLarge) return invalid('certificate_too_large')
  return presented(auth.certRFC9440, auth.certChainRFC9440, {
    chainTooLarge: auth.certChainRFC9440TooLarge,
    revoked: auth.certRevoked === '1',
  })
}

/** Where the proxy proves itself with a shared secret; `exchange/headers.ts` takes it off with everything of ours. */
const SECRET_HEADER = 'portcullis-proxy-secret'
const LEAF_HEADER = 'client-cert'
const CHAIN_HEADER = 'client-cert-chain'

function fromProxy(
  proof: Extract<CertificateSource, { kind: 'proxy' }>,
  auth: ClientAuth | undefined,
  sent: Headers,
): CertificateFact {
  const leaf = sent.get(LEAF_HEADER)
  const chain = sent.get(CHAIN_HEADER)
  if (leaf === null && chain === null) return ABSENT
  // Anybody can write these headers who finds a way round the proxy.
  if (!isProxy(proof, auth, sent)) return invalid('certificate_source_unproven')
  return presented(leaf ?? '', chain ?? '', { chainTooLarge: false, revoked: false })
}

function isProxy(
  { secret, thumbprints }: Extract<CertificateSource, { kind: 'proxy' }>,
  auth: ClientAuth | undefined,
  sent: Headers,
): boolean {
  if (secret !== undefined) return equalSecrets(sent.get(SECRET_HEADER) ?? '', secret)
  // The handshake has proven its key, and a thumbprint that is pinned needs no path.
  return auth !== undefined && auth.certRevoked !== '1' && thumbprints.includes(auth.certFingerprintSHA256)
}

function presented(
  leaf: string,
  intermediates: string,
  rest: Pick<PresentedCertificate, 'chainTooLarge' | 'revoked'>,
): CertificateFact {
  const der = readClientCert(leaf)
  const chain = readClientCertChain(intermediates)
  if (der === undefined || chain === undefined) return invalid('certificate_malformed')
  return valid({ der, chain, ...rest })
}
