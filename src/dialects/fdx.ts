/** FDX: the Error entity of its API, over FAPI 2.0. Its codes are known from data providers' public pages alone. */
import type { Dialect, Refusal, RefusalBody } from './dialect.ts'
import { FAPI_2 } from './signing/message.ts'
import { authenticate, STATUS, sentenceWithPlace } from './wording.ts'

/** By status: customer not authorised, invalid input, outages; 500 for what has no code of its own. */
const CODES: Readonly<Record<number, string>> = {
  400: '703',
  401: '602',
  403: '602',
  413: '703',
  502: '501',
  503: '501',
  504: '501',
}
const OTHER = '500'

export const fdx: Dialect = {
  name: 'fdx-6',
  readBy: 'programs',
  forPrograms: undefined,
  operations: new Map(),
  signing: [FAPI_2],
  playedBack: ['x-fapi-interaction-id'],
  refuse(refusal: Refusal, reference, _now, _members, detail): RefusalBody {
    const status = STATUS[refusal]
    const body = {
      code: CODES[status] ?? OTHER,
      message: sentenceWithPlace(refusal, detail),
      debugMessage: `Reference: ${reference}`,
    }
    return {
      status,
      mediaType: 'application/json',
      body: JSON.stringify(body),
      headers: authenticate(refusal),
    }
  },
}
