/**
 * NextGenPSD2 1.3: Digest and Signature (draft-cavage) with the seal in TPP-Signature-Certificate, and the newer profile
 * with JAdES. Which requests are signed, and whether Date is among the signed fields, each bank decides.
 */
import { EVERYTHING } from './operations.ts'
import type { SigningProfile } from './profile.ts'

/** Signed wherever they are sent (1.3, section "Signing messages at application layer"). */
const IF_PRESENT = ['psu-id', 'psu-corporate-id', 'tpp-redirect-uri']
/** None of them is a list: a second one would be another's. */
const SINGLETONS = [...IF_PRESENT, 'x-request-id', 'tpp-signature-certificate']

const COMMON = {
  keys: 'certificate',
  operations: EVERYTHING,
  // "ID of the request, unique to the call, as determined by the initiating party."
  once: ['x-request-id'],
  idempotency: undefined,
  // Where a bank does without a signed date, nothing but our memory keeps a copy of a request out.
  memorySeconds: 604_800,
  body: undefined,
} as const

export const BERLIN_GROUP: SigningProfile = {
  ...COMMON,
  name: 'berlin-group',
  scheme: {
    kind: 'cavage',
    policy: {
      coverage: {
        required: ['digest', 'x-request-id', 'date'],
        whenPresent: IF_PRESENT,
        singletons: SINGLETONS,
      },
      algorithms: ['RS256', 'RS512'],
      digest: { when: 'always', algorithms: ['sha-256', 'sha-512'] },
      time: { maxAgeSeconds: 300, skewSeconds: 10 },
      clock: 'date',
    },
  },
}

export const BERLIN_GROUP_JADES: SigningProfile = {
  ...COMMON,
  name: 'berlin-group-jades',
  scheme: {
    kind: 'jades',
    field: 'x-jws-signature',
    policy: {
      algorithms: ['PS256', 'RS256', 'ES256', 'PS512', 'RS512', 'ES512'],
      time: 'either',
      freshness: { maxAgeSeconds: 60, maxFutureSeconds: 10 },
      required: ['digest', 'x-request-id'],
      whenPresent: IF_PRESENT,
      singletons: SINGLETONS,
      digest: { when: 'always', fields: ['digest'], algorithms: ['sha-256', 'sha-512'] },
      trailingNewline: false,
    },
  },
}
