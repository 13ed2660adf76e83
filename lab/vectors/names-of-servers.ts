/**
 * Whether a web server's certificate is one for a name (RFC 9525 section 6). The gate never asks that of a third party:
 * a case that can be refused for its name alone is told apart by this.
 */
import type { Certificate } from '../../src/verify/x509/types.ts'

export function presents(
  { subjectAltName = [] }: Certificate,
  wanted: { readonly kind: string; readonly value: string },
): boolean {
  const address = addressOf(wanted.value)
  return subjectAltName.some((name) => {
    if (name.kind === 'ip') return address !== undefined && address === [...name.bytes].join()
    if (name.kind === 'email') return wanted.kind === 'RFC822' && name.text === wanted.value
    return name.kind === 'dns' && address === undefined && isHost(name.text, wanted.value)
  })
}

/** A wildcard is the whole first label and stands for one. */
function isHost(pattern: string, host: string): boolean {
  const [left, right] = [pattern.toLowerCase(), host.toLowerCase()]
  if (left === right) return true
  return left.startsWith('*.') && right.includes('.') && left.slice(1) === right.slice(right.indexOf('.'))
}

/** Octets of an IP address, or undefined for anything else. */
function addressOf(text: string): string | undefined {
  if (/^\d+(\.\d+){3}$/.test(text)) return text.split('.').map(Number).join()
  if (!text.includes(':')) return undefined
  const [head = '', tail] = text.split('::')
  const [left, right] = [groups(head), groups(tail ?? '')]
  const gap = tail === undefined ? 0 : 8 - left.length - right.length
  if (left.length + gap + right.length !== 8) return undefined
  return [...left, ...new Array<number>(gap).fill(0), ...right]
    .flatMap((one) => [one >> 8, one & 0xff])
    .join()
}

function groups(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
}
