import { describe, expect, it } from 'vitest'
import { readElement } from '../../../src/lib/der.ts'
import { agreesWithCertificate } from '../../../src/verify/http-signatures/certificate-key-id.ts'
import { readUrlKeyId } from '../../../src/verify/http-signatures/url-key-id.ts'
import { readName } from '../../../src/verify/x509/names.ts'
import { attribute, seq } from '../make-certificate.ts'

const issuer = readName(
  readElement(
    seq(
      attribute('2.5.4.6', 'DE'),
      attribute('2.5.4.10', 'Prüfer, Müller + Söhne'),
      attribute('2.5.4.11', 'Trust  Services'),
      attribute('2.5.4.97', 'NTRDE-HRB74346'),
      attribute('2.5.4.3', 'Invented CA 100% "one"'),
    ),
  ),
)
if (issuer === undefined) throw new Error('Cannot make the name of an issuer')
const certificate = { serial: '0a5c66', issuer }

const O = 'Prüfer\\, Müller \\+ Söhne'
const CN = 'Invented CA 100% \\"one\\"'

describe('a key id that names a certificate by serial number and issuer', () => {
  const AGREE = [
    ['from the leaf', `SN=0a5c66,CA=CN=${CN},2.5.4.97=NTRDE-HRB74346,OU=Trust Services,O=${O},C=DE`],
    [
      'from the root',
      `SN=0A5C66,CA=C=DE,O=${O},OU=Trust Services,organizationIdentifier=NTRDE-HRB74346,CN=${CN}`,
    ],
    ['with leading zeros', `SN=000a5c66,CA=C=DE,O=${O},OU=trust services,2.5.4.97=NTRDE-HRB74346,CN=${CN}`],
    [
      'without a leading zero',
      `SN=a5c66,CA=C=de, O=${O}, OU=Trust Services, OID.2.5.4.97=NTRDE-HRB74346, CN=${CN}`,
    ],
    [
      'with quotes',
      `SN=a5c66,CA=C=DE,O="Prüfer, Müller + Söhne",OU=Trust Services,2.5.4.97=NTRDE-HRB74346,CN=${CN}`,
    ],
    [
      'with octets written out',
      'SN=a5c66,CA=C=DE,O=Pr\\C3\\BCfer\\2C M\\C3\\BCller \\2B S\\C3\\B6hne,OU=Trust Services,2.5.4.97=NTRDE-HRB74346,CN=Invented CA 100\\25 \\22one\\22',
    ],
    [
      'with the DER of an attribute, as Java writes those it has no name for',
      `SN=a5c66,CA=C=DE,O=${O},OU=Trust Services,2.5.4.97=#0c0e4e545244452d4852423734333436,CN=${CN}`,
    ],
    [
      'encoded as a URL',
      `SN=a5c66,CA=${encodeURIComponent(`CN=${CN},2.5.4.97=NTRDE-HRB74346,OU=Trust Services,O=${O},C=DE`)}`,
    ],
    [
      'escaped once more for the header',
      `SN=a5c66,CA=${`CN=${CN},2.5.4.97=NTRDE-HRB74346,OU=Trust Services,O=${O},C=DE`.replace(/[\\"]/g, '\\$&')}`,
    ],
  ] as const
  it.each(AGREE)('agrees %s', (_name, keyId) => {
    expect(agreesWithCertificate(keyId, certificate)).toBe(true)
  })

  const DISAGREE = [
    ['another serial number', `SN=0a5c67,CA=CN=${CN},2.5.4.97=NTRDE-HRB74346,OU=Trust Services,O=${O},C=DE`],
    [
      'a serial number in decimal',
      `SN=678998,CA=CN=${CN},2.5.4.97=NTRDE-HRB74346,OU=Trust Services,O=${O},C=DE`,
    ],
    ['an attribute too few', `SN=0a5c66,CA=CN=${CN},OU=Trust Services,O=${O},C=DE`],
    [
      'an attribute twice',
      `SN=0a5c66,CA=CN=${CN},2.5.4.97=NTRDE-HRB74346,OU=Trust Services,O=${O},C=DE,C=DE`,
    ],
    ['one twice for another', `SN=0a5c66,CA=CN=${CN},CN=${CN},OU=Trust Services,O=${O},C=DE`],
    ['another value', `SN=0a5c66,CA=CN=Another,2.5.4.97=NTRDE-HRB74346,OU=Trust Services,O=${O},C=DE`],
    [
      'an unescaped comma',
      'SN=0a5c66,CA=CN=x,2.5.4.97=NTRDE-HRB74346,OU=Trust Services,O=Prüfer, Müller + Söhne,C=DE',
    ],
    ['an open quote', 'SN=0a5c66,CA=CN="x,C=DE'],
    ['a lone backslash', 'SN=0a5c66,CA=CN=x\\'],
    ['no issuer', 'SN=0a5c66,CA='],
    ['no serial number', `CA=CN=${CN}`],
    ['words', 'SN=0a5c66_WRONG,CA=C=DE'],
    ['nothing', ''],
  ] as const
  it.each(DISAGREE)('disagrees with %s', (_name, keyId) => {
    expect(agreesWithCertificate(keyId, certificate)).toBe(false)
  })
})

describe('a key id that is the URL of a certificate', () => {
  it('is read into host and fingerprint and never followed', () => {
    const digest = 'ab'.repeat(32)
    expect(readUrlKeyId(`https://tpp.example/certs/seal_${digest.toUpperCase()}`)).toEqual({
      url: `https://tpp.example/certs/seal_${digest.toUpperCase()}`,
      host: 'tpp.example',
      fingerprint: digest,
    })
    expect(readUrlKeyId('https://tpp.example/certs/seal.pem')?.fingerprint).toBeUndefined()
  })

  const REFUSED = [
    'http://tpp.example/seal',
    'https://user@tpp.example/seal',
    'https://tpp.example:8443/seal',
    'https://tpp.example/seal#one',
    'https://127.0.0.1/seal',
    'https://0x7f.1/seal',
    'https://[::1]/seal',
    'https://tpp.example\\@evil.example/',
    'file:///etc/passwd',
    'key-1',
    '',
    `https://tpp.example/${'a'.repeat(3_000)}`,
  ]
  it.each(REFUSED)('is none: %s', (keyId) => {
    expect(readUrlKeyId(keyId)).toBeUndefined()
  })
})
