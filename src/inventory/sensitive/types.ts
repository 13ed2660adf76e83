/** What the scanner finds: kinds of data and where they stand, never the data. Types only. */

export type DataClass =
  | 'pan'
  | 'iban'
  | 'uk_account' // sort code and account number
  | 'bic'
  | 'email'
  | 'phone'
  | 'jwt'
  | 'api_key'
  | 'private_key'
  | NationalId

export type NationalId =
  | 'uk_nino'
  | 'us_ssn'
  | 'de_tax_id'
  | 'es_dni'
  | 'it_codice_fiscale'
  | 'fr_insee'
  | 'pl_pesel'
  | 'nl_bsn'
  | 'be_national_number'
  | 'se_personnummer'
  | 'fi_hetu'
  | 'ie_pps'
  | 'pt_nif'
  | 'ro_cnp'

export type DataPlace = 'path' | 'query' | 'request_body' | 'response_body'

/**
 * `expected`: the specification says that such data stands there, and the consent does not rule it out. `unpermitted`:
 * it is expected, and the consent does not cover it. `unexpected`: the specification says something else. `unknown`:
 * there is no specification to ask.
 */
export type DataStanding = 'expected' | 'unexpected' | 'unpermitted' | 'unknown'

export interface DataFinding {
  readonly class: DataClass
  readonly place: DataPlace
  /** JSON pointer in which indexes and undeclared names are `*`; a parameter's name in a query; `''` where there is none. */
  readonly pointer: string
  readonly standing: DataStanding
  /** The hop had no TLS. */
  readonly plaintext: boolean
  readonly count: number
  /** Values at the same place that look alike and fail the check digits. */
  readonly near: number
}
