/** Every certificate beside the checkout that somebody really issued or published, as bytes. */
import { fromBase64 } from '../../../src/lib/base64.ts'

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
