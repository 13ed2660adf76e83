/** Which key may have signed: the proven organisation's own, by the way that its profile says, and by no other. */
import type { SignatureProblem } from '../../evidence.ts'
import { fromBase64url } from '../../lib/base64.ts'
import { invalid, unavailable, valid } from '../../lib/fact.ts'
import { agreesWithCertificate } from '../http-signatures/certificate-key-id.ts'
import { readUrlKeyId } from '../http-signatures/url-key-id.ts'
import { certificateKey } from '../keys/certificate-key.ts'
import type { KeyHint, KeyResolver } from '../signed/types.ts'
import type { SigningRule } from './rule.ts'
import { provenSeal, type SealFact, sealFrom } from './seal.ts'
import type { SignatureQuestion, SignatureTools } from './types.ts'

/** A resolver, and what it found out beside the key. */
export interface Resolution {
  readonly resolve: KeyResolver
  /** Why the certificate that came along proves nobody, in the word of the evidence. */
  sealProblem(): SignatureProblem | undefined
  sealUnknownSince(): number | undefined
}

export function resolutionFor(
  rule: SigningRule,
  question: SignatureQuestion,
  organisation: string,
  tools: SignatureTools,
): Resolution {
  if (rule.keys === 'certificate') return bySeal(question, organisation, tools)
  const published = tools.keysOf(organisation)
  const resolve = rule.keys === 'directory' ? published : byRegisteredUrl(published, organisation, tools)
  return { resolve, sealProblem: () => undefined, sealUnknownSince: () => undefined }
}

/** The URL is a name: nothing is fetched from it. Its key stands in the organisation's set, under the digest in it or whole. */
function byRegisteredUrl(
  published: KeyResolver,
  organisation: string,
  { isRegistered }: SignatureTools,
): KeyResolver {
  return async (hint) => {
    const url = readUrlKeyId(hint.keyId ?? '')
    if (url === undefined || !isRegistered(organisation, url.url)) return invalid('key_source_refused')
    const whole = await published({ ...hint, keyId: url.url })
    if (whole.state !== 'invalid' || whole.reason !== 'key_unknown' || url.fingerprint === undefined)
      return whole
    return published({ ...hint, keyId: url.fingerprint })
  }
}

function bySeal(
  { headers, transportChain, now }: SignatureQuestion,
  organisation: string,
  tools: SignatureTools,
): Resolution {
  let fact: SealFact | undefined
  return {
    async resolve(hint) {
      const carried = carriedBy(hint, headers)
      if (carried === undefined) return invalid('key_certificate_missing')
      fact = await provenSeal(carried, transportChain, organisation, await tools.certificates(), now)
      if (fact.state === 'unavailable') return unavailable('key_source_unavailable')
      if (fact.state !== 'valid') return invalid('key_certificate_refused')
      const { certificate } = fact.value
      return names(hint, certificate)
        ? valid(certificateKey(certificate))
        : invalid('key_certificate_mismatch')
    },
    sealProblem: () => (fact?.state === 'invalid' ? fact.reason : undefined),
    sealUnknownSince: () => (fact?.state === 'valid' ? fact.value.unknownSince : undefined),
  }
}

/** In the signed header, or in a field beside it; where both are, they have to be the same certificate. */
function carriedBy({ x5c }: KeyHint, headers: Headers): readonly string[] | undefined {
  const beside = headers.get('tpp-signature-certificate')
  const text = beside === null ? undefined : sealFrom(beside)
  if (beside !== null && text === undefined) return undefined
  if (x5c === undefined || x5c.length === 0) return text === undefined ? undefined : [text]
  return text === undefined || x5c[0] === text ? x5c : undefined
}

type Named = Parameters<typeof agreesWithCertificate>[1] & { readonly thumbprint: string }

/**
 * Everything that the message says of its certificate has to be true of the one that was proven, and it has to say
 * something: a certificate that only lies beside the message could be any of the organisation's.
 */
function names({ keyId, x5tS256, x5c }: KeyHint, certificate: Named): boolean {
  if (x5tS256 !== undefined && hexOf(x5tS256) !== certificate.thumbprint) return false
  if (keyId !== undefined && /^\s*SN\s*=/i.test(keyId)) return agreesWithCertificate(keyId, certificate)
  return x5tS256 !== undefined || x5c !== undefined
}

function hexOf(text: string): string | undefined {
  const bytes = fromBase64url(text)
  return bytes === undefined
    ? undefined
    : Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
