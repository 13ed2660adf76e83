/** The shape of what third parties may do: how often consents are used while the customer is away, and quotas (docs/tuning.md). */
import * as v from 'valibot'

const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max))

/** 0 counts none. More than a thousand a day of one resource are no limit. */
export const accessesPerDay = whole(0, 1_000)

/** By organizationIdentifier (TS 119 495 section 5.2.1), or `*` for all that have none of their own. */
const organisation = v.pipe(v.string(), v.minLength(1), v.maxLength(128))

export const quotas = v.pipe(
  v.array(v.strictObject({ organisation, requests: whole(1, 1_000_000_000), seconds: whole(1, 2_678_400) })),
  v.maxLength(1_000),
)

const timeZone = v.pipe(v.string(), v.maxLength(64), v.check(isTimeZone, 'an IANA time zone: Europe/Berlin'))

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** As banks name the next page of an answer. One that is missing here makes an access of every page. */
const PAGES = (
  'page pageid pagekey pagenumber page_number page-number pagetoken page_token nextpage nextpagekey nextpagetoken ' +
  'offset cursor continuationkey continuation_key continuationtoken startingafter starting_after after start startindex'
).split(' ')

const parameter = v.pipe(v.string(), v.minLength(1), v.maxLength(64), v.toLowerCase())

export const consents = v.strictObject({
  perDay: v.optional(accessesPerDay, 4),
  period: v.optional(v.picklist(['day', 'rolling']), 'day'),
  timeZone: v.optional(timeZone, 'UTC'),
  pageParameters: v.optional(v.pipe(v.array(parameter), v.maxLength(64)), PAGES),
  // As UK Open Banking's security profile calls it.
  tokenClaim: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(64)), 'openbanking_intent_id'),
  pagesPerAccess: v.optional(whole(1, 100_000), 200),
  accepted: v.optional(v.picklist(['up_to_limit', 'agreed']), 'up_to_limit'),
  implausiblePresence: v.optional(v.picklist(['attended', 'unattended']), 'attended'),
})
