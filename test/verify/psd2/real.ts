/** The genuine certificates and the linter's beside the checkout, as text. */
import { known } from '../../../src/lib/fact.ts'
import { type Profile, readProfile } from '../../../src/verify/psd2/profile.ts'
import { readCertificates } from '../../../src/verify/x509/pem.ts'
import type { Certificate } from '../../../src/verify/x509/types.ts'

export const GENUINE = import.meta.glob<string>('../../../../shared/vectors/wso2-certs/**/*.pem', {
  query: '?raw',
  import: 'default',
})
export const CRTTESTS = import.meta.glob<string>('../../../../shared/vectors/pkilint-etsi/*/*.crtt*', {
  query: '?raw',
  import: 'default',
})

export const HAS_GENUINE = Object.keys(GENUINE).length > 0
export const HAS_CRTTESTS = Object.keys(CRTTESTS).length > 0

/** The genuine certificate whose path ends so. */
export async function genuine(end: string): Promise<Certificate> {
  const [, load] = Object.entries(GENUINE).find(([path]) => path.endsWith(end)) ?? []
  const [certificate] = known(readCertificates(new TextEncoder().encode(await load?.()))) ?? []
  if (certificate === undefined) throw new Error(`Cannot read ${end}: not a certificate`)
  return certificate
}

export async function genuineProfile(end: string): Promise<Profile> {
  return readProfile(await genuine(end))
}
