/** Every certificate beside the checkout that somebody really issued or published, as bytes. */
import { fromBase64 } from '../../../src/lib/base64.ts'
import { known } from '../../../src/lib/fact.ts'
import { readCertificate } from '../../../src/verify/x509/certificate.ts'
import type { Certificate } from '../../../src/verify/x509/types.ts'

const FILES = {
  ...import.meta.glob<string>('../../../../shared/vectors/**/*.{pem,crt,cer,crttest}', {
    query: '?raw',
    import: 'default',
  }),
}
const LIMBO = import.meta.glob<string>('../../../../shared/vectors/x509-limbo/limbo.json', {
  query: '?raw',
  import: 'default',
})

export const HAS_REAL = Object.keys(FILES).length > 0 && Object.keys(LIMBO).length > 0

const PEM = /-----BEGIN CERTIFICATE-----([\sA-Za-z0-9+/=]*?)-----END CERTIFICATE-----/g

function bodies(text: string): readonly Uint8Array[] {
  return [...text.matchAll(PEM)].flatMap(([, body = '']) => fromBase64(body.replace(/\s/g, '')) ?? [])
}

/** All of them, each once, those of x509-limbo with them: one in thousands of octets is enough of the largest. */
export async function realCertificates(maxBytes: number): Promise<readonly Uint8Array[]> {
  const texts = await Promise.all([...Object.values(FILES), ...Object.values(LIMBO)].map((load) => load()))
  const found = texts.flatMap((text) => bodies(text.replaceAll('\\n', '\n')))
  const unique = new Map(found.map((der) => [der.join(), der]))
  return [...unique.values()].filter(({ length }) => length <= maxBytes)
}

/** The certificates of the file whose path ends so. */
export async function realFile(end: string): Promise<readonly Uint8Array[]> {
  const [, load] = Object.entries(FILES).find(([path]) => path.endsWith(end)) ?? []
  return bodies((await load?.()) ?? '')
}

export interface RealChain {
  readonly leaf: Certificate
  readonly candidates: readonly Certificate[]
  readonly anchors: readonly Certificate[]
  readonly at: number
}

interface LimboCase {
  readonly id: string
  readonly expected_result: string
  readonly peer_certificate: string
  readonly untrusted_intermediates: readonly string[]
  readonly trusted_certs: readonly string[]
  readonly validation_time: string | null
}

const NOW = Date.UTC(2026, 10, 21)

/** Chains that hold, unchanged. */
export async function realChains(): Promise<readonly RealChain[]> {
  const [limbo] = await Promise.all(Object.values(LIMBO).map((load) => load()))
  // x509-limbo's own schema.
  const { testcases } = JSON.parse(limbo ?? '') as { readonly testcases: readonly LimboCase[] }
  const made = testcases
    // Of two cases that contradict each other we take the side of RFC 5280.
    .filter(({ id, expected_result: expected }) => expected === 'SUCCESS' && !id.startsWith('webpki::nc::'))
    .map((one) => ({
      peer: bodies(one.peer_certificate),
      candidates: one.untrusted_intermediates.flatMap(bodies),
      anchors: one.trusted_certs.flatMap(bodies),
      at: one.validation_time === null ? NOW : Date.parse(one.validation_time),
    }))
  const issued = {
    peer: await realFile('/PSDDE-BAFIN-104114-cert.pem'),
    candidates: await realFile('/QWAC-CA_Ref.pem'),
    anchors: await realFile('/QWAC-Root_Ref.pem'),
    at: Date.UTC(2019, 6, 1),
  }
  const read = [...made, issued].map(({ peer, candidates, anchors, at }) => ({
    leaf: peer.flatMap((der) => known(readCertificate(der)) ?? [])[0],
    candidates: candidates.flatMap((der) => known(readCertificate(der)) ?? []),
    anchors: anchors.flatMap((der) => known(readCertificate(der)) ?? []),
    at,
  }))
  return read.flatMap(({ leaf, ...rest }) => (leaf === undefined ? [] : [{ leaf, ...rest }]))
}
