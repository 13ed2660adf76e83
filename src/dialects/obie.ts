/**
 * UK Open Banking Read/Write, OBErrorResponse1. A body stands only where the specification defines one: 401, 405,
 * 415 and 429 have none (Read/Write 4.0, components/responses), and their reference travels in a header.
 */
import { OBIE_CONSENTS } from './consents/obie.ts'
import type { Dialect, Refusal, RefusalBody } from './dialect.ts'
import { OPERATIONS } from './obie-operations.ts'
import { SIGNATURE_NAMES, SIGNATURE_NUMBERS, SIGNATURE_STATUS } from './obie-signature-codes.ts'
import { OBIE_40, OBIE_313, OBIE_314 } from './signing/obie.ts'
import type { SigningProfile } from './signing/profile.ts'
import { authenticate, PHRASE, SENTENCE, STATUS, sentenceFor } from './wording.ts'

/** Which code a refusal has; undefined where the answer has no body. */
type Codes = Readonly<Record<Refusal, string | undefined>>

/** Codes of the OBL internal code set, named in 3.1 and numbered in 4.0. */
const NAMED = {
  malformed: 'UK.OBIE.Resource.InvalidFormat',
  nonconforming: 'UK.OBIE.Resource.InvalidFormat',
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
  proof_invalid: undefined,
  ...SIGNATURE_NAMES,
  // 3.1 has no code for a reason that is not told; this one stands for everything without a code of its own.
  forbidden: 'UK.OBIE.UnexpectedError',
  role_missing: 'UK.OBIE.UnexpectedError',
  app_missing: 'UK.OBIE.UnexpectedError',
  app_unknown: 'UK.OBIE.UnexpectedError',
  app_invalid: 'UK.OBIE.UnexpectedError',
  consent_unknown: 'UK.OBIE.UnexpectedError',
  consent_invalid: 'UK.OBIE.UnexpectedError',
  consent_expired: 'UK.OBIE.UnexpectedError',
  challenged: 'UK.OBIE.UnexpectedError',
  too_many: undefined,
  upgrade: 'UK.OBIE.UnexpectedError',
  origin_down: 'UK.OBIE.UnexpectedError',
  origin_slow: 'UK.OBIE.UnexpectedError',
  unavailable: 'UK.OBIE.UnexpectedError',
} as const satisfies Codes

const NUMBERED = {
  ...NAMED,
  ...SIGNATURE_NUMBERS,
  malformed: 'U010',
  nonconforming: 'U010',
  too_large: 'U010',
  // U042: the actual reason cannot be determined or disclosed.
  forbidden: 'U042',
  role_missing: 'U042',
  app_missing: 'U042',
  app_unknown: 'U042',
  app_invalid: 'U042',
  consent_unknown: 'U042',
  consent_invalid: 'U042',
  consent_expired: 'U042',
  challenged: 'U042',
  upgrade: 'U000',
  origin_down: 'U000',
  origin_slow: 'U000',
  unavailable: 'U000',
} as const satisfies Codes

const STATUSES: Readonly<Record<Refusal, number>> = { ...STATUS, ...SIGNATURE_STATUS }

/** OBErrorResponse1: Id, Code and ErrorCode are at most 40 characters long, Message and Path 500. */
const MAX_ID = 40

interface Row {
  readonly name: string
  readonly codes: Codes
  readonly signing: readonly SigningProfile[]
  /** Members of the body that are not in every version. */
  readonly head: (refusal: Refusal) => object
}

function row({ name, codes, signing, head }: Row): Dialect {
  return {
    name,
    readBy: 'programs',
    forPrograms: undefined,
    operations: OPERATIONS,
    signing,
    consents: OBIE_CONSENTS,
    playedBack: ['x-fapi-interaction-id'],
    refuse(refusal, reference, _now, _members, detail = {}): RefusalBody {
      const { place } = detail
      const code = codes[refusal]
      const status = STATUSES[refusal]
      const headers = authenticate(refusal, status)
      if (code === undefined) return { status, mediaType: '', body: '', headers }
      const error = {
        ErrorCode: code,
        Message: sentenceFor(refusal, detail),
        ...(place === undefined ? {} : { Path: place }),
      }
      return {
        status,
        mediaType: 'application/json; charset=utf-8',
        body: JSON.stringify({ Id: reference.slice(0, MAX_ID), ...head(refusal), Errors: [error] }),
        headers,
      }
    },
  }
}

export const obie40: Dialect = row({
  name: 'obie-4.0',
  codes: NUMBERED,
  signing: [OBIE_40],
  head: () => ({}),
})

/** In 3.1 `Code` and `Message` are required; 4.0 calls them deprecated. */
export const obie31: Dialect = row({
  name: 'obie-3.1',
  codes: NAMED,
  signing: [OBIE_314, OBIE_313],
  head: (refusal) => ({
    Code: `${STATUSES[refusal]} ${phraseOf(refusal).replaceAll(' ', '')}`,
    Message: SENTENCE[refusal],
  }),
})

function phraseOf(refusal: Refusal): string {
  return STATUSES[refusal] === 400 ? PHRASE.malformed : PHRASE[refusal]
}
