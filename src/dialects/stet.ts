/** STET PSD2 API: the error object of its framework. */
import type { TppRole } from '../evidence.ts'
import { STET_CONSENTS } from './consents/stet.ts'
import type { Dialect, RefusalBody } from './dialect.ts'
import { STET } from './signing/stet.ts'
import { authenticate, PHRASE, STATUS, sentenceWithPlace } from './wording.ts'

const AISP: readonly TppRole[] = ['PSP_AI']
const PISP: readonly TppRole[] = ['PSP_PI']
const PIISP: readonly TppRole[] = ['PSP_IC']

/** Resources of 1.4 to 1.6, the first segment behind the version. */
const OPERATIONS: ReadonlyMap<string, readonly TppRole[]> = new Map([
  ['accounts', AISP],
  ['consents', AISP],
  ['end-user-identity', AISP],
  ['trusted-beneficiaries', AISP],
  ['payment-requests', PISP],
  ['funds-confirmations', PIISP],
])

export const stet: Dialect = {
  name: 'stet-1.4',
  readBy: 'programs',
  forPrograms: undefined,
  operations: OPERATIONS,
  signing: [STET],
  consents: STET_CONSENTS,
  playedBack: ['x-request-id'],
  refuse(refusal, reference, now, _members, detail = {}): RefusalBody {
    const { path } = detail
    const status = STATUS[refusal]
    const body = {
      timestamp: new Date(now).toISOString(),
      status,
      error: PHRASE[refusal],
      message: `${sentenceWithPlace(refusal, detail)} Reference: ${reference}`,
      ...(path === undefined ? {} : { path }),
    }
    return {
      status,
      mediaType: 'application/json',
      body: JSON.stringify(body),
      headers: authenticate(refusal),
    }
  },
}
