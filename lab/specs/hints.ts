/** What kind of data a name, a format or `x-data-class` promises. */
import type { DataHint } from '../../src/inventory/types.ts'
import { isNode, text } from './nodes.ts'

/** Names in lower case, letters and digits alone; the first row that fits. */
const NAMES: readonly (readonly [DataHint, RegExp])[] = [
  ['iban', /^(?:.*)iban$/],
  ['pan', /^(?:masked)?pan$|^(?:primary)?cardnumber$|^primaryaccountnumber$/],
  ['bic', /^(?:.*)bic(?:fi)?$|^swift(?:code)?$/],
  ['sort_code', /^sortcode$/],
  [
    'account_number',
    /^(?:.*)account(?:number|no|id|identification)$|^bban$|^identification$|^secondaryidentification$/,
  ],
  [
    'national_id',
    /^(?:ssn|nino|nationalid.*|nationalinsurance.*|passport.*|taxid|taxnumber|personalnumber)$/,
  ],
  ['birth_date', /^(?:dateofbirth|birthdate|dob|birthday)$/],
  ['email', /^(?:.*)e?mail(?:address)?$/],
  ['phone', /^(?:.*)(?:phone|mobile|telephone|msisdn)(?:number|no)?$/],
  [
    'credential',
    /^(?:password|passcode|passphrase|pin|otp|secret|clientsecret|apikey|accesstoken|refreshtoken|token)$/,
  ],
  ['balance', /^(?:.*)balance(?:amount)?s?$/],
  ['transaction', /^transactions?$|^transaction(?:information|amount)$/],
  [
    'address',
    /^(?:.*)address(?:line)?\d?$|^street(?:name|address)?$|^postcode$|^postalcode$|^zip(?:code)?$|^townname$|^buildingnumber$/,
  ],
  [
    'name',
    /^(?:first|last|middle|given|family|full|sur|maiden|holder|owner|accountholder|debtor|creditor|party|beneficiary)names?$/,
  ],
]

const HINTS: ReadonlySet<string> = new Set([...NAMES.map(([hint]) => hint), 'national_id'])

const FORMATS: Readonly<Record<string, DataHint>> = { email: 'email', password: 'credential' }

export function hintFor(name: string, schema: unknown): DataHint | undefined {
  const node = isNode(schema) ? schema : {}
  const said = text(node['x-data-class'])
  // Checked against the list that the type has.
  if (said !== undefined && HINTS.has(said)) return said as DataHint
  const format = text(node.format)
  if (format !== undefined && Object.hasOwn(FORMATS, format)) return FORMATS[format]
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '')
  return NAMES.find(([, pattern]) => pattern.test(plain))?.[0]
}
