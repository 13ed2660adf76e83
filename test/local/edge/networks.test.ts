import { describe, expect, it } from 'vitest'
import { networkOf } from '../../../local/edge/networks.ts'

describe('networkOf', () => {
  it.each([
    ['127.0.0.1', 64_500, 'GB'],
    ['::1', 64_500, 'GB'],
    ['127.0.255.255', 64_500, 'GB'],
    ['127.1.0.1', 64_501, 'GB'],
    ['127.2.0.1', 64_502, 'IE'],
    ['127.3.0.1', 64_503, 'DE'],
    ['127.64.0.0', 64_510, 'US'],
    ['127.127.255.255', 64_510, 'US'],
    ['127.128.0.1', 64_504, 'FR'],
    ['127.133.0.1', 64_509, 'BR'],
    ['127.134.0.1', 64_504, 'FR'],
    ['127.191.0.1', 64_507, 'NL'],
  ])('knows %s', (address, asn, country) => {
    expect(networkOf(address)).toMatchObject({ asn, country })
  })

  it.each(['127.4.0.1', '127.63.0.1', '127.192.0.1', '127.255.0.1', '::2', '10.0.0.1', ''])(
    'does not know %s',
    (address) => {
      expect(networkOf(address)).toBeUndefined()
    },
  )
})
