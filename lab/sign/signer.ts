/** Who signs, as the dialect has it written: what was said on the command line, or what key and certificate say. */
import type { SigningProfile } from '../../src/dialects/signing/profile.ts'
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'
import type { OwnCertificate } from './certificate.ts'
import type { SigningKey } from './key.ts'
import type { Options } from './options.ts'

export interface Signer {
  readonly key: SigningKey
  readonly certificate: OwnCertificate | undefined
  /** Undefined where the signature names no key but by its certificate. */
  readonly keyId: string | undefined
  readonly issuer: string | undefined
}

export type Note = (text: string) => void

export function signerOf(
  profile: SigningProfile,
  { kid, iss, at }: Pick<Options, 'kid' | 'iss' | 'at'>,
  key: SigningKey,
  certificate: OwnCertificate | undefined,
  note: Note,
): Outcome<Signer, string> {
  if (certificate !== undefined) {
    if (!certificate.isOf(key)) return fail(`the key in ${key.path} is not that of ${certificate.path}`)
    for (const remark of remarksOn(certificate, profile, at)) note(remark)
  }
  const keyId = keyIdOf(profile, kid, key, certificate, note)
  if (!keyId.ok) return keyId
  const issuer = issuerOf(profile, iss, certificate)
  if (!issuer.ok) return issuer
  return pass({ key, certificate, keyId: keyId.value, issuer: issuer.value })
}

function remarksOn(
  { path, kind, notBefore, notAfter }: OwnCertificate,
  { name, keys }: SigningProfile,
  at: number,
): readonly string[] {
  const remarks: string[] = []
  if (at < notBefore) remarks.push(`${path} is not valid before ${new Date(notBefore).toISOString()}`)
  if (at > notAfter) remarks.push(`${path} has expired at ${new Date(notAfter).toISOString()}`)
  if (keys === 'certificate' && !isSeal(kind)) {
    remarks.push(`${path} is no seal (QcType eseal), and ${name} takes nothing else`)
  }
  return remarks
}

export function isSeal(kind: OwnCertificate['kind']): boolean {
  return kind === 'qsealc' || kind === 'obseal' || kind === 'ob_signing'
}

function keyIdOf(
  profile: SigningProfile,
  kid: string | undefined,
  key: SigningKey,
  certificate: OwnCertificate | undefined,
  note: Note,
): Outcome<string | undefined, string> {
  if (kid !== undefined && !/^[\x20-\x21\x23-\x5b\x5d-\x7e]{1,512}$/.test(kid)) {
    return fail(
      '--kid is longer than 512 characters, or has one in it that is not ASCII, a quote or a backslash',
    )
  }
  switch (profile.keys) {
    case 'certificate':
      if (certificate === undefined) return fail('the seal is sent along: name it by --certificate')
      // JAdES has the certificate itself in its header.
      if (profile.scheme.kind === 'jades') return pass(kid)
      return pass(kid ?? `SN=${certificate.serial},CA=${certificate.issuer}`)
    case 'registered_url': {
      const [hint, wrong] = [urlHint(certificate), kid !== undefined && !/^https:\/\/[^/]+\//.test(kid)]
      return kid === undefined || wrong ? fail(`keys are named by URL: ${hint}`) : pass(kid)
    }
    case 'directory':
      if (kid === undefined && key.kid === undefined) {
        note(`no --kid was given: the bank finds the key if you publish it as ${key.thumbprint} (RFC 7638)`)
      }
      return pass(kid ?? key.kid ?? key.thumbprint)
  }
}

/** The digest at the end of the path is how the bank finds the key without following the URL. */
function urlHint(certificate: OwnCertificate | undefined): string {
  const digest = certificate === undefined ? 'SHA-256' : Buffer.from(certificate.digest).toString('hex')
  return `--kid https://HOST/NAME_${digest}.pem, where HOST is registered with the bank as yours`
}

function issuerOf(
  { scheme }: SigningProfile,
  iss: string | undefined,
  certificate: OwnCertificate | undefined,
): Outcome<string | undefined, string> {
  if (scheme.kind !== 'jws' || scheme.issuer === undefined) {
    return iss === undefined ? pass(undefined) : fail('--iss has no place in it')
  }
  if (iss === undefined && certificate === undefined) {
    return fail(
      'it says who signs: --iss ORGANISATION/SOFTWARE, as the directory numbers them, or --certificate',
    )
  }
  const { organisation, software } = certificate?.directory ?? {}
  if (iss === undefined && organisation !== undefined && software === undefined) {
    return fail(`the certificate does not say which software statement signs: --iss ${organisation}/SOFTWARE`)
  }
  // Whom no directory numbers signs by the subject of its certificate (Read/Write 4.0, message signing).
  const issuer = iss ?? (organisation === undefined ? certificate?.subject : `${organisation}/${software}`)
  const rule = scheme.policy.members[scheme.issuer]
  if (rule?.is === 'pattern' && !rule.pattern.test(issuer ?? '')) {
    return fail(
      `--iss is ORGANISATION/SOFTWARE, as the directory numbers them, or the subject of a certificate`,
    )
  }
  return pass(issuer)
}
