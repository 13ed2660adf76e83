/** A gate that believes headers must know whose they are, and a setting that is not used must not look like one that is. */
import type { Mistake } from '../config.ts'
import type { Vars } from './schema.ts'

export function checkCertificates(
  { CERTIFICATE_SOURCE: source, PROXY_THUMBPRINTS: thumbprints }: Vars,
  { PROXY_SECRET: secret }: Readonly<Record<string, unknown>>,
  mistakes: Mistake[],
): void {
  const proofs = [
    ...(secret === undefined || secret === '' ? [] : ['PROXY_SECRET']),
    ...(thumbprints.length === 0 ? [] : ['PROXY_THUMBPRINTS']),
  ]
  if (source === 'proxy' && proofs.length !== 1) {
    mistakes.push({
      binding: 'CERTIFICATE_SOURCE',
      found: `proxy with ${proofs.length === 0 ? 'no proof that it is the proxy' : proofs.join(' and ')}`,
      allowed: 'proxy with one of PROXY_SECRET and PROXY_THUMBPRINTS',
    })
  }
  if (source === 'cloudflare' && proofs.length > 0) {
    mistakes.push({
      binding: 'CERTIFICATE_SOURCE',
      found: `cloudflare with ${proofs.join(' and ')}`,
      allowed: 'proxy, or neither of them: certificates come from one place',
    })
  }
}
