/** Writes the skeleton of a certificate in DER. Nothing is signed: what reads it says that it proves nothing. */

export function der(tag: number, ...content: readonly (Uint8Array | string | number)[]): Uint8Array {
  const parts = content.map((part) =>
    typeof part === 'number'
      ? Uint8Array.of(part)
      : typeof part === 'string'
        ? new TextEncoder().encode(part)
        : part,
  )
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff]
  const out = new Uint8Array(head.length + length)
  out.set(head)
  let at = head.length
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

export const seq = (...content: readonly (Uint8Array | string | number)[]) => der(0x30, ...content)
export const utf8 = (text: string) => der(0x0c, text)

export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const out = [arc & 0x7f]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      out.unshift((left & 0x7f) | 0x80)
    return out
  })
  return der(0x06, ...octets)
}

export function attribute(type: string, value: Uint8Array | string): Uint8Array {
  return der(0x31, seq(oid(type), typeof value === 'string' ? utf8(value) : value))
}

export function extension(type: string, value: Uint8Array): Uint8Array {
  return seq(oid(type), der(0x04, value))
}

export const ROLE = {
  AS: '0.4.0.19495.1.1',
  PI: '0.4.0.19495.1.2',
  AI: '0.4.0.19495.1.3',
  IC: '0.4.0.19495.1.4',
} as const

/** qcStatements with one PSD2 statement whose rolesOfPSP holds `entries`. */
export function psd2(...entries: readonly Uint8Array[]): Uint8Array {
  const statement = seq(
    oid('0.4.0.19495.2'),
    seq(seq(...entries), utf8('Invented Authority'), utf8('GB-FCA')),
  )
  return extension('1.3.6.1.5.5.7.1.3', seq(seq(oid('0.4.0.1862.1.1')), statement))
}

export function rolePair(type: string, name: string): readonly Uint8Array[] {
  return [oid(type), utf8(name)]
}

export interface Parts {
  readonly subject?: readonly Uint8Array[]
  readonly extensions?: readonly Uint8Array[]
  readonly notBefore?: Uint8Array
  readonly notAfter?: Uint8Array
  readonly version?: number
  readonly trailing?: Uint8Array
}

export function certificate(parts: Parts = {}): Uint8Array {
  const algorithm = seq(oid('1.2.840.10045.4.3.2'))
  const tbs = seq(
    der(0xa0, der(0x02, parts.version ?? 2)),
    der(0x02, 1),
    algorithm,
    seq(attribute('2.5.4.3', 'Invented Issuer')),
    seq(parts.notBefore ?? der(0x17, '260101000000Z'), parts.notAfter ?? der(0x17, '271231235959Z')),
    seq(
      ...(parts.subject ?? [
        attribute('2.5.4.10', 'Invented TPP'),
        attribute('2.5.4.97', 'PSDGB-FCA-765432'),
      ]),
    ),
    seq(algorithm, der(0x03, 0)),
    ...(parts.extensions === undefined ? [] : [der(0xa3, seq(...parts.extensions))]),
  )
  const whole = seq(tbs, algorithm, der(0x03, 0))
  return parts.trailing === undefined ? whole : Uint8Array.of(...whole, ...parts.trailing)
}
