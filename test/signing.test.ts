import { describe, expect, it } from 'vitest'
import { isIssuer } from '../src/signing.ts'

describe('isIssuer()', () => {
  const SOFTWARE = '1a2b3c4d5e6f7g8h9i0j1k'
  it.each([
    ['PSDGB-OB-0015800001HQQrZAAX', `0015800001HQQrZAAX/${SOFTWARE}`, true],
    ['PSDGB-OB-Unknown0015800001HQQrZAAX', `0015800001HQQrZAAX/${SOFTWARE}`, true],
    ['0015800001HQQrZAAX', '0015800001HQQrZAAX', true],
    ['PSDGB-OB-0015800001HQQrZAAX', `0015800001HQQrZAAY/${SOFTWARE}`, false],
    ['PSDGB-OB-Unknown0015800001HQQrZAAX', `Unknown/${SOFTWARE}`, false],
    ['PSDGB-OB-Unknown', `/${SOFTWARE}`, false],
    ['PSDGB-FCA-765432', '', false],
  ])('finds in %s, where nothing is registered, whether it issues %s: %s', (organisation, issuer, is) => {
    expect(isIssuer([], organisation, issuer)).toBe(is)
  })

  it('takes what the bank has registered and nothing else', () => {
    expect(isIssuer(['software'], 'PSDGB-FCA-765432', 'software')).toBe(true)
    expect(isIssuer(['software'], 'PSDGB-FCA-765432', '765432')).toBe(false)
  })
})
