import { beforeAll, describe, expect, it } from 'vitest'
import { type CollectOptions, collect } from '../../../src/verify/trust/list/collect.ts'
import type { Pointer } from '../../../src/verify/trust/list/read-list.ts'
import type { Period } from '../../../src/verify/trust/types.ts'
import {
  additionalInformation,
  bytes,
  criteriaList,
  extension,
  forUses,
  identifier,
  type ListWish,
  listXml,
  makeSigner,
  NS,
  policySet,
  qualification,
  type ServiceWish,
  type Signer,
  sign,
} from './make-list.ts'

let signer: Signer
let authority: Signer
beforeAll(async () => {
  ;[signer, authority] = await Promise.all([makeSigner('Invented state'), makeSigner('Invented authority')])
})

const OPTIONS: CollectOptions = {
  uses: ['web', 'seal', 'signature'],
  former: undefined,
  hadAnchors: false,
  now: Date.parse('2026-11-21T00:00:00Z'),
}

async function taken(
  wish: Partial<ListWish>,
  options: Partial<CollectOptions> = {},
  pointer: Partial<Pointer> = {},
) {
  const text = await sign(listXml({ territory: 'XA', ...wish }), signer)
  const here = {
    territory: 'XA',
    type: 'EUgeneric',
    url: 'https://xa.example/',
    signers: [signer.certificate],
  }
  return collect(bytes(text), { ...here, ...pointer }, { ...OPTIONS, ...options })
}

async function periods(service: Partial<ServiceWish>): Promise<readonly Period[] | readonly string[]> {
  const list = await taken({ services: [{ certificates: [authority.certificate.der], ...service }] })
  if (!list.ok) return [list.reason]
  return list.value.anchors[0]?.periods ?? list.value.leftOut
}

const time = (text: string) => Date.parse(`${text}T00:00:00Z`)

describe('the history of a service', () => {
  it('becomes stretches without gaps, the oldest first', async () => {
    const read = await periods({
      status: 'withdrawn',
      from: '2024-01-01T00:00:00Z',
      extensions: forUses('ForeSeals'),
      history: [
        { status: 'granted', from: '2020-01-01T00:00:00Z', extensions: forUses('ForWebSiteAuthentication') },
        {
          status: 'accredited',
          from: '2012-01-01T00:00:00Z',
          extensions: forUses('ForWebSiteAuthentication'),
        },
      ],
    })
    expect(read).toMatchObject([
      { status: 'accredited', from: time('2012-01-01'), until: time('2020-01-01'), uses: ['signature'] },
      { status: 'granted', from: time('2020-01-01'), until: time('2024-01-01'), uses: ['web'] },
      { status: 'withdrawn', from: time('2024-01-01'), until: undefined },
    ])
  })

  it('takes the newer of two statements that begin together, and none that contradicts their order', async () => {
    const read = await periods({
      from: '2020-01-01T00:00:00Z',
      history: [
        { status: 'withdrawn', from: '2020-01-01T00:00:00Z' },
        { status: 'withdrawn', from: '2022-01-01T00:00:00Z' },
        { status: 'granted', from: '2018-01-01T00:00:00Z' },
      ],
    })
    expect(read).toMatchObject([
      { from: time('2018-01-01') },
      { status: 'granted', from: time('2020-01-01') },
    ])
  })

  it('is left out with a reason where a time cannot be read', async () => {
    expect(await periods({ from: '2020-01-01' })).toEqual(['Invented CA: history_malformed'])
  })

  it('gives status "unknown" to what no standard names, and to a name of somebody else’s', async () => {
    expect(await periods({ status: 'urn:fine' })).toMatchObject([{ status: 'unknown' }])
    const directive = 'http://uri.etsi.org/TrstSvc/eSigDir-1999-93-EC-TrustedList/Svcstatus/undersupervision'
    expect(await periods({ status: directive })).toMatchObject([{ status: 'undersupervision' }])
  })
})

describe('what a service is for', () => {
  it.each([
    ['website authentication', () => forUses('ForWebSiteAuthentication'), ['web']],
    ['seals and signatures', () => forUses('ForeSeals', 'ForeSignatures'), ['seal', 'signature']],
    ['nothing that is said: signatures', () => '', ['signature']],
    [
      'a national identifier: signatures',
      () => additionalInformation('https://xa.example/special'),
      ['signature'],
    ],
    [
      'a root of authorities for seals',
      () =>
        `${additionalInformation('http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/RootCA-QC')}${forUses('ForeSeals')}`,
      ['seal'],
    ],
  ])('%s', async (_what, extensions, uses) => {
    expect(await periods({ extensions: extensions() })).toMatchObject([{ uses, notUnderstood: undefined }])
  })

  it('leaves services of other types alone, and those without a certificate with a reason', async () => {
    expect(await periods({ type: 'http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST' })).toEqual([])
    expect(await periods({ certificates: [] })).toEqual(['Invented CA: no_certificate'])
    expect(await periods({ certificates: [Uint8Array.of(1, 2, 3)] })).toEqual([
      'Invented CA: certificate_not_der',
    ])
  })

  it('keeps the services of the uses that are asked for', async () => {
    const services = [{ certificates: [authority.certificate.der], extensions: forUses('ForeSignatures') }]
    const list = await taken({ services }, { uses: ['web', 'seal'] })
    expect(list.ok && list.value.anchors).toEqual([])
  })
})

describe('extensions that are not understood', () => {
  const unknown = '<x:Unknown xmlns:x="urn:x"></x:Unknown>'
  it.each([
    ['critical and unknown: the stretch grants nothing', () => extension(unknown), 'Unknown'],
    ['unknown and not critical: nothing is lost', () => extension(unknown, false), undefined],
    [
      'TakenOverBy, which changes no path',
      () => extension(`<more:TakenOverBy xmlns:more="${NS.more}"></more:TakenOverBy>`),
      undefined,
    ],
    [
      'ExpiredCertsRevocationInfo',
      () => extension('<ExpiredCertsRevocationInfo>2016-01-01T00:00:00Z</ExpiredCertsRevocationInfo>'),
      undefined,
    ],
    ['two things in one extension', () => extension(`${unknown}${unknown}`), 'an extension of another shape'],
    [
      'an unknown qualifier',
      () => qualification(['QCForSomethingNew'], criteriaList('all', policySet('1.2.3'))),
      'Qualifications',
    ],
    [
      'an unknown criterion',
      () => qualification(['NotQualified'], criteriaList('all', '<sie:Moon></sie:Moon>')),
      'Qualifications',
    ],
    ['no criterion at all', () => qualification(['NotQualified'], criteriaList('none')), 'Qualifications'],
    [
      'an unknown assertion',
      () => qualification(['NotQualified'], criteriaList('some', policySet('1.2.3'))),
      'Qualifications',
    ],
    [
      'a policy that is no identifier',
      () => qualification(['NotQualified'], criteriaList('all', policySet('1.2.x'))),
      'Qualifications',
    ],
    [
      'criteria of a qualifier that is about keys alone',
      () => qualification(['QCWithQSCD'], criteriaList('all', '<sie:Moon></sie:Moon>')),
      undefined,
    ],
  ])('%s', async (_what, extensions, notUnderstood) => {
    const read = await periods({ extensions: `${forUses('ForeSeals')}${extensions()}` })
    expect(read).toMatchObject([{ uses: ['seal'], notUnderstood }])
  })
})

describe('criteria', () => {
  it('are read with all that the standard has, nested', async () => {
    const other = [
      `<more:ExtendedKeyUsage xmlns:more="${NS.more}"><more:KeyPurposeId>${identifier('1.3.6.1.5.5.7.3.2')}</more:KeyPurposeId></more:ExtendedKeyUsage>`,
      `<more:CertSubjectDNAttribute xmlns:more="${NS.more}"><more:AttributeOID>${identifier('urn:oid:2.5.4.97')}</more:AttributeOID></more:CertSubjectDNAttribute>`,
    ].join('')
    const keyUsage =
      '<sie:KeyUsage><sie:KeyUsageBit name="nonRepudiation">true</sie:KeyUsageBit><sie:KeyUsageBit name="crlSign">false</sie:KeyUsageBit></sie:KeyUsage>'
    const criteria = criteriaList(
      'all',
      keyUsage,
      policySet('1.2.3', '1.2.4'),
      criteriaList('none', policySet('1.2.5')),
      `<sie:otherCriteriaList>${other}</sie:otherCriteriaList>`,
      '<sie:Description>for people</sie:Description>',
    )
    const read = await periods({
      extensions: `${forUses('ForeSeals')}${qualification(['NotQualified', 'QCWithQSCD'], criteria)}`,
    })
    expect(read).toMatchObject([{ notUnderstood: undefined }])
    expect(read[0]).toHaveProperty('qualifications', [
      {
        qualifiers: ['NotQualified'],
        criteria: {
          kind: 'criteria',
          assert: 'all',
          of: [
            {
              kind: 'keyUsage',
              bits: [
                ['nonRepudiation', true],
                ['cRLSign', false],
              ],
            },
            { kind: 'policies', all: ['1.2.3', '1.2.4'] },
            { kind: 'criteria', assert: 'none', of: [{ kind: 'policies', all: ['1.2.5'] }] },
            { kind: 'extendedKeyUsage', all: ['1.3.6.1.5.5.7.3.2'] },
            { kind: 'subjectAttributes', all: ['2.5.4.97'] },
          ],
        },
      },
    ])
  })
})

describe('a list as it is taken in', () => {
  const former = {
    kind: 'qualified',
    territory: 'XA',
    url: '',
    sequence: 5,
    issued: 0,
    nextUpdate: 0,
    sha256: '',
  } as const
  it('is refused for another territory, without signers, and when nothing came', async () => {
    expect(await taken({ territory: 'XB' })).toEqual({ ok: false, reason: 'list_other_territory' })
    expect(await taken({}, {}, { signers: [] })).toEqual({ ok: false, reason: 'list_without_signers' })
    const pointer = { territory: 'XA', type: 'EUgeneric', url: '', signers: [signer.certificate] }
    expect(collect(undefined, pointer, OPTIONS)).toEqual({ ok: false, reason: 'list_unreachable' })
  })

  it('is refused when its number goes backwards, and taken again when it is the same', async () => {
    expect(await taken({ sequence: 4 }, { former })).toEqual({ ok: false, reason: 'list_sequence_backwards' })
    expect(await taken({ sequence: 5 }, { former })).toMatchObject({ ok: true })
  })

  it('is refused when it has lost everything that the former one had', async () => {
    expect(await taken({ sequence: 6 }, { former, hadAnchors: true })).toEqual({
      ok: false,
      reason: 'list_emptied',
    })
  })

  it('is taken when it is past its next update, and said to be', async () => {
    expect(await taken({ nextUpdate: '2026-11-20T00:00:00Z' })).toMatchObject({
      ok: true,
      value: { expired: true },
    })
    expect(await taken({ nextUpdate: '2026-11-22T00:00:00Z' })).toMatchObject({ value: { expired: false } })
    expect(await taken({ nextUpdate: '' })).toMatchObject({ value: { expired: false } })
  })
})
