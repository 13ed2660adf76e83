/**
 * The register port: an extract of a public register (EBA, a national authority, the OBIE directory) as a document in
 * KV. A certificate says what was true when it was issued; the register says what is true today, and can withdraw an
 * organisation at once.
 *
 *   { "asOf": "2026-11-21T06:00:00Z", "complete": false,
 *     "organisations": [{ "id": "PSDGB-FCA-765432", "status": "authorised", "roles": ["PSP_AI"] },
 *                       { "id": "PSDDE-BAFIN-104114", "status": "withdrawn", "note": "since Monday" }] }
 *
 * `roles` are then the organisation's, whatever its certificate says: they add and they take away. Without them the
 * certificate's hold. `complete` says that whoever is not on it is in no register.
 */
import type { Registration, TppRole } from '../evidence.ts'
import { ABSENT, type Fact, invalid, unavailable, valid } from '../lib/fact.ts'
import type { Kept } from '../lists.ts'
import {
  type Complain,
  entriesOf,
  type Members,
  type ParsedFile,
  readOperatorFile,
  refuseOthers,
} from './operator-file.ts'

export interface Register {
  /** Milliseconds since the epoch at which the extract was drawn up. */
  readonly asOf: number
  readonly complete: boolean
  readonly organisations: ReadonlyMap<string, Entry>
}

interface Entry {
  readonly status: 'authorised' | 'withdrawn'
  readonly roles: readonly TppRole[] | undefined
}

export type RegistrationFact = Fact<Registration, 'organisation_withdrawn', 'register_unavailable'>

/** Some eight thousand organisations, of which the EU had a few hundred third parties in 2026. */
const LIMITS = { maxLength: 1_048_576, maxDepth: 4 }
const MAX_ENTRIES = 20_000
const MAX_ID = 128
const ROLES: readonly TppRole[] = ['PSP_AS', 'PSP_PI', 'PSP_AI', 'PSP_IC']

export const NO_REGISTER: Register = { asOf: 0, complete: false, organisations: new Map() }

export function parseRegister(text: string): ParsedFile<Register> {
  return readOperatorFile(text, LIMITS, (document, complain) => {
    refuseOthers(document, ['asOf', 'complete', 'source', 'organisations'], [], complain)
    const limits = { maxEntries: MAX_ENTRIES, members: ['id', 'status', 'roles', 'note'] }
    const organisations = new Map<string, Entry>()
    for (const [at, entry] of entriesOf(document, 'organisations', limits, complain)) {
      const path = ['organisations', at]
      const id = readId(entry, path, complain)
      if (organisations.has(id)) complain([...path, 'id'], id, 'each organisation once')
      organisations.set(id, {
        status: readStatus(entry, path, complain),
        roles: readRoles(entry, path, complain),
      })
    }
    return { asOf: readTime(document, complain), complete: readComplete(document, complain), organisations }
  })
}

function readTime({ asOf }: Members, complain: Complain): number {
  const time =
    typeof asOf === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(asOf) ? Date.parse(asOf) : Number.NaN
  if (Number.isNaN(time)) complain(['asOf'], asOf, 'a time such as 2026-11-21T06:00:00Z')
  return time
}

function readComplete({ complete = false }: Members, complain: Complain): boolean {
  if (typeof complete !== 'boolean') complain(['complete'], complete, 'true or false')
  return complete === true
}

function readId({ id }: Members, path: readonly string[], complain: Complain): string {
  if (typeof id === 'string' && id !== '' && id.length <= MAX_ID) return id
  complain([...path, 'id'], id, 'an organizationIdentifier such as PSDGB-FCA-765432')
  return ''
}

function readStatus({ status }: Members, path: readonly string[], complain: Complain): Entry['status'] {
  if (status === 'authorised' || status === 'withdrawn') return status
  complain([...path, 'status'], status, 'authorised or withdrawn')
  return 'withdrawn'
}

function readRoles({ roles }: Members, path: readonly string[], complain: Complain): Entry['roles'] {
  if (roles === undefined) return undefined
  const given: readonly unknown[] = Array.isArray(roles) ? roles : [roles]
  const read = ROLES.filter((role) => given.includes(role))
  if (!Array.isArray(roles) || read.length !== given.length) {
    complain([...path, 'roles'], roles, `a list of ${ROLES.join(', ')}, each once`)
  }
  return read
}

/**
 * What the register says of an organisation. Identifiers are compared as they stand: two that differ in case are two.
 *
 * @param now milliseconds since the epoch
 */
export function registrationOf(
  organisation: string,
  { value, exists, readAt }: Kept<Register>,
  now: number,
): RegistrationFact {
  if (!exists) return readAt === undefined ? unavailable('register_unavailable') : ABSENT
  const entry = value.organisations.get(organisation)
  const age = Math.max(0, now - value.asOf)
  if (entry === undefined) {
    return value.complete ? valid({ status: 'unlisted', roles: undefined, age }) : ABSENT
  }
  if (entry.status === 'withdrawn') return invalid('organisation_withdrawn')
  return valid({ status: 'authorised', roles: entry.roles, age })
}
