import { X509Certificate } from 'node:crypto'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { NO_CERTIFICATE, type TlsClientAuth, tlsClientAuth } from './tls-client-auth.ts'

/** At most so many clients' chains are kept; each is at most as long as a handshake allows. */
const MAX_KEPT = 1_000
/** OpenSSL takes no longer chain than this from a peer by default. */
const MAX_CHAIN = 100

/**
 * Reads the client's certificate off a connection. A resumed TLS session brings the leaf and nothing else, although the
 * full handshake before it had the chain: so the chain is kept by the leaf's hash, and a request over a resumed
 * session looks to the gate like any other.
 */
export function clientAuthReader(): (socket: TLSSocket) => TlsClientAuth {
  const kept = new Map<
    string,
    { readonly chain: readonly X509Certificate[]; readonly error: string | undefined }
  >()
  return (socket) => {
    // Not `getPeerX509Certificate`: called before this, it takes the chain off the connection (Node 22).
    const peer = socket.getPeerCertificate(true)
    if (!peer.raw) return NO_CERTIFICATE
    const leaf = new X509Certificate(peer.raw)
    const name = leaf.fingerprint256
    const known = kept.get(name)
    kept.delete(name)
    const told =
      socket.isSessionReused() && known ? known : { chain: chainOf(peer), error: verificationError(socket) }
    // Last in: the one unseen for the longest goes first.
    kept.set(name, told)
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT) break
      kept.delete(oldest)
    }
    return tlsClientAuth({ leaf, ...told })
  }
}

function chainOf(leaf: DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = []
  let current = leaf
  // Node links a root to itself.
  while (current.issuerCertificate && current.issuerCertificate !== current && chain.length < MAX_CHAIN) {
    current = current.issuerCertificate
    chain.push(new X509Certificate(current.raw))
  }
  return chain
}

/** Node declares an Error and gives OpenSSL's code as a string. */
function verificationError(socket: TLSSocket): string | undefined {
  if (socket.authorized) return undefined
  const error: unknown = socket.authorizationError
  return typeof error === 'string' ? error : 'UNSPECIFIED'
}
