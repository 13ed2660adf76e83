// Google's Wycheproof vectors for JWS and JWK (../shared/vectors/wycheproof), each judged as it is labelled.
import { describe, expect, it } from 'vitest'
import {
  EXCEPTIONS,
  exceptionFor,
  type JoseVectors,
  judgeJose,
} from '../../../lab/vectors/wycheproof-jose.ts'
import { requireReal } from '../../real.ts'

const FILES = import.meta.glob<string>('../../../../shared/vectors/wycheproof/json_web_*_test.json', {
  query: '?raw',
  import: 'default',
})
const load = (name: string) => Object.entries(FILES).find(([path]) => path.endsWith(name))?.[1]
const signatures = load('json_web_signature_test.json')
const keys = load('json_web_key_test.json')

async function judge(read: (() => Promise<string>) | undefined) {
  const vectors: JoseVectors = JSON.parse((await read?.()) ?? '{"testGroups":[]}')
  return judgeJose(vectors)
}

describe.runIf(requireReal('../shared/vectors/wycheproof', signatures !== undefined && keys !== undefined))(
  'Wycheproof',
  () => {
    it('judges all 401 signatures as labelled, but for those that have a reason not to be', async () => {
      const judged = await judge(signatures)
      expect(judged.length).toBe(401)
      const otherwise = judged.filter(({ label, accepted }) => accepted !== (label === 'valid'))
      expect(otherwise.filter((one) => exceptionFor(one) === undefined)).toEqual([])
      // Nothing is excused that needs no excuse.
      expect(otherwise.map(({ id }) => id)).toEqual(
        EXCEPTIONS.flatMap(({ ids }) => ids).sort((a, b) => a - b),
      )
    })

    it('excuses nothing of an altered file: another text, or another reason, under the number of an exception', () => {
      const known = { id: 367, comment: 'invalidBase64Padding', accepted: true, reason: 'valid', twin: true }
      expect(exceptionFor(known)).toBeDefined()
      expect(exceptionFor({ ...known, twin: false })).toBeUndefined()
      expect(exceptionFor({ ...known, comment: 'Figure20' })).toBeUndefined()
      const refused = { id: 372, comment: 'InvalidCharacterInsertedInHeader', accepted: false, twin: true }
      expect(exceptionFor({ ...refused, reason: 'jws_malformed' })).toBeDefined()
      expect(exceptionFor({ ...refused, reason: 'signature_wrong' })).toBeUndefined()
    })

    it('accepts nothing labelled invalid that is not, octet for octet, a vector labelled valid', async () => {
      const judged = await judge(signatures)
      const wrong = judged.filter(({ label, accepted }) => accepted && label === 'invalid')
      const right = new Set(judged.filter(({ label }) => label === 'valid').map(({ text }) => text))
      expect(wrong.map(({ id }) => id)).toEqual([367, 370])
      expect(wrong.every(({ text }) => right.has(text))).toBe(true)
    })

    it('judges all 26 keys as labelled: mixed sets, namesakes, weak, factorable and misused keys', async () => {
      const judged = await judge(keys)
      expect(judged.length).toBe(26)
      expect(judged.filter(({ label, accepted }) => accepted !== (label === 'valid'))).toEqual([])
    })
  },
)
