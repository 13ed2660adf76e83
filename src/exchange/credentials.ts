/** Finds what a body claims about its sender, in the places that its route names. */
import type { ContentProblem, Credentials, FieldPlaces } from '../evidence.ts'
import { isFieldOf } from '../lib/field-name.ts'
import type { FormField } from '../lib/form.ts'
import type { JsonValue } from '../lib/json.ts'
import { parsePointer, resolvePointer } from '../lib/json-pointer.ts'
import { fail, type Outcome, pass } from '../lib/outcome.ts'

/** The text at one place, undefined when there is none, or why it cannot be told what is there. */
type Lookup = (place: string) => Outcome<string | undefined, ContentProblem>

/** ISO/IEC 7812-1: a primary account number has 12 to 19 digits. */
const CARD = /^\d{12,19}$/
const NOT_ASCII = /[^\x20-\x7e]/

export function isPointer(place: string): boolean {
  return place.startsWith('/')
}

export function credentialsInJson(
  document: JsonValue,
  places: FieldPlaces,
): Outcome<Credentials, ContentProblem> {
  return collect(places, (place) => {
    const tokens = isPointer(place) ? parsePointer(place) : undefined
    if (tokens === undefined) return pass(undefined)
    const found = resolvePointer(document, tokens)
    if (!found.ok) return fail('json_duplicate_member')
    switch (typeof found.value) {
      case 'string':
        return pass(found.value)
      case 'number':
        // 4111111111111111 and 4.111111111111111e15 are one card.
        return pass(String(found.value))
      case 'undefined':
        return pass(undefined)
      default:
        // ["alice"] and {"$ne": ""} are user names to an origin that converts or queries carelessly: not understood.
        return found.value === null ? pass(undefined) : fail('json_malformed')
    }
  })
}

/**
 * Names are compared as any server framework may bind them. A place that is filled twice is refused, because which of the
 * two counts differs from one framework to the next.
 */
export function credentialsInForm(
  fields: readonly FormField[],
  places: FieldPlaces,
): Outcome<Credentials, ContentProblem> {
  return collect(places, (place) => {
    if (isPointer(place)) return pass(undefined)
    const isPlace = isFieldOf(place)
    const found = fields.filter(([name]) => isPlace(name))
    return found.length > 1 ? fail('form_duplicate_field') : pass(found[0]?.[1])
  })
}

function collect(places: FieldPlaces, look: Lookup): Outcome<Credentials, ContentProblem> {
  const user = first(places.user, look)
  const password = first(places.password, look)
  const card = first(places.card, look)
  if (!user.ok) return user
  if (!password.ok) return password
  if (!card.ok) return card
  const userName = normaliseUser(user.value ?? '')
  const cardNumber = normaliseCard(card.value ?? '')
  return pass({
    ...(userName === '' ? {} : { user: userName }),
    ...(password.value === undefined || password.value === '' ? {} : { password: password.value }),
    ...(cardNumber === undefined ? {} : { card: cardNumber }),
  })
}

/** The first place that holds something. All are looked at: a second one must not be unreadable either. */
function first(places: readonly string[], look: Lookup): Outcome<string | undefined, ContentProblem> {
  let text: string | undefined
  for (const place of places) {
    const found = look(place)
    if (!found.ok) return found
    text ??= found.value
  }
  return pass(text)
}

/** One account, one name: banks compare user names without case, and full-width letters are not another person. */
export function normaliseUser(text: string): string {
  return compatible(text).trim().toLowerCase()
}

export function normaliseCard(text: string): string | undefined {
  const digits = compatible(text).replace(/[\s-]/g, '')
  return CARD.test(digits) ? digits : undefined
}

/** NFKC. It leaves ASCII as it is, which nearly every name is, and asking costs a tenth of the normalising. */
function compatible(text: string): string {
  return NOT_ASCII.test(text) ? text.normalize('NFKC') : text
}
