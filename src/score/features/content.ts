/** What the request carries. Append only: a model knows features by position. */
import { fieldIn } from '../../lib/header-fields.ts'
import { type Feature, flag, whereTold } from '../measures.ts'

/** HTML section 4.10.21.8: what a page's own form is sent as. */
const FORM = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/i

export const CONTENT_FEATURES = {
  /** A script of a page may have been kept for days; a form is on a page that was just fetched, but for a tab that was restored. */
  formSubmission: whereTold('content-type', ({ exchange }) =>
    flag(FORM.test(fieldIn(exchange.headers, 'content-type') ?? '')),
  ),
} as const satisfies Record<string, Feature>
