import { describe, expect, it } from 'vitest'
import { isPublicHost } from '../../src/lib/public-host.ts'

const hostOf = (url: string) => new URL(url).hostname

describe('a host on the Internet', () => {
  it.each([
    'https://hooks.example.com/in',
    'https://192.88.98.1/',
    'https://[2606:4700::1111]/',
    'https://xn--bcher-kva.example/',
  ])('%s is one', (url) => {
    expect(isPublicHost(hostOf(url))).toBe(true)
  })

  it.each([
    'http://localhost/',
    'http://api.localhost./',
    'http://printer/',
    'http://metadata.google.internal/',
    'http://nas.local/',
    'http://router.home.arpa/',
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.0.0.1/',
    'http://017700000001/',
    'http://0.0.0.0/',
    'http://10.1.2.3/',
    'http://172.31.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/',
    'http://192.88.99.1/',
    'http://224.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://[64:ff9b::a00:1]/',
    'http://[2002:a00:1::]/',
    'http://[2001:db8::1]/',
  ])('%s is none', (url) => {
    expect(isPublicHost(hostOf(url))).toBe(false)
  })
})
