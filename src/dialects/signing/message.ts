/** RFC 9421 with RFC 9530: as FAPI 2.0 has it, and plain, where a bank asks for signatures and no standard says which. */
import type { MessagePolicySpec } from '../../verify/http-signatures/policy.ts'
import { EVERYTHING } from './operations.ts'
import type { SigningProfile } from './profile.ts'

/** Section 2.2.2: the whole target, or its parts. */
const TARGET = {
  anyOf: [['@target-uri'], ['@authority', '@path', '@query'], ['@authority', '@request-target']],
}

const COMMON = {
  digest: { when: 'with_body', algorithms: ['sha-256', 'sha-512'] },
  parameters: {
    created: 'required',
    expires: 'optional',
    nonce: 'optional',
    keyid: 'required',
    alg: 'optional',
  },
  digestFields: ['content-digest', 'repr-digest'],
} as const satisfies Partial<MessagePolicySpec>

const REST = {
  keys: 'directory',
  operations: EVERYTHING,
  once: [],
  memorySeconds: 86_400,
  body: undefined,
} as const

export const RFC_9421: SigningProfile = {
  ...REST,
  name: 'rfc9421',
  scheme: {
    kind: 'message',
    policy: {
      ...COMMON,
      select: { label: 'sig1' },
      coverage: { required: ['@method', TARGET], whenPresent: ['authorization'], singletons: [] },
      algorithms: ['Ed25519', 'ES256', 'ES384', 'PS512', 'RS256'],
      time: { maxAgeSeconds: 300, skewSeconds: 10 },
      maxLifetimeSeconds: 300,
    },
  },
  // draft-ietf-httpapi-idempotency-key-header: how long is the bank's to say.
  idempotency: { field: 'idempotency-key', hours: 24 },
}

/** FAPI 2.0 Message Signing, HTTP signatures: tag, components and algorithms of the profile. */
export const FAPI_2: SigningProfile = {
  ...REST,
  name: 'fapi-2',
  scheme: {
    kind: 'message',
    policy: {
      ...COMMON,
      select: { tag: 'fapi-2-request' },
      coverage: {
        required: ['@method', '@target-uri', 'authorization'],
        whenPresent: ['dpop'],
        singletons: ['dpop'],
      },
      // ES256 and Ed25519 of the Security Profile's section 5.4.1; RFC 9421 has no name for PS256.
      algorithms: ['ES256', 'Ed25519', 'PS512'],
      // Section 5.3.2.1 point 13 of the Security Profile, for clocks.
      time: { maxAgeSeconds: 60, skewSeconds: 10 },
      maxLifetimeSeconds: 300,
    },
  },
  idempotency: { field: 'idempotency-key', hours: 24 },
}
