import { beforeAll, describe, expect, it } from 'vitest'
import { nationalPointers, readListOfLists } from '../../../src/verify/trust/list/lotl.ts'
import { readList, type TrustedList } from '../../../src/verify/trust/list/read-list.ts'
import { requireReal } from '../../real.ts'
import {
  bytes,
  EXC_C14N,
  forUses,
  keyInfoXml,
  listXml,
  makeSigner,
  NS,
  referenceXml,
  type SignatureWish,
  type Signer,
  sign,
} from './make-list.ts'
import { bytesOf, journalSigners, present } from './real-lists.ts'

let signer: Signer
let stranger: Signer
let authority: Signer
let xml: string

beforeAll(async () => {
  ;[signer, stranger, authority] = await Promise.all([
    makeSigner('Invented state'),
    makeSigner('Stranger'),
    makeSigner('Invented authority'),
  ])
  const extensions = forUses('ForWebSiteAuthentication')
  const services = [{ certificates: [authority.certificate.der], extensions }]
  xml = listXml({ territory: 'XA', sequence: 7, services })
})

function read(text: string, signers = [signer]) {
  const list = readList(bytes(text), {
    url: 'https://lists.example/xa.xml',
    signers: signers.map(({ certificate }) => certificate),
  })
  return list.ok ? list.value : list.reason
}

describe('a list that its scheme signed', () => {
  it('is read, with ECDSA and with RSA, and by whichever of the announced signers made it', async () => {
    const rsa = await makeSigner('Invented state, RSA', 'RSA-2048')
    for (const one of [signer, rsa]) {
      const list = read(await sign(xml, one), [stranger, rsa, signer])
      expect(list).toMatchObject({
        source: { territory: 'XA', sequence: 7 },
        anchors: [{ name: 'Invented CA', provider: 'Invented Trust Ltd', periods: [{ uses: ['web'] }] }],
      })
    }
  })

  it('is read when its base64 has the line ends that Java gives it', async () => {
    const signed = await sign(xml, signer)
    const broken = signed.replace(/<ds:(SignatureValue|X509Certificate)>(.{64})/g, '<ds:$1>$2&#13;\n')
    expect(broken).not.toBe(signed)
    expect(read(broken)).toMatchObject({ source: { territory: 'XA' } })
  })

  it('may be of version 5 or 6, and of no other', async () => {
    for (const [version, outcome] of [
      ['5', { type: 'EUgeneric' }],
      ['6', { type: 'EUgeneric' }],
    ] as const)
      expect(read(await sign(listXml({ territory: 'XA', version }), signer))).toMatchObject(outcome)
    expect(read(await sign(listXml({ territory: 'XA', version: '7' }), signer))).toBe('list_version')
  })

  it('is closed by an empty NextUpdate, and by nothing else', async () => {
    const closed = read(await sign(listXml({ territory: 'XA', nextUpdate: '' }), signer))
    expect(closed).toMatchObject({ source: { nextUpdate: undefined } })
    expect(read(await sign(listXml({ territory: 'XA', nextUpdate: 'soon' }), signer))).toBe('list_malformed')
  })
})

describe('a signature that is not the scheme’s', () => {
  const SHA1 = 'http://www.w3.org/2000/09/xmldsig#sha1'
  const REFUSED: readonly (readonly [
    what: string,
    wish: SignatureWish | (() => SignatureWish),
    reason: string,
  ])[] = [
    ['digests by SHA-1', { digest: SHA1 }, 'list_signature_shape'],
    ['RSA with SHA-1', { method: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }, 'list_signature_shape'],
    [
      'HMAC, whose key would be the certificate',
      { method: 'http://www.w3.org/2000/09/xmldsig#hmac-sha1' },
      'list_signature_shape',
    ],
    [
      'RSA named for a key of ECDSA',
      { method: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256' },
      'list_signature_wrong',
    ],
    ['no enveloped transform', { transforms: [EXC_C14N] }, 'list_signature_shape'],
    [
      'a transform that computes',
      { transforms: ['http://www.w3.org/TR/1999/REC-xpath-19991116', EXC_C14N] },
      'list_signature_shape',
    ],
    [
      'canonicalisation that keeps comments',
      { transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', `${EXC_C14N}WithComments`] },
      'list_signature_shape',
    ],
    ['a reference to something else', { listUri: '#signature' }, 'list_signature_shape'],
    [
      'a reference to another document',
      { listUri: 'https://lists.example/other.xml' },
      'list_signature_shape',
    ],
    ['no reference to the list', { references: (_list, properties) => properties }, 'list_signature_shape'],
    ['no reference to the signed properties', { references: (list) => list }, 'list_signature_shape'],
    [
      'the list twice',
      { references: (list, properties) => `${list}${list}${properties}` },
      'list_signature_shape',
    ],
    [
      'a signed certificate that is another',
      () => ({ namedSigner: stranger.certificate }),
      'list_signer_contradicts',
    ],
    ['no embedded certificate', { keyInfo: '' }, 'list_signer_unknown'],
    [
      'properties that name no certificate',
      {
        properties: (text) =>
          text.replace(/<xades:SigningCertificateV2>.*<\/xades:SigningCertificateV2>/, ''),
      },
      'list_signer_contradicts',
    ],
  ]
  it.each(REFUSED)('is refused: %s', async (_what, wish, reason) => {
    expect(read(await sign(xml, signer, typeof wish === 'function' ? wish() : wish))).toBe(reason)
  })

  it('is refused when a stranger made it, under either certificate', async () => {
    expect(read(await sign(xml, stranger))).toBe('list_signer_unknown')
    const borrowed = { keyInfo: keyInfoXml(signer.certificate), namedSigner: signer.certificate }
    expect(read(await sign(xml, stranger, borrowed))).toBe('list_signature_wrong')
    const both = `${keyInfoXml(stranger.certificate).replace('</ds:X509Data></ds:KeyInfo>', '')}${keyInfoXml(
      signer.certificate,
    ).replace('<ds:KeyInfo><ds:X509Data>', '')}`
    expect(read(await sign(xml, stranger, { keyInfo: both }))).toBe('list_signature_wrong')
  })

  it('is refused when there is none, or more than one', async () => {
    expect(read(xml)).toBe('list_unsigned')
    const signed = await sign(xml, signer)
    const signature = /<ds:Signature .*<\/ds:Signature>/s.exec(signed)?.[0] ?? ''
    expect(read(signed.replace(signature, `${signature}${signature}`))).toBe('list_signature_shape')
  })
})

describe('what is put beside a good signature', () => {
  const forged = (text: string) => text.replace('Invented CA', 'Forged CA')
  const signatureOf = (text: string) => /<ds:Signature .*<\/ds:Signature>/s.exec(text)?.[0] ?? ''

  const WRAPPED: readonly (readonly [what: string, wrap: (signed: string) => string])[] = [
    ['a changed word', (signed) => forged(signed)],
    [
      'a signature carried into another list',
      (signed) =>
        forged(xml).replace('</TrustServiceStatusList>', `${signatureOf(signed)}</TrustServiceStatusList>`),
    ],
    [
      'the signed list moved into the signature’s Object',
      (signed) => {
        const moved = signatureOf(signed).replace('</ds:Object>', `</ds:Object><ds:Object>${xml}</ds:Object>`)
        return forged(xml)
          .replace('Id="list"', 'Id="forged"')
          .replace('</TrustServiceStatusList>', `${moved}</TrustServiceStatusList>`)
      },
    ],
    [
      'the signed list kept as a child of a forged one',
      (signed) =>
        forged(xml)
          .replace('Id="list" ', '')
          .replace('</TrustServiceStatusList>', `${signed}</TrustServiceStatusList>`),
    ],
    [
      'a forged list around it that bears the same identifier',
      (signed) => forged(xml).replace('</TrustServiceStatusList>', `${signed}</TrustServiceStatusList>`),
    ],
    [
      'the same identifier under another spelling',
      (signed) => signed.replace('<SchemeInformation>', '<SchemeInformation ID="list">'),
    ],
    [
      'a second SignedInfo',
      (signed) => {
        const info = /<ds:SignedInfo .*<\/ds:SignedInfo>/s.exec(signed)?.[0] ?? ''
        return forged(signed).replace(info, `${info}${info}`)
      },
    ],
    [
      'a comment in a digest',
      (signed) => forged(signed).replace(/<ds:DigestValue>/, '<ds:DigestValue><!--x-->'),
    ],
    [
      'a second digest',
      (signed) =>
        forged(signed).replace(
          '</ds:DigestValue>',
          `</ds:DigestValue>${referenceXml('#list', forged(xml), []).match(/<ds:DigestValue>.*<\/ds:DigestValue>/)?.[0]}`,
        ),
    ],
    [
      'other signed properties',
      (signed) =>
        signed.replace(
          '2026-11-01T00:00:00Z</xades:SigningTime>',
          '2030-01-01T00:00:00Z</xades:SigningTime>',
        ),
    ],
    [
      'signed properties twice',
      (signed) =>
        signed.replace(
          '</ds:Object>',
          `</ds:Object><ds:Object><xades:QualifyingProperties xmlns:xades="${NS.xades}"><xades:SignedProperties Id="again"></xades:SignedProperties></xades:QualifyingProperties></ds:Object>`,
        ),
    ],
    ['another root', (signed) => `<wrapper xmlns="${NS.tsl}">${signed}</wrapper>`],
    [
      'a document type with an entity',
      (signed) => `<!DOCTYPE x [<!ENTITY name "Forged CA">]>${signed.replace('Invented CA', '&name;')}`,
    ],
    [
      'a processing instruction',
      (signed) => signed.replace('<SchemeInformation>', '<?x y?><SchemeInformation>'),
    ],
    ['something after the root', (signed) => `${signed}<x/>`],
    ['an encoding that is not UTF-8', (signed) => `<?xml version="1.0" encoding="utf-16"?>${signed}`],
  ]
  it.each(WRAPPED)('is refused: %s', async (_what, wrap) => {
    const wrapped = wrap(await sign(xml, signer))
    expect(read(wrapped)).toMatch(/^list_/)
  })

  it('is ignored when it changes nothing that is read: comments are not part of what is signed', async () => {
    const signed = await sign(xml, signer)
    const list = read(signed.replace('<SchemeInformation>', '<!-- hello --><SchemeInformation>'))
    expect(list).toMatchObject({ source: { sequence: 7 }, anchors: [{ name: 'Invented CA' }] })
  })
})

describe('bounds', () => {
  it('refuses a list that is longer than any is, before it is parsed', () => {
    const long = new Uint8Array(16 * 1024 * 1024 + 1)
    const list = readList(long, { url: 'https://lists.example/', signers: [] })
    expect(list).toEqual({ ok: false, reason: 'list_too_large' })
  })

  it('refuses elements nested without end, and does not throw', () => {
    const deep = `${'<a>'.repeat(50_000)}${'</a>'.repeat(50_000)}`
    expect(read(deep)).toMatch(/^list_/)
  })
})

const LOTL = 'https://ec.europa.eu/tools/lotl/eu-lotl.xml'
const nowhere = async () => undefined

describe.runIf(requireReal('../shared/vectors/eidas-tl', present))('the real lists of 2020', () => {
  async function listOfLists(): Promise<TrustedList> {
    const read = await readListOfLists(await bytesOf('eu-lotl.xml'), {
      url: LOTL,
      signers: await journalSigners(),
      read: nowhere,
    })
    if (!read.ok) throw new Error(read.reason)
    return read.value.list
  }

  it('verify from the Journal’s certificates to Belgium’s authorities', async () => {
    const lotl = await listOfLists()
    expect(lotl.source).toMatchObject({ territory: 'EU', sequence: 266 })
    expect(nationalPointers(lotl)).toHaveLength(31)
    const pointer = nationalPointers(lotl).find(({ territory }) => territory === 'BE')
    const belgium = readList(await bytesOf('tl-sample.xml'), pointer ?? { url: '', signers: [] })
    expect(belgium.ok && belgium.value.leftOut).toEqual([])
    const anchors = belgium.ok ? belgium.value.anchors : []
    expect(anchors).toHaveLength(23)
    const web = anchors.filter(({ periods }) => periods.some(({ uses }) => uses.includes('web')))
    expect(web.map(({ name }) => name)).toEqual(['GlobalSign RSA EV QWAC CA 2019'])
    const history = anchors.find(({ name }) => name === 'CN=Belgium Root CA, C=BE')?.periods
    expect(history?.map(({ status }) => status)).toEqual(['undersupervision', 'granted', 'withdrawn'])
  })

  it('are refused for every other signer', async () => {
    const lotl = await listOfLists()
    const pointer = nationalPointers(lotl).find(({ territory }) => territory === 'BE')
    const lists = await bytesOf('eu-lotl.xml')
    expect(readList(lists, pointer ?? { url: '', signers: [] })).toEqual({
      ok: false,
      reason: 'list_signer_unknown',
    })
  })

  it('are refused with one octet changed, wherever it is that the signature reaches', async () => {
    const original = await bytesOf('eu-lotl.xml')
    const signers = await journalSigners()
    const end = new TextDecoder().decode(original).indexOf('<ds:Signature')
    for (let step = 1; step <= 12; step += 1) {
      const changed = original.slice()
      const at = Math.floor((end * step) / 13)
      changed[at] = (changed[at] ?? 0) ^ 0x01
      const read = readList(changed, { url: LOTL, signers })
      expect(read.ok, `octet ${at}`).toBe(false)
    }
  })
})
