/**
 * UK Open Banking Read/Write, OBErrorResponse1. A body stands only where the specification defines one: 401, 405,
 * 415 and 429 have none (Read/Write 4.0, components/responses), and their reference travels in a header.
 */
import type { Dialect, Refusal, RefusalBody } from './dialect.ts'
import { OPERATIONS } from './obie-operations.ts'
import { authenticate, PHRASE, SENTENCE, STATUS } from './wording.ts'

/** Which code a refusal has; undefined where the answer has no body. */
type Codes = Readonly<Record<Refusal, string | undefined>>

/** Codes of the OBL internal code set, named in 3.1 and numbered in 4.0. */
const NAMED = {
  malformed: 'UK.OBIE.Resource.InvalidFormat',
  method: undefined,
  too_large: 'UK.OBIE.Resource.InvalidFormat',
  media_type: undefined,
  certificate_missing: undefined,
  certificate_invalid: undefined,
  certificate_expired: undefined,
  certificate_revoked: undefined,
  certificate_blocked: undefined,
  token_missing: undefined,
  token_invalid: undefined,
  // 3.1 has no code for a reason that is not told; this one stands for everything without a code of its own.
  forbidden: 'UK.OBIE.UnexpectedError',
  role_missing: 'UK.OBIE.UnexpectedError',
  challenged: 'UK.OBIE.UnexpectedError',
  too_many: undefined,
  upgrade: 'UK.OBIE.UnexpectedError',
  origin_down: 'UK.OBIE.UnexpectedError',
  origin_slow: 'UK.OBIE.UnexpectedError',
  unavailable: 'UK.OBIE.UnexpectedError',
} as const satisfies Codes

const NUMBERED = {
  ...NAMED,
  malformed: 'U010',
  too_large: 'U010',
  // U042: the actual reason cannot be determined or disclosed.
  forbidden: 'U042',
  role_missing: 'U042',
  challenged: 'U042',
  upgrade: 'U000',
  origin_down: 'U000',
  origin_slow: 'U000',
  unavailable: 'U000',
} as const satisfies Codes

/** OBErrorResponse1: Id, Code and ErrorCode are at most 40 characters long, Message 500. */
const MAX_ID = 40

function row(name: string, codes: Codes, body: (refusal: Refusal, code: string) => object): Dialect {
  return {
    name,
    readBy: 'programs',
    forPrograms: undefined,
    operations: OPERATIONS,
    playedBack: ['x-fapi-interaction-id'],
    refuse(refusal, reference): RefusalBody {
      const code = codes[refusal]
      const status = STATUS[refusal]
      const headers = authenticate(refusal)
      if (code === undefined) return { status, mediaType: '', body: '', headers }
      const id = reference.slice(0, MAX_ID)
      return {
        status,
        mediaType: 'application/json; charset=utf-8',
        body: JSON.stringify({ Id: id, ...body(refusal, code) }),
        headers,
      }
    },
  }
}

export const obie40: Dialect = row('obie-4.0', NUMBERED, (refusal, code) => ({
  Errors: [{ ErrorCode: code, Message: SENTENCE[refusal] }],
}))

/** In 3.1 `Code` and `Message` are required; 4.0 calls them deprecated. */
export const obie31: Dialect = row('obie-3.1', NAMED, (refusal, code) => ({
  Code: `${STATUS[refusal]} ${PHRASE[refusal].replaceAll(' ', '')}`,
  Message: SENTENCE[refusal],
  Errors: [{ ErrorCode: code, Message: SENTENCE[refusal] }],
}))
