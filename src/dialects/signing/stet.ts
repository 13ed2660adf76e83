/** STET PSD2 API: draft-cavage, where the key id is the URL of the signer's seal. */
import { EVERYTHING } from './operations.ts'
import type { SigningProfile } from './profile.ts'

const PSU = [
  ...['ip-address', 'ip-port', 'http-method', 'date', 'user-agent', 'referer', 'accept', 'accept-charset'],
  ...['accept-encoding', 'accept-language', 'geo-location', 'device-id'],
].map((name) => `psu-${name}`)

export const STET: SigningProfile = {
  name: 'stet',
  scheme: {
    kind: 'cavage',
    policy: {
      coverage: {
        required: ['(request-target)', 'digest', 'date', 'x-request-id'],
        whenPresent: ['content-type', 'content-length', ...PSU],
        singletons: ['x-request-id', 'psu-ip-address', 'psu-ip-port', 'psu-http-method', 'psu-device-id'],
      },
      algorithms: ['RS256'],
      digest: { when: 'always', algorithms: ['sha-256', 'sha-512'] },
      time: { maxAgeSeconds: 300, skewSeconds: 10 },
      clock: 'date',
    },
  },
  keys: 'registered_url',
  operations: EVERYTHING,
  once: ['x-request-id'],
  idempotency: undefined,
  memorySeconds: 86_400,
  body: undefined,
}
