/** An invented Apple: its root, its authority, and devices that make keys, attestations and assertions as iOS does. */
import { encode } from 'cborg'
import { toBase64 } from '../../../src/lib/base64.ts'
import { hashOf } from '../../../src/verify/attestation/hash.ts'
import type { ApplePolicy } from '../../../src/verify/attestation/types.ts'
import { der, seq } from '../make-certificate.ts'
import { anchor, extension, ID, issue, type Keys, makeKeys, sign } from '../x509/authority.ts'

export const APP = '1A2B3C4D5E.com.example.bank'
export const NONCE_EXTENSION = '1.2.840.113635.100.8.2'

const root = await issue({ subject: 'Invented App Attestation Root CA', ca: true })
/** As an operator would set it. */
export const ROOT_PEM = `-----BEGIN CERTIFICATE-----\n${toBase64(root.der)}\n-----END CERTIFICATE-----\n`
const authority = await issue({ subject: 'Invented App Attestation CA 1', ca: true, pathLength: 0 }, root)
/** Another authority that says the same of itself. */
const stranger = await issue({ subject: 'Invented App Attestation Root CA', ca: true })

export const text = (value: string) => new TextEncoder().encode(value)

export function applePolicy(changes: Partial<ApplePolicy> = {}): ApplePolicy {
  return {
    apps: [APP],
    anchors: [anchor(root)],
    environments: ['production'],
    categories: [4],
    withoutCategory: 'accepted',
    bundleVersions: undefined,
    ...changes,
  }
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

/** What the authenticator data of an attestation or an assertion says, where it is not as usual. */
export interface DataWish {
  readonly app?: string
  readonly flags?: number
  readonly counter?: number
  readonly aaguid?: string
  readonly credentialId?: Uint8Array
  readonly coseKey?: ReadonlyMap<number, unknown>
  /** CBOR map behind everything; undefined for iOS 26 and earlier. */
  readonly extensions?: Readonly<Record<string, unknown>> | undefined
  readonly tail?: Uint8Array
}

export const build = (category: number, version = '1.0') => ({
  apple_bundle_version_01: version,
  apple_validation_category_01: Uint8Array.of(category, 0, 0, 0),
})

function head({ app = APP, flags = 0x40, counter = 0 }: DataWish): Uint8Array {
  const count = new Uint8Array(4)
  new DataView(count.buffer).setUint32(0, counter)
  return join(hashOf(text(app)), Uint8Array.of(flags), count)
}

function tail({ extensions = build(4), tail: more = new Uint8Array() }: DataWish): Uint8Array {
  return join(extensions === undefined ? new Uint8Array() : encode(extensions), more)
}

export interface AttestWish extends DataWish {
  readonly challenge?: string
  readonly nonce?: Uint8Array
  /** The value of the nonce's extension, whole. */
  readonly nonceValue?: Uint8Array
  readonly issuer?: 'apple' | 'stranger'
  readonly notBefore?: string
  readonly notAfter?: string
  readonly leafIsAuthority?: boolean
  readonly fmt?: string
  /** Of the certificate; the authenticator data keep the device's. */
  readonly certified?: Keys
  readonly without?: 'intermediate' | 'x5c' | 'authData'
}

export interface Device {
  readonly keyId: Uint8Array
  /** As Apple's API gives it. */
  readonly keyIdText: string
  readonly publicKey: Uint8Array
  attest(wish?: AttestWish): Promise<Uint8Array>
  assert(clientData: Uint8Array, wish?: DataWish): Promise<Uint8Array>
}

export const CHALLENGE = 'a challenge of ours'

export async function newDevice(): Promise<Device> {
  const keys = await makeKeys()
  const publicKey = keys.spki.subarray(-65)
  const keyId = hashOf(publicKey)
  const coordinates = (point: Uint8Array): ReadonlyMap<number, unknown> =>
    new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, point.subarray(1, 33)],
      [-3, point.subarray(33)],
    ])

  async function attest(wish: AttestWish = {}): Promise<Uint8Array> {
    const {
      aaguid = 'appattest\0\0\0\0\0\0\0',
      credentialId = keyId,
      coseKey = coordinates(publicKey),
    } = wish
    const length = Uint8Array.of(credentialId.length >> 8, credentialId.length & 0xff)
    const authData = join(
      head(wish),
      text(aaguid),
      length,
      credentialId,
      encode(coseKey),
      'extensions' in wish && wish.extensions === undefined ? (wish.tail ?? new Uint8Array()) : tail(wish),
    )
    const nonce = wish.nonce ?? hashOf(authData, hashOf(text(wish.challenge ?? CHALLENGE)))
    const value = wish.nonceValue ?? seq(der(0xa1, der(0x04, nonce)))
    const leaf = await issue(
      {
        subject: 'a device',
        keys: wish.certified ?? keys,
        ca: wish.leafIsAuthority === true,
        ...(wish.notBefore === undefined ? {} : { notBefore: wish.notBefore }),
        ...(wish.notAfter === undefined ? {} : { notAfter: wish.notAfter }),
        // Apple's leaves carry no key identifiers.
        extensions: {
          ...(wish.leafIsAuthority === true ? {} : { [ID.subjectKeyIdentifier]: undefined }),
          [ID.authorityKeyIdentifier]: undefined,
          [NONCE_EXTENSION]: extension(NONCE_EXTENSION, value),
        },
      },
      wish.issuer === 'stranger' ? stranger : authority,
    )
    const x5c = wish.without === 'intermediate' ? [leaf.der] : [leaf.der, authority.der]
    const statement = { ...(wish.without === 'x5c' ? {} : { x5c }), receipt: new Uint8Array(64) }
    const object = { fmt: wish.fmt ?? 'apple-appattest', attStmt: statement, authData }
    return encode(wish.without === 'authData' ? { ...object, authData: undefined } : object, {
      ignoreUndefinedProperties: true,
    })
  }

  return {
    keyId,
    keyIdText: toBase64(keyId),
    publicKey,
    attest,
    async assert(clientData, wish = {}) {
      const data = join(
        head({ counter: 1, ...wish }),
        'extensions' in wish && wish.extensions === undefined ? (wish.tail ?? new Uint8Array()) : tail(wish),
      )
      const signature = await sign(keys, hashOf(data, hashOf(clientData)))
      return encode({ signature, authenticatorData: data })
    },
  }
}
