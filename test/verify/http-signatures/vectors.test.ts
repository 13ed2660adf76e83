// The published examples, judged by the laboratory's own suite: `npm run vectors -- signatures` prints the same.
import { describe, expect, it } from 'vitest'
import { judgeAppendixB, judgeAppendixC, judgeFixtures } from '../../../lab/vectors/http-signatures.ts'
import { requireReal } from '../../real.ts'

const RFC9421 = import.meta.glob<string>('../../../../shared/vectors/rfc9421/*.json', {
  query: '?raw',
  import: 'default',
})
const FIXTURES = import.meta.glob<string>('../../../../shared/vectors/adorsys-xs2a/signature/*.txt', {
  query: '?raw',
  import: 'default',
})

async function read(files: Readonly<Record<string, () => Promise<string>>>): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  for (const [path, load] of Object.entries(files)) {
    texts.set(/([^/]+)\.\w+$/.exec(path)?.[1] ?? path, await load())
  }
  return texts
}

const present = Object.keys(RFC9421).length > 0 && Object.keys(FIXTURES).length > 0
const published = await read(RFC9421)
const fixtures = await read(FIXTURES)

describe.runIf(requireReal('../shared/vectors', present))('published HTTP signatures', () => {
  it('verifies RFC 9421 appendix B, and refuses B.2.1 where anything has to be covered', async () => {
    const verdicts = await judgeAppendixB(published.get('appendix-b') ?? '')
    expect(verdicts.filter(({ result }) => result !== 'passed')).toEqual([])
    expect(verdicts.length).toBe(7)
  })

  it('verifies draft-cavage appendix C, and refuses its key of 1,024 bits under every rule that a profile may have', async () => {
    const verdicts = await judgeAppendixC(published.get('cavage-appendix-c') ?? '')
    expect(verdicts.filter(({ result }) => result !== 'passed')).toEqual([])
    expect(verdicts.length).toBe(6)
  })

  it('verifies the good fixture of a bank server and refuses the bad ones, each for its own reason', async () => {
    const verdicts = await judgeFixtures(fixtures)
    expect(verdicts.filter(({ result }) => result !== 'passed')).toEqual([])
    expect(verdicts.length).toBe(7)
  })
})
