/** The real lists of 2020 beside the checkout, as bytes. Absent: `present` is false. */
import { readCertificates } from '../../../src/verify/x509/pem.ts'
import type { Certificate } from '../../../src/verify/x509/types.ts'

const FILES = import.meta.glob<string>(
  ['../../../../shared/vectors/eidas-tl/*.xml', '../../../../shared/vectors/eidas-tl/*.crt'],
  { query: '?raw', import: 'default' },
)

export const present = Object.keys(FILES).length > 0

export async function bytesOf(name: string): Promise<Uint8Array> {
  const load = Object.entries(FILES).find(([path]) => path.endsWith(`/${name}`))?.[1]
  if (load === undefined) throw new Error(`Cannot find ${name}`)
  return new TextEncoder().encode(await load())
}

/** The certificates that the Journal announced (OJ C 276 of 2019). */
export async function journalSigners(): Promise<readonly Certificate[]> {
  const names = Object.keys(FILES).flatMap((path) => /lotl-signer-\w+\.crt$/.exec(path)?.[0] ?? [])
  const read = await Promise.all(names.map(async (name) => readCertificates(await bytesOf(name))))
  return read.flatMap((one) => (one.state === 'valid' ? one.value : []))
}
