import { beforeAll, describe, expect, it } from 'vitest'
import { EIDAS, grantedAt } from '../../../src/verify/trust/granted.ts'
import type { AnchorUse, Criterion, Period, Service } from '../../../src/verify/trust/types.ts'
import type { Certificate } from '../../../src/verify/x509/types.ts'
import { makeSigner } from './make-list.ts'

const time = (text: string) => Date.parse(`${text}T00:00:00Z`)
let leaf: Certificate
beforeAll(async () => {
  const { certificate } = await makeSigner('Leaf')
  leaf = {
    ...certificate,
    notBefore: time('2026-01-01'),
    policies: ['1.2.3'],
    keyUsage: new Set(['digitalSignature']),
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'],
  }
})

function period(wish: Partial<Period> = {}): Period {
  return {
    from: time('2020-01-01'),
    until: undefined,
    status: 'granted',
    uses: ['web'],
    qualifications: [],
    notUnderstood: undefined,
    ...wish,
  }
}

function service(...periods: readonly Period[]): Service {
  return { kind: 'qualified', territory: 'XA', provider: 'Invented Trust Ltd', name: 'Invented CA', periods }
}

function granted(
  services: readonly Service[],
  use: AnchorUse = 'web',
  certificate: Partial<Certificate> = {},
) {
  const fact = grantedAt({ services }, { ...leaf, ...certificate }, use)
  return fact.state === 'invalid' ? fact.reason : fact
}

const policies = (...all: readonly string[]): Criterion => ({ kind: 'policies', all })

describe('a service that was granted when the certificate was issued', () => {
  it('grants it, and tells the stretch', () => {
    const one = service(period())
    expect(granted([one])).toMatchObject({
      value: { service: one, withdrawnSince: undefined, qualifiedByList: false },
    })
  })

  it('grants it when it was withdrawn since, and tells since when', () => {
    const withdrawn = time('2026-06-01')
    const one = service(period({ until: withdrawn }), period({ from: withdrawn, status: 'withdrawn' }))
    expect(granted([one])).toMatchObject({ state: 'valid', value: { withdrawnSince: withdrawn } })
    const again = service(
      period({ until: withdrawn }),
      period({ from: withdrawn, until: time('2026-07-01'), status: 'withdrawn' }),
      period({ from: time('2026-07-01') }),
    )
    expect(granted([again])).toMatchObject({ state: 'valid', value: { withdrawnSince: undefined } })
  })

  it('prefers, of two services of one authority, the one that is still granted', () => {
    const old = service(
      period({ until: time('2026-06-01') }),
      period({ from: time('2026-06-01'), status: 'withdrawn' }),
    )
    const current = service(period())
    expect(granted([old, current])).toMatchObject({ value: { service: current } })
  })
})

describe('a certificate that no service grants', () => {
  it.each([
    ['issued before the service was listed', [period({ from: time('2026-02-01') })]],
    [
      'issued while it was withdrawn',
      [period({ until: time('2025-12-01') }), period({ from: time('2025-12-01'), status: 'withdrawn' })],
    ],
    ['a status that nobody knows', [period({ status: 'unknown' })]],
    ['a status of the Directive under the Regulation', [period({ status: 'accredited' })]],
    ['a national status', [period({ status: 'recognisedatnationallevel' })]],
    ['no history at all', []],
  ])('is refused: %s', (_what, periods) => {
    expect(granted([service(...periods)])).toBe('service_not_granted')
  })

  it('is refused for another use, and for one that the list does not understand', () => {
    expect(granted([service(period({ uses: ['seal', 'signature'] }))])).toBe('service_other_use')
    expect(granted([service(period({ notUnderstood: 'Unknown' }))])).toBe('service_not_understood')
  })

  it('begins and ends to the millisecond', () => {
    const one = service(period({ from: 1000 + EIDAS, until: 2000 + EIDAS }))
    expect(granted([one], 'web', { notBefore: EIDAS + 1000 })).toMatchObject({ state: 'valid' })
    expect(granted([one], 'web', { notBefore: EIDAS + 999 })).toBe('service_not_granted')
    expect(granted([one], 'web', { notBefore: EIDAS + 2000 })).toBe('service_not_granted')
  })
})

describe('statuses of the Directive (TS 119 612 annex J)', () => {
  const legacy = (status: string) => service(period({ status, from: 0, uses: ['signature'] }))
  it.each(['undersupervision', 'supervisionincessation', 'accredited'])(
    '%s grants until July 2016',
    (status) => {
      expect(granted([legacy(status)], 'signature', { notBefore: EIDAS - 1 })).toMatchObject({
        state: 'valid',
        value: { withdrawnSince: EIDAS },
      })
      expect(granted([legacy(status)], 'signature', { notBefore: EIDAS })).toBe('service_not_granted')
    },
  )
  it.each(['supervisionceased', 'supervisionrevoked', 'accreditationrevoked'])(
    '%s grants never',
    (status) => {
      expect(granted([legacy(status)], 'signature', { notBefore: EIDAS - 1 })).toBe('service_not_granted')
    },
  )
})

describe('qualifiers', () => {
  const qualified = (
    qualifiers: readonly string[],
    criteria: Criterion,
    uses: readonly AnchorUse[] = ['web'],
  ) => service(period({ uses, qualifications: [{ qualifiers, criteria }] }))

  it('apply to the certificates that meet their criteria and to no others', () => {
    expect(granted([qualified(['NotQualified'], policies('1.2.3'))])).toBe('certificate_not_qualified')
    expect(granted([qualified(['NotQualified'], policies('1.2.4'))])).toMatchObject({
      value: { qualifiers: [] },
    })
  })

  it('say that a certificate is qualified although it does not say so itself', () => {
    const one = qualified(['QCStatement'], policies('1.2.3'))
    expect(granted([one])).toMatchObject({ value: { qualifiedByList: true, qualifiers: ['QCStatement'] } })
  })

  it('override what a certificate is for', () => {
    const seal = qualified(['QCForESeal'], policies('1.2.3'), ['web', 'seal'])
    expect(granted([seal], 'seal')).toMatchObject({ state: 'valid' })
    expect(granted([seal], 'web')).toBe('service_other_use')
    expect(granted([qualified(['QCForWSA'], policies('1.2.3'))], 'web')).toMatchObject({ state: 'valid' })
  })

  it('are refused when they contradict each other', () => {
    expect(granted([qualified(['QCForWSA', 'QCForESeal'], policies('1.2.3'))])).toBe('service_contradicts')
    expect(granted([qualified(['NotQualified', 'QCStatement'], policies('1.2.3'))])).toBe(
      'service_contradicts',
    )
  })

  it('are refused when two services for one use contradict each other, and not when they are for two', () => {
    const no = qualified(['NotQualified'], policies('1.2.3'))
    expect(granted([service(period()), no])).toBe('service_contradicts')
    // One authority, listed once for signatures and once for seals, as a real list of 2020 has it.
    const signatures = qualified(
      ['NotQualified'],
      { kind: 'criteria', assert: 'none', of: [policies('1.2.9')] },
      ['signature'],
    )
    const seals = qualified(['NotQualified'], { kind: 'criteria', assert: 'none', of: [policies('1.2.3')] }, [
      'seal',
    ])
    expect(granted([signatures, seals], 'seal')).toMatchObject({ value: { service: seals } })
    expect(granted([signatures, seals], 'signature')).toBe('certificate_not_qualified')
  })

  it('do not reach what the bank trusts by its own hand', () => {
    const own: Service = { ...service(period()), kind: 'own', territory: undefined }
    expect(granted([own, qualified(['NotQualified'], policies('1.2.3'))])).toMatchObject({
      value: { service: own },
    })
  })
})

describe('criteria', () => {
  const web = '1.3.6.1.5.5.7.3.2'
  const CASES: readonly (readonly [
    what: string,
    criteria: Criterion,
    met: boolean,
    change?: Partial<Certificate>,
  ])[] = [
    ['all policies', policies('1.2.3'), true],
    ['not one of two policies', policies('1.2.3', '1.2.4'), false],
    ['no policies in the certificate', policies('1.2.3'), false, { policies: [] }],
    ['a key usage bit that is set', { kind: 'keyUsage', bits: [['digitalSignature', true]] }, true],
    ['a key usage bit that is not', { kind: 'keyUsage', bits: [['nonRepudiation', false]] }, true],
    ['a key usage bit that should be', { kind: 'keyUsage', bits: [['nonRepudiation', true]] }, false],
    [
      'no key usage: nothing is asserted',
      { kind: 'keyUsage', bits: [['nonRepudiation', false]] },
      false,
      { keyUsage: undefined },
    ],
    ['a purpose', { kind: 'extendedKeyUsage', all: [web] }, true],
    ['no purposes', { kind: 'extendedKeyUsage', all: [web] }, false, { extendedKeyUsage: undefined }],
    ['an attribute of the subject', { kind: 'subjectAttributes', all: ['2.5.4.3'] }, true],
    ['an attribute that it lacks', { kind: 'subjectAttributes', all: ['2.5.4.97'] }, false],
    ['all of two', { kind: 'criteria', assert: 'all', of: [policies('1.2.3'), policies('1.2.4')] }, false],
    [
      'at least one of two',
      { kind: 'criteria', assert: 'atLeastOne', of: [policies('1.2.3'), policies('1.2.4')] },
      true,
    ],
    ['none of two', { kind: 'criteria', assert: 'none', of: [policies('1.2.5'), policies('1.2.4')] }, true],
  ]
  const each = CASES.map(([what, criteria, met, change = {}]) => ({ what, criteria, met, change }))
  it.each(each)('$what', ({ criteria, met, change }) => {
    const one = service(period({ qualifications: [{ qualifiers: ['NotQualified'], criteria }] }))
    expect(granted([one], 'web', change) === 'certificate_not_qualified').toBe(met)
  })
})
