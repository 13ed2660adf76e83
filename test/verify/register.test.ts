import { describe, expect, it } from 'vitest'
import { parseBlockList } from '../../src/verify/block-list.ts'
import { parseRegister } from '../../src/verify/register.ts'

const ENTRY = { id: 'PSDGB-FCA-765432', status: 'authorised' }

function register(document: unknown) {
  return parseRegister(typeof document === 'string' ? document : JSON.stringify(document, undefined, 1))
}

describe('parseRegister()', () => {
  it('reads organisations with their standing and their roles', () => {
    const parsed = register({
      asOf: '2026-11-21T06:00:00Z',
      source: 'an invented extract',
      complete: true,
      organisations: [
        { ...ENTRY, roles: ['PSP_AI'], note: 'x' },
        { id: 'PSDDE-BAFIN-1', status: 'withdrawn' },
      ],
    })
    expect(parsed).toEqual({
      ok: true,
      value: {
        asOf: Date.UTC(2026, 10, 21, 6),
        complete: true,
        organisations: new Map([
          ['PSDGB-FCA-765432', { status: 'authorised', roles: ['PSP_AI'] }],
          ['PSDDE-BAFIN-1', { status: 'withdrawn', roles: undefined }],
        ]),
      },
    })
  })

  const asOf = '2026-11-21T06:00:00Z'
  it.each<[string, unknown, string]>([
    ['no time', { organisations: [] }, 'line 1: nothing, allowed is a time such as 2026-11-21T06:00:00Z'],
    ['a local time', { asOf: '2026-11-21 06:00' }, 'allowed is a time'],
    ['a misspelt member', { asOf, organisation: [] }, 'allowed is asOf, complete, source, organisations'],
    [
      'an unknown status',
      { asOf, organisations: [{ ...ENTRY, status: 'Withdrawn' }] },
      'allowed is authorised or withdrawn',
    ],
    [
      'an unknown role',
      { asOf, organisations: [{ ...ENTRY, roles: ['AISP'] }] },
      'allowed is a list of PSP_AS',
    ],
    ['a role twice', { asOf, organisations: [{ ...ENTRY, roles: ['PSP_AI', 'PSP_AI'] }] }, 'each once'],
    ['an organisation twice', { asOf, organisations: [ENTRY, ENTRY] }, 'each organisation once'],
    ['no organisation', { asOf, organisations: [{ status: 'withdrawn' }] }, 'an organizationIdentifier'],
    ['no object', '[]', 'allowed is an object'],
    ['two members of one name', `{"asOf":"${asOf}","asOf":"${asOf}"}`, 'duplicate_member'],
    ['a megabyte and more', `"${'x'.repeat(1_048_577)}"`, 'too_large'],
  ])('refuses %s, whole, and says where', (_what, document, mistake) => {
    const parsed = register(document)
    expect(parsed.ok).toBe(false)
    if (!parsed.ok) expect(parsed.mistakes.join('\n')).toContain(mistake)
  })
})

describe('parseBlockList()', () => {
  it('reads thumbprints as tools print them', () => {
    const hex = 'ab'.repeat(32)
    const colons = hex.toUpperCase().replace(/..(?=.)/g, '$&:')
    const parsed = parseBlockList(
      JSON.stringify({ blocked: [{ thumbprint: colons }, { issuer: hex, note: 'x' }] }),
    )
    expect(parsed.ok && [...parsed.value.thumbprints, ...parsed.value.issuers]).toEqual([hex, hex])
  })

  it.each([
    [{ blocked: [{ thumbprint: 'abc' }] }, 'a SHA-256 thumbprint'],
    [{ blocked: [{ organization: 'PSDGB-FCA-1' }] }, 'allowed is organisation, thumbprint, issuer, note'],
    [{ blocked: [{ organisation: 'a', issuer: 'b' }] }, 'one of organisation, thumbprint, issuer'],
    [{ blocked: [{ organisation: '' }] }, 'text of at most'],
    [{ blocked: {} }, 'a list of at most'],
    [{ blocks: [] }, 'allowed is blocked'],
  ])('refuses %j, whole', (document, mistake) => {
    const parsed = parseBlockList(JSON.stringify(document))
    expect(parsed.ok).toBe(false)
    if (!parsed.ok) expect(parsed.mistakes.join('\n')).toContain(mistake)
  })

  it('an empty list blocks nobody', () => {
    expect(parseBlockList('{"blocked":[]}').ok).toBe(true)
  })
})
