/** A certificate or a chain in any form that operators are handed: what the bytes are is found out, never asked. */
import { fromBase64 } from '../../src/lib/base64.ts'
import { childrenOf, objectIdentifier, readElement } from '../../src/lib/der.ts'

export type Input =
  | {
      readonly ok: true
      /** For people: `PEM`, `DER` … */
      readonly form: string
      /** DER, leaf first as far as the form has an order. */
      readonly encodings: readonly Uint8Array[]
      /** The form has no order: which of them is the leaf, they have to say themselves. */
      readonly unordered: boolean
      readonly remarks: readonly string[]
    }
  | { readonly ok: false; readonly mistake: string }

/** Ten certificates of the largest size that we read, in PEM; chains have four. */
export const MAX_INPUT_BYTES = 524_288
const MAX_CERTIFICATES = 32

export function readInput(bytes: Uint8Array): Input {
  if (bytes.length === 0) return { ok: false, mistake: 'it is empty' }
  if (bytes.length > MAX_INPUT_BYTES)
    return { ok: false, mistake: `it is larger than ${MAX_INPUT_BYTES} octets` }
  const input = bytes[0] === 0x30 ? readDer(bytes) : readText(new TextDecoder('latin1').decode(bytes))
  if (input.ok && input.encodings.length > MAX_CERTIFICATES)
    return { ok: false, mistake: `it holds more than ${MAX_CERTIFICATES} certificates` }
  return input
}

function found(
  form: string,
  encodings: readonly Uint8Array[],
  {
    unordered = false,
    remarks = [],
  }: { readonly unordered?: boolean; readonly remarks?: readonly string[] } = {},
): Input {
  return { ok: true, form, encodings, unordered, remarks }
}

const SEQUENCE = 0x30
const CONTEXT_0 = 0xa0
/** RFC 5652 section 5: a SignedData that signs nothing is how certificates travel together (.p7b). */
const SIGNED_DATA = '1.2.840.113549.1.7.2'
const MAX_FIELDS = 8

function readDer(bytes: Uint8Array): Input {
  const [type, content] = childrenOf(readElement(bytes), SEQUENCE, MAX_FIELDS) ?? []
  if (objectIdentifier(type) !== SIGNED_DATA) return found('DER', [bytes])
  const [signedData] = childrenOf(content, CONTEXT_0, 1) ?? []
  const fields = childrenOf(signedData, SEQUENCE, MAX_FIELDS) ?? []
  const set = fields.find(({ tag }) => tag === CONTEXT_0)
  const certificates = childrenOf(set, CONTEXT_0, MAX_CERTIFICATES)
  if (certificates === undefined || certificates.length === 0)
    return { ok: false, mistake: 'it is PKCS#7 without certificates, or not in DER' }
  const encodings = certificates.map(({ der }) => der)
  return found('PKCS#7', encodings, { unordered: true })
}

function readText(text: string): Input {
  // nginx ($ssl_client_escaped_cert) and Envoy pass PEM percent-encoded.
  const plain = /-----BEGIN(%20|\+)CERT/i.test(text) ? unescaped(text) : text
  if (plain.includes('-----BEGIN ')) return readPem(plain)
  if (/^\s*:/.test(plain)) return readHeader(plain)
  const body = plain.replace(/\s/g, '')
  const der = /^[A-Za-z0-9+/]+=*$/.test(body) ? fromBase64(body) : undefined
  return der?.[0] === SEQUENCE
    ? withForm(readDer(der), 'base64')
    : { ok: false, mistake: 'it is neither PEM nor DER nor base64 nor a Client-Cert header' }
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.trim())
  } catch {
    return text
  }
}

function withForm(input: Input, form: string): Input {
  return input.ok ? { ...input, form: `${form} of ${input.form}` } : input
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \1-----/g
const CERTIFICATE_LABELS: readonly string[] = ['CERTIFICATE', 'X509 CERTIFICATE']

/** RFC 7468: text outside the blocks means nothing. */
function readPem(text: string): Input {
  const encodings: Uint8Array[] = []
  const remarks: string[] = []
  let unordered = false
  for (const [, label = '', body = ''] of text.matchAll(BLOCK)) {
    const der = fromBase64(body.replace(/\s/g, ''))
    if (label.includes('PRIVATE KEY')) {
      remarks.push('there is a private key in the file: it was not read, and it should not be there')
    } else if (!CERTIFICATE_LABELS.includes(label) && label !== 'PKCS7') {
      remarks.push(`a block ${label} was left out`)
    } else if (der === undefined) {
      return { ok: false, mistake: `block ${encodings.length + 1} of the PEM is not base64 as it should be` }
    } else {
      const inner = label === 'PKCS7' ? readDer(der) : found('PEM', [der])
      if (!inner.ok) return inner
      encodings.push(...inner.encodings)
      unordered ||= inner.unordered
    }
  }
  if (encodings.length > 0) return found('PEM', encodings, { unordered, remarks })
  const request = remarks.some((remark) => remark.includes('CERTIFICATE REQUEST'))
  return {
    ok: false,
    mistake: request
      ? 'it is a request for a certificate, not a certificate'
      : 'its PEM holds no whole certificate',
  }
}

/** RFC 9440 section 2.1: a structured-field byte sequence, or a list of them. */
function readHeader(text: string): Input {
  const encodings: Uint8Array[] = []
  for (const item of text.trim().split(',')) {
    const der = fromBase64(/^\s*:([A-Za-z0-9+/=]*):\s*$/.exec(item)?.[1] ?? '-')
    if (der === undefined)
      return { ok: false, mistake: 'its Client-Cert header is no byte sequence (RFC 9440)' }
    encodings.push(der)
  }
  return found('Client-Cert header', encodings)
}
