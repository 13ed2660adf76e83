/**
 * The signature of an anchor set: a detached JWS (RFC 7515 appendix F) with an unencoded payload (RFC 7797) on a line of
 * its own before the document, so that the signed bytes are the document's own and stay legible. Who can write to the
 * store can otherwise make any certificate a third party's.
 */
import { FlattenedSign, flattenedVerify, importJWK } from 'jose'
import { fromBase64url } from '../../lib/base64.ts'
import { fail, type Outcome, pass } from '../../lib/outcome.ts'

/** A key that may sign sets. */
export interface AnchorKey {
  readonly kid: string
  /** RFC 8037 section 2: the public key in base64url. */
  readonly x: string
  /**
   * `qualified`: the refresh's key, which a Worker holds. What it signs comes from the EU's lists alone; a bank's own
   * anchors are for the operator's key, which no machine of the gate has.
   */
  readonly signs: 'all' | 'qualified'
}

/** RFC 8037 section 2: an Ed25519 private key as JWK. */
export interface AnchorSigningKey {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly kid: string
  readonly x: string
  readonly d: string
}

const MAX_SIGNATURE_LINE = 512
/** `EdDSA` is spelt as RFC 8037 does: RFC 9864's `Ed25519` is younger than some tools that read this. */
const ALGORITHM = 'EdDSA'

export async function signSet(json: string, key: AnchorSigningKey): Promise<string> {
  const signed = await new FlattenedSign(new TextEncoder().encode(json))
    .setProtectedHeader({ alg: ALGORITHM, b64: false, crit: ['b64'], kid: key.kid })
    .sign(await importJWK({ ...key }, ALGORITHM))
  return `${signed.protected}..${signed.signature}\n${json}`
}

/** The signed document and who signed it. */
export async function verifySet(
  text: string,
  keys: readonly AnchorKey[],
): Promise<Outcome<{ json: string; key: AnchorKey }, 'anchors_unsigned' | 'anchors_signature_wrong'>> {
  const end = text.slice(0, MAX_SIGNATURE_LINE).indexOf('\n')
  const [, header, signature] = /^([\w-]+)\.\.([\w-]+)$/.exec(text.slice(0, Math.max(0, end))) ?? []
  if (header === undefined || signature === undefined) return fail('anchors_unsigned')
  // jose forgives what base64url leaves open: one document would have many spellings.
  if (fromBase64url(signature) === undefined) return fail('anchors_signature_wrong')
  const json = text.slice(end + 1)
  const key = keys.find(({ kid }) => kid === kidOf(header))
  if (key === undefined) return fail('anchors_signature_wrong')
  try {
    const publicKey = await importJWK({ kty: 'OKP', crv: 'Ed25519', x: key.x }, ALGORITHM)
    const payload = new TextEncoder().encode(json)
    await flattenedVerify({ protected: header, payload, signature }, publicKey, { algorithms: [ALGORITHM] })
    return pass({ json, key })
  } catch {
    return fail('anchors_signature_wrong')
  }
}

/** Only to find the key: whether the header is what it should be is the verification's to say. */
function kidOf(header: string): unknown {
  const bytes = fromBase64url(header)
  if (bytes === undefined) return undefined
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof parsed === 'object' && parsed !== null && 'kid' in parsed ? parsed.kid : undefined
  } catch {
    return undefined
  }
}
