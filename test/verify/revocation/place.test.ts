import { describe, expect, it } from 'vitest'
import { type PlacePolicy, placeOf } from '../../../src/verify/revocation/place.ts'

const ANY: PlacePolicy = { hosts: undefined, ports: [] }

describe('a place that a certificate names', () => {
  it.each([
    'http://ocsp.larch.example',
    'http://ocsp.larch.example:80/ask',
    'https://ocsp.larch.example:443/',
    'http://93.184.215.14/crl',
    'http://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/crl',
    'HTTP://OCSP.LARCH.EXAMPLE/',
  ])('%s may be asked', (text) => {
    expect(placeOf(text, ANY)?.protocol).toMatch(/^https?:$/)
  })

  it.each([
    ['another protocol', 'ldap://ldap.larch.example/cn=crl'],
    ['another protocol', 'file:///etc/passwd'],
    ['another port', 'http://ocsp.larch.example:8080/'],
    ['another port', 'http://ocsp.larch.example:22/'],
    ['a name and a password', 'http://user:secret@ocsp.larch.example/'],
    ['this machine by name', 'http://localhost/'],
    ['this machine by name', 'http://LOCALHOST./'],
    ['this machine by name', 'http://ocsp.localhost/'],
    ['this machine', 'http://127.0.0.1/'],
    ['this machine', 'http://127.1/'],
    ['this machine in decimal', 'http://2130706433/'],
    ['this machine in octal', 'http://0177.0.0.1/'],
    ['this machine in hexadecimal', 'http://0x7f.0x0.0x0.0x1/'],
    ['this machine in hexadecimal', 'http://0x7f000001/'],
    ['this machine, percent-encoded', 'http://%31%32%37.0.0.1/'],
    ['this machine in full-width digits', 'http://１２７.０.０.１/'],
    ['this machine with a dot behind it', 'http://127.0.0.1./'],
    ['this machine', 'http://[::1]/'],
    ['this machine, mapped', 'http://[::ffff:127.0.0.1]/'],
    ['this machine, mapped', 'http://[::ffff:7f00:1]/'],
    ['this machine, compatible', 'http://[::127.0.0.1]/'],
    ['this machine, translated', 'http://[64:ff9b::127.0.0.1]/'],
    ['this machine, 6to4', 'http://[2002:7f00:1::]/'],
    ['nowhere', 'http://0.0.0.0/'],
    ['nowhere', 'http://[::]/'],
    ['a private address', 'http://10.0.0.1/'],
    ['a private address', 'http://172.16.0.1/'],
    ['a private address', 'http://172.31.255.254/'],
    ['a private address', 'http://192.168.1.1/'],
    ['a private address', 'http://100.64.0.1/'],
    ['a private address', 'http://[fd00::1]/'],
    ["an instance's credentials", 'http://169.254.169.254/latest/meta-data/'],
    ["an instance's credentials", 'http://[fe80::a9fe:a9fe]/'],
    ['many machines', 'http://224.0.0.1/'],
    ['all machines', 'http://255.255.255.255/'],
    ['many machines', 'http://[ff02::1]/'],
    ['an example', 'http://[2001:db8::1]/'],
    ['a name of one network', 'http://intranet/'],
    ['a name of one network', 'http://ocsp.bank.internal/'],
    ['a name of one network', 'http://printer.local/'],
    ['nothing', ''],
    ['nothing', 'http://'],
    ['too much', `http://ocsp.larch.example/${'a'.repeat(2_000)}`],
  ])('that is %s, %s, may not', (_, text) => {
    expect(placeOf(text, ANY)).toBeUndefined()
  })

  it('keeps its path and loses its fragment, which no server is told', () => {
    expect(placeOf('http://ocsp.larch.example/a?b#c', ANY)?.href).toBe('http://ocsp.larch.example/a?b')
  })

  it('must be on the list where the bank keeps one', () => {
    const policy = { hosts: ['ocsp.larch.example'], ports: [8080] }
    expect(placeOf('http://ocsp.larch.example:8080/', policy)).toBeDefined()
    expect(placeOf('http://OCSP.larch.example./', policy)).toBeDefined()
    expect(placeOf('http://ocsp.larch.example.elsewhere.example/', policy)).toBeUndefined()
    expect(placeOf('http://crl.larch.example/', policy)).toBeUndefined()
  })
})
