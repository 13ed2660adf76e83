// The library's dependency injection needs it before anything else.
import 'reflect-metadata'
import type { webcrypto } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  Extension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CrlGenerator,
  X509CrlReason,
} from '@peculiar/x509'
import { integer } from './der.ts'

const CRL_NUMBER = '2.5.29.20'
const MS = 1_000

export interface CrlWish {
  /** PEM. */
  readonly issuer: string
  readonly signingKey: webcrypto.CryptoKey
  /** Serial numbers in hexadecimal, each with the time of its revocation. */
  readonly revoked: ReadonlyMap<string, Date>
  readonly thisUpdate: Date
  readonly nextUpdate: Date
}

/** A complete list of an authority's own certificates (RFC 5280 section 5), in DER. */
export async function makeCrl(wish: CrlWish): Promise<Uint8Array> {
  const { thisUpdate, nextUpdate, revoked } = wish
  const issuer = new X509Certificate(wish.issuer)
  const keyId = issuer.getExtension(SubjectKeyIdentifierExtension)?.keyId
  const list = await X509CrlGenerator.create({
    issuer: issuer.subject,
    thisUpdate,
    nextUpdate,
    entries: [...revoked].map(([serialNumber, revocationDate]) => ({
      serialNumber,
      revocationDate,
      reason: X509CrlReason.cessationOfOperation,
    })),
    extensions: [
      ...(keyId === undefined ? [] : [new AuthorityKeyIdentifierExtension(keyId)]),
      // Section 5.2.3: it grows, and time does.
      new Extension(CRL_NUMBER, false, integer(Math.floor(thisUpdate.getTime() / MS))),
    ],
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    signingKey: wish.signingKey,
  })
  return new Uint8Array(list.rawData)
}
