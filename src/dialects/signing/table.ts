import { BERLIN_GROUP, BERLIN_GROUP_JADES } from './berlin-group.ts'
import { FAPI_2, RFC_9421 } from './message.ts'
import { OBIE_40, OBIE_313, OBIE_314 } from './obie.ts'
import { POLISH_API } from './polish-api.ts'
import type { SigningProfile } from './profile.ts'
import { STET } from './stet.ts'

/** Every profile, by name. */
export const SIGNING: Readonly<Record<string, SigningProfile>> = Object.fromEntries(
  [
    ...[OBIE_40, OBIE_314, OBIE_313, BERLIN_GROUP, BERLIN_GROUP_JADES],
    ...[STET, POLISH_API, FAPI_2, RFC_9421],
  ].map((profile) => [profile.name, profile]),
)
