import { describe, expect, it } from 'vitest'
import {
  isAuthorizationNumber,
  judgeLegalPerson,
  readOrganisationId,
} from '../../../src/verify/psd2/organisation.ts'

describe('readOrganisationId()', () => {
  const forms: readonly (readonly [
    text: string,
    scheme: string,
    country: string | undefined,
    authority: string | undefined,
    reference: string | undefined,
  ])[] = [
    ['PSDDE-BAFIN-104114', 'PSD', 'DE', 'BAFIN', '104114'],
    ['PSDFI-FINFSA-2858394-9', 'PSD', 'FI', 'FINFSA', '2858394-9'],
    ['PSDGB-OB-Unknown0015800001HQQrZAAX', 'PSD', 'GB', 'OB', 'Unknown0015800001HQQrZAAX'],
    ['PSDPL-PFSA-IP27/2014', 'PSD', 'PL', 'PFSA', 'IP27/2014'],
    ['PSDGB-FCA', 'PSD', 'GB', undefined, 'FCA'],
    ['NTRDE-HRB74346', 'NTR', 'DE', undefined, 'HRB74346'],
    ['NTRGB-12-34', 'NTR', 'GB', undefined, '12-34'],
    ['VATEL-099755108', 'VAT', 'EL', undefined, '099755108'],
    ['LEIXG-5493001KJTIIGC8Y1R12', 'LEI', 'XG', undefined, '5493001KJTIIGC8Y1R12'],
    ['XX:GR-18050', 'national', 'GR', undefined, '18050'],
    ['PADFR-ACPR-30748', 'other', 'FR', undefined, 'ACPR-30748'],
    ['constructorXX-1', 'other', undefined, undefined, undefined],
    ['Invented Ltd', 'other', undefined, undefined, undefined],
  ]
  it.each(forms)(
    'takes %s apart at the first two hyphens alone',
    (text, scheme, country, authority, reference) => {
      expect(readOrganisationId(text)).toEqual({ text, scheme, country, authority, reference })
    },
  )
})

describe('isAuthorizationNumber()', () => {
  it.each([
    ['PSDGB-FCA-765432', true],
    ['PSDgb-FCA-765432', false],
    ['psdGB-FCA-765432', false],
    ['PSDGB-F-765432', false],
    ['PSDGB-ABCDEFGHI-765432', false],
    ['PSDGB-FCA-', false],
    ['PSDGB-FCA', false],
    ['VATGB-FCA-765432', false],
    ['x PSDGB-FCA-765432', false],
  ])('says of %s: %s', (text, expected) => {
    expect(isAuthorizationNumber(readOrganisationId(text))).toBe(expected)
  })
})

describe('judgeLegalPerson()', () => {
  const judged: readonly (readonly [text: string, ids: readonly string[]])[] = [
    ['PSDGB-FCA-1', []],
    ['NTREU-1', []],
    ['VATXI-1', []],
    ['NTREL-1', ['organization_id_invalid_country']],
    ['LEIGB-1', ['organization_id_invalid_country']],
    ['NTRUS+CA-1', ['organization_id_invalid_format']],
    ['NTR-1', ['organization_id_invalid_format']],
    ['XX:ZZ-1', ['organization_id_invalid_scheme']],
  ]
  it.each(judged)('says of %s: %j', (text, ids) => {
    expect(judgeLegalPerson(readOrganisationId(text)).map(({ id }) => id)).toEqual(ids)
  })
})
