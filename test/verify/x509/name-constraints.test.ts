import { beforeAll, describe, expect, it } from 'vitest'
import { type Budget, MAX_COMPARISONS, openBudget } from '../../../src/verify/x509/budget.ts'
import { findNameFault } from '../../../src/verify/x509/name-constraints.ts'
import type { Certificate, GeneralName, NameConstraints } from '../../../src/verify/x509/types.ts'
import { attribute, der, seq } from '../make-certificate.ts'
import { extension, ID, issue } from './authority.ts'

const dns = (text: string): GeneralName => ({ kind: 'dns', text })
const email = (text: string): GeneralName => ({ kind: 'email', text })
const uri = (text: string): GeneralName => ({ kind: 'uri', text })
const ip = (...bytes: readonly number[]): GeneralName => ({ kind: 'ip', bytes: Uint8Array.from(bytes) })
const other = (tag: number): GeneralName => ({ kind: 'other', tag, bytes: new Uint8Array() })

const permit = (...permitted: readonly GeneralName[]): NameConstraints => ({ permitted, excluded: [] })
const exclude = (...excluded: readonly GeneralName[]): NameConstraints => ({ permitted: [], excluded })

const [VIOLATED, UNSUPPORTED] = ['name_constraint_violated', 'name_constraint_unsupported'] as const

type Case = readonly [name: GeneralName, constraints: NameConstraints, expected: string | undefined]

const CASES: readonly Case[] = [
  [dns('a.example'), permit(dns('a.example')), undefined],
  [dns('b.a.example'), permit(dns('a.example')), undefined],
  [dns('ba.example'), permit(dns('a.example')), VIOLATED],
  [dns('A.EXAMPLE'), permit(dns('a.example')), undefined],
  [dns('a.example'), exclude(dns('')), VIOLATED],
  [dns('*.example'), permit(dns('example')), undefined],
  [dns('*.example'), permit(dns('a.example')), VIOLATED],
  [dns('*.example'), exclude(dns('a.example')), VIOLATED],
  [dns('*.example'), exclude(dns('b.a.example')), undefined],
  [dns('a.example'), permit(dns('.example')), UNSUPPORTED],
  [dns('a.example'), permit(dns('*.example')), UNSUPPORTED],
  [dns('a.example'), permit(ip(10, 0, 0, 0, 255, 0, 0, 0)), undefined],
  [ip(10, 1, 2, 3), permit(ip(10, 0, 0, 0, 255, 0, 0, 0)), undefined],
  [ip(11, 1, 2, 3), permit(ip(10, 0, 0, 0, 255, 0, 0, 0)), VIOLATED],
  [ip(10, 1, 2, 3), exclude(ip(10, 0, 0, 0, 255, 0, 0, 0)), VIOLATED],
  [ip(10, 1, 2, 3), permit(ip(10, 0, 0, 0, 255, 0, 255, 0)), UNSUPPORTED],
  [ip(10, 1, 2, 3), permit(ip(10, 0, 0, 0)), UNSUPPORTED],
  [ip(10, 1, 2), exclude(ip(10, 0, 0, 0, 255, 0, 0, 0)), VIOLATED],
  [email('a@b.example'), permit(email('b.example')), undefined],
  [email('a@c.b.example'), permit(email('b.example')), VIOLATED],
  [email('a@c.b.example'), permit(email('.b.example')), undefined],
  [email('a@b.example'), permit(email('.b.example')), VIOLATED],
  [email('a@B.example'), permit(email('a@b.example')), undefined],
  [email('A@b.example'), permit(email('a@b.example')), VIOLATED],
  [email('x@a@b.example'), exclude(email('c.example')), VIOLATED],
  [email('a@b.example'), permit(email('x@a@b.example')), UNSUPPORTED],
  [uri('https://a.example/x'), permit(uri('a.example')), undefined],
  [uri('https://u@b.a.example:1/x'), permit(uri('.a.example')), undefined],
  [uri('https://a.example/'), permit(uri('.a.example')), VIOLATED],
  [uri('https://10.0.0.1/'), exclude(uri('a.example')), VIOLATED],
  [uri('urn:a'), exclude(uri('a.example')), VIOLATED],
  [uri('https://a.example@b.example/'), permit(uri('a.example')), VIOLATED],
  [other(0), exclude(other(0)), UNSUPPORTED],
  [other(8), exclude(other(0)), undefined],
]

describe('findNameFault()', () => {
  let bare: Certificate
  let budget: Budget
  beforeAll(async () => {
    bare = (await issue({ subject: seq() })).certificate
    budget = openBudget()
  })

  it.each(CASES)('%j below %j: %s', (name, constraints, expected) => {
    expect(findNameFault({ ...bare, subjectAltName: [name] }, constraints, budget)).toBe(expected)
  })

  it('holds a subject as well as a directory name to the subtree', async () => {
    const inside = await issue({ subject: seq(attribute('2.5.4.10', 'Bank'), attribute('2.5.4.3', 'a')) })
    const outside = await issue({ subject: seq(attribute('2.5.4.10', 'Other'), attribute('2.5.4.3', 'a')) })
    const base = (await issue({ subject: seq(attribute('2.5.4.10', 'BANK')) })).certificate.subject
    const constraints = permit({ kind: 'directory', name: base })
    expect(findNameFault(inside.certificate, constraints, budget)).toBeUndefined()
    expect(findNameFault(outside.certificate, constraints, budget)).toBe(VIOLATED)
    const named: GeneralName = { kind: 'directory', name: outside.certificate.subject }
    expect(findNameFault({ ...bare, subjectAltName: [named] }, constraints, budget)).toBe(VIOLATED)
  })

  it.each([
    ['TeletexString', der(0x14, 'Other')],
    ['UniversalString', der(0x1c, '\0\0\0O\0\0\0t\0\0\0h\0\0\0e\0\0\0r')],
    ['NumericString', der(0x12, '1')],
    ['VisibleString', der(0x1a, 'Other')],
  ])('takes %s for what is excluded, and never for what is permitted', async (_type, value) => {
    const { certificate } = await issue({ subject: seq(attribute('2.5.4.10', value)) })
    const base = (await issue({ subject: seq(attribute('2.5.4.10', 'Other')) })).certificate.subject
    const unit = (await issue({ subject: seq(attribute('2.5.4.11', 'Other')) })).certificate.subject
    expect(findNameFault(certificate, exclude({ kind: 'directory', name: base }), budget)).toBe(VIOLATED)
    expect(findNameFault(certificate, exclude({ kind: 'directory', name: unit }), budget)).toBeUndefined()
    expect(findNameFault(certificate, permit({ kind: 'directory', name: base }), budget)).toBe(VIOLATED)
    const same = permit({ kind: 'directory', name: certificate.subject })
    expect(findNameFault(certificate, same, budget)).toBeUndefined()
  })

  it('takes a mail address in the subject for one', async () => {
    const subject = seq(attribute('1.2.840.113549.1.9.1', der(0x16, 'a@b.example')))
    const { certificate } = await issue({ subject })
    expect(findNameFault(certificate, exclude(email('b.example')), budget)).toBe(VIOLATED)
  })

  it('stops at thousands of names below thousands of constraints', () => {
    const names = Array.from({ length: 2_000 }, (_, at) => dns(`a${at}.example`))
    const own = openBudget()
    const fault = findNameFault(
      { ...bare, subjectAltName: names },
      exclude(...names.map(() => dns('b'))),
      own,
    )
    expect(fault).toBe('path_work_exceeded')
    expect(own.comparisons).toBeLessThanOrEqual(MAX_COMPARISONS)
  })

  it('reads constraints from a certificate as they stand', async () => {
    const value = seq(
      der(0xa0, seq(der(0x82, 'a.example'))),
      der(0xa1, seq(der(0x87, 10, 0, 0, 0, 255, 0, 0, 0))),
    )
    const extensions = { [ID.nameConstraints]: extension(ID.nameConstraints, value, true) }
    const { certificate } = await issue({ ca: true, extensions })
    expect(certificate.nameConstraints).toEqual({
      permitted: [dns('a.example')],
      excluded: [ip(10, 0, 0, 0, 255, 0, 0, 0)],
    })
  })
})
