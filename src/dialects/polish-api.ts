/** Polish API: code and message under a header of the answer. */
import type { TppRole } from '../evidence.ts'
import type { Dialect, RefusalBody } from './dialect.ts'
import { POLISH_API } from './signing/polish-api.ts'
import { authenticate, STATUS, sentenceWithPlace } from './wording.ts'

const AISP: readonly TppRole[] = ['PSP_AI']
const PISP: readonly TppRole[] = ['PSP_PI']
const PIISP: readonly TppRole[] = ['PSP_IC']

/** Services of version 3: `/v3_0.1/accounts/v3_0.1/getAccounts`, `/payments/…/domestic`, `/confirmation/…`. */
const OPERATIONS: ReadonlyMap<string, readonly TppRole[]> = new Map([
  ['accounts', AISP],
  ['payments', PISP],
  ['confirmation', PIISP],
])

export const polishApi: Dialect = {
  name: 'polish-api-3',
  readBy: 'programs',
  forPrograms: undefined,
  operations: OPERATIONS,
  signing: [POLISH_API],
  playedBack: ['x-request-id'],
  refuse(refusal, reference, now, _members, detail): RefusalBody {
    const status = STATUS[refusal]
    const body = {
      responseHeader: { requestId: reference, sendDate: new Date(now).toISOString(), isCallback: false },
      code: refusal.toUpperCase(),
      message: sentenceWithPlace(refusal, detail),
    }
    return {
      status,
      mediaType: 'application/json',
      body: JSON.stringify(body),
      headers: authenticate(refusal),
    }
  },
}
