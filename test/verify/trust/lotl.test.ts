import { beforeAll, describe, expect, it } from 'vitest'
import { nationalPointers, readListOfLists } from '../../../src/verify/trust/list/lotl.ts'
import { bytes, listXml, makeSigner, type PointerWish, type Signer, sign } from './make-list.ts'

const LOTL = 'https://lists.example/lotl.xml'
const JOURNAL = 'https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=OJ:C_202600001'
const pivot = (name: string) => `https://lists.example/pivot-${name}.xml`

let announced: Signer
let second: Signer
let third: Signer
let stranger: Signer

beforeAll(async () => {
  ;[announced, second, third, stranger] = await Promise.all([
    makeSigner('Announced in the Journal'),
    makeSigner('Second'),
    makeSigner('Third'),
    makeSigner('Stranger'),
  ])
})

const self = (...signers: readonly Signer[]): PointerWish => ({
  territory: 'EU',
  type: 'EUlistofthelists',
  url: LOTL,
  signers,
})

function lotl(about: readonly string[], pointers: readonly PointerWish[]): string {
  return listXml({ territory: 'EU', type: 'EUlistofthelists', sequence: 9, about, pointers })
}

/** Where the made lists are published. */
type Published = Readonly<Record<string, string>>

async function read(text: string, published: Published, pins: readonly Signer[] = [announced]) {
  const asked: string[] = []
  const outcome = await readListOfLists(bytes(text), {
    url: LOTL,
    signers: pins.map(({ certificate }) => certificate),
    read: async (url) => {
      asked.push(url)
      const found = published[url]
      return found === undefined ? undefined : bytes(found)
    },
  })
  return { outcome, asked }
}

/** Announced signs pivot 1, which names Second; Second signs pivot 2, which names Third; Third signs today's list. */
async function chain() {
  const about = [pivot('2'), pivot('1'), JOURNAL, pivot('0')]
  const published = {
    [pivot('1')]: await sign(lotl([JOURNAL], [self(second)]), announced),
    [pivot('2')]: await sign(lotl([pivot('1'), JOURNAL], [self(third)]), second),
  }
  const national = { territory: 'XA', url: 'https://xa.example/list.xml', signers: [stranger] }
  return { about, published, today: lotl(about, [self(third), national]) }
}

describe('the list of the lists', () => {
  it('is read from the signers that the Journal announced', async () => {
    const { outcome } = await read(await sign(lotl([JOURNAL], [self(announced)]), announced), {})
    expect(outcome).toMatchObject({ ok: true, value: { pivots: [], skipped: [] } })
  })

  it('is reached over the pivots, the oldest first, and not over those of an earlier publication', async () => {
    const { published, today } = await chain()
    const { outcome, asked } = await read(await sign(today, third), published)
    expect(asked).toEqual([pivot('1'), pivot('2')])
    expect(outcome).toMatchObject({ ok: true, value: { pivots: asked } })
    const pointers = outcome.ok ? nationalPointers(outcome.value.list) : []
    expect(pointers.map(({ territory }) => territory)).toEqual(['XA'])
  })

  it('is reached from pins in the middle of the chain: what is older than the pins is passed over', async () => {
    const { published, today } = await chain()
    const signed = await sign(today, third)
    for (const pin of [second, third])
      expect((await read(signed, published, [pin])).outcome).toMatchObject({ ok: true })
  })

  it('is refused when a signer that was rotated out signs it', async () => {
    const { published, today } = await chain()
    const { outcome } = await read(await sign(today, announced), published)
    expect(outcome).toEqual({ ok: false, reason: 'list_signer_unknown' })
  })

  it('is refused when a pivot in the middle is missing, forged or no list of the lists', async () => {
    const { published, today } = await chain()
    const signed = await sign(today, third)
    const without = { [pivot('1')]: published[pivot('1')] ?? '' }
    expect((await read(signed, without)).outcome).toEqual({ ok: false, reason: 'lotl_pivot_refused' })
    const forged = { ...published, [pivot('2')]: await sign(lotl([], [self(third)]), stranger) }
    expect((await read(signed, forged)).outcome).toEqual({ ok: false, reason: 'lotl_pivot_refused' })
    const national = await sign(listXml({ territory: 'XA', pointers: [self(third)] }), second)
    const other = { ...published, [pivot('2')]: national }
    expect((await read(signed, other)).outcome).toEqual({ ok: false, reason: 'lotl_pivot_refused' })
  })

  it('is asked for nothing at other hosts, whatever it names', async () => {
    const about = ['https://elsewhere.example/pivot.xml', 'http://lists.example/pivot.xml', JOURNAL]
    const { asked, outcome } = await read(await sign(lotl(about, []), announced), {})
    expect(asked).toEqual([])
    expect(outcome.ok).toBe(true)
  })

  it('is refused when it names more pivots than any chain has', async () => {
    const about = [...Array.from({ length: 17 }, (_, at) => pivot(`${at}`)), JOURNAL]
    const { asked, outcome } = await read(await sign(lotl(about, []), announced), {})
    expect(asked).toEqual([])
    expect(outcome).toEqual({ ok: false, reason: 'lotl_too_many_pivots' })
  })

  it('is refused when a state signs its own list as if it were this one', async () => {
    const { outcome } = await read(await sign(listXml({ territory: 'XA' }), announced), {})
    expect(outcome).toEqual({ ok: false, reason: 'lotl_not_the_list_of_lists' })
  })

  it('points to lists for machines and not to those for people', async () => {
    const pdf = {
      territory: 'XA',
      url: 'https://xa.example/list.pdf',
      signers: [second],
      mediaType: 'application/pdf',
    }
    const list = { territory: 'XA', url: 'https://xa.example/list.xml', signers: [second] }
    const { outcome } = await read(await sign(lotl([JOURNAL], [pdf, list]), announced), {})
    const pointers = outcome.ok ? nationalPointers(outcome.value.list) : []
    expect(pointers.map(({ url }) => url)).toEqual(['https://xa.example/list.xml'])
  })
})
