/**
 * Polish API: a detached JWS of the body in X-JWS-SIGNATURE. It has no time of its own: that stands in the body's
 * `requestHeader`, beside the id of the request, which X-REQUEST-ID repeats.
 */
import { EVERYTHING } from './operations.ts'
import type { SigningProfile } from './profile.ts'

export const POLISH_API: SigningProfile = {
  name: 'polish-api',
  scheme: {
    kind: 'jws',
    field: 'x-jws-signature',
    policy: {
      algorithms: ['RS256', 'PS256', 'ES256'],
      required: [],
      members: { typ: { is: 'media_type', values: ['jose', 'jws', 'jwt'] } },
      understood: [],
      b64: 'absent',
      maxCharacters: 10_240,
    },
    issuer: undefined,
    directory: undefined,
  },
  keys: 'directory',
  operations: { ...EVERYTHING, methods: ['POST', 'PUT', 'PATCH'] },
  once: [],
  idempotency: undefined,
  memorySeconds: 86_400,
  body: {
    requestId: { pointer: '/requestHeader/requestId', field: 'x-request-id' },
    sentAt: { pointer: '/requestHeader/sendDate', maxAgeSeconds: 300, maxFutureSeconds: 10 },
  },
}
