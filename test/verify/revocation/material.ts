/** The material beside the checkout, which is DER, PEM and JSON; workerd has no files, so that it comes with the bundle. */
import { readCertificate } from '../../../src/verify/x509/certificate.ts'
import type { Certificate } from '../../../src/verify/x509/types.ts'

const FILES = {
  ...import.meta.glob<string>('../../../../shared/vectors/ocsp/*.der', {
    query: '?url&inline',
    import: 'default',
    eager: true,
  }),
  ...import.meta.glob<string>('../../../../shared/vectors/eidas-tl/{ocsp/re*-*,*.crt,*.crl}', {
    query: '?url&inline',
    import: 'default',
    eager: true,
  }),
}
const LIMBO = import.meta.glob<string>('../../../../shared/vectors/x509-limbo/limbo.json', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const FOLDER = '../../../../shared/vectors/'

export const SHARED = Object.keys(FILES).length > 0

export function fileNames(folder: string): readonly string[] {
  return Object.keys(FILES)
    .filter((path) => path.startsWith(FOLDER + folder))
    .map((path) => path.slice(FOLDER.length))
}

/** DER, whether the file has it as it is or in PEM. */
export function fileIn(path: string): Uint8Array {
  const url = FILES[FOLDER + path]
  if (url === undefined) throw new Error(`Cannot find ${path} beside the checkout`)
  const bytes = new Uint8Array(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64'))
  const text = new TextDecoder().decode(bytes)
  return text.startsWith('-----BEGIN') ? derOf(text) : bytes
}

export function certificateIn(path: string): Certificate {
  return certificateOf(fileIn(path))
}

export interface LimboCase {
  readonly id: string
  readonly expected: string
  readonly certificate: Certificate
  readonly issuer: Certificate
  readonly crls: readonly Uint8Array[]
  readonly at: number
}

/** The suite's own format, as far as it concerns lists. */
interface LimboFile {
  readonly testcases: readonly {
    readonly id: string
    readonly expected_result: string
    readonly peer_certificate: string
    readonly trusted_certs: readonly string[]
    readonly crls: readonly string[]
    readonly validation_time: string
  }[]
}

/** Each certificate of these cases is issued by the one trusted authority. */
export function limboCrlCases(): readonly LimboCase[] {
  const [text = '{"testcases":[]}'] = Object.values(LIMBO)
  // The suite's own format, read where it enters the tests.
  const { testcases } = JSON.parse(text) as LimboFile
  return testcases
    .filter(({ id }) => id.startsWith('crl::'))
    .map((one) => ({
      id: one.id,
      expected: one.expected_result,
      certificate: certificateOf(derOf(one.peer_certificate)),
      issuer: certificateOf(derOf(one.trusted_certs[0] ?? '')),
      crls: one.crls.map(derOf),
      at: Date.parse(one.validation_time),
    }))
}

function derOf(pem: string): Uint8Array {
  return new Uint8Array(Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64'))
}

function certificateOf(der: Uint8Array): Certificate {
  const fact = readCertificate(der)
  if (fact.state !== 'valid')
    throw new Error(`Cannot read a certificate of the material: ${JSON.stringify(fact)}`)
  return fact.value
}
