/** `npm run vectors`, in workerd: what the published suites say of the gate, and that the command would tell if they said no. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SuiteReport } from '../../lab/vectors/report.ts'
import { table } from '../../lab/vectors/report.ts'
import { runVectors } from '../../lab/vectors/run.ts'
import { requireReal } from '../real.ts'

const SHARED = fileURLToPath(new URL('../../../shared/vectors', import.meta.url))
const LIMBO = join(SHARED, 'x509-limbo', 'limbo.json')
/** Debian's package python3-cryptography-vectors. */
const PKITS = '/usr/lib/python3/dist-packages/cryptography_vectors/x509/PKITS_data'

const NOTHING_WRONG = { wrongly_accepted: 0, wrongly_refused: 0, failed: [] }

describe.runIf(requireReal('../shared/vectors', existsSync(SHARED)))('the suites beside the checkout', () => {
  let suites: readonly SuiteReport[]
  beforeAll(async () => {
    suites = await runVectors('certificates', SHARED)
  })
  const suite = (name: string) => suites.find((one) => one.name === name)

  it('x509-limbo: no path wrongly accepted, none wrongly refused', () => {
    expect(suite('x509-limbo')).toMatchObject({
      ...NOTHING_WRONG,
      total: 193,
      passed: 156,
      not_applicable: 37,
    })
  })

  it('x509-limbo: every case of RFC 5280, path lengths, pathological ones, lists and old holes is run', () => {
    const ours = /^(rfc5280|pathlen|pathological|crl|cve)::/
    const left = suite('x509-limbo')?.skipped.filter(({ id }) => ours.test(id))
    // Its path is sound. It is refused by who asks for a name, and nobody asks a third party for one.
    expect(left?.map(({ id }) => id)).toEqual(['rfc5280::ca-as-leaf-wrong-san'])
  })

  it('pkilint: every finding in our vocabulary as expected', () => {
    expect(suite('pkilint-etsi')).toMatchObject({ ...NOTHING_WRONG, total: 108 })
  })
})

describe.runIf(requireReal('python3-cryptography-vectors', existsSync(PKITS)))('NIST PKITS', () => {
  it('refuses every invalid path and accepts every valid one, but for features that are named', async () => {
    const [suite, more] = await runVectors('certificates', PKITS)
    expect(more).toBeUndefined()
    expect(suite).toMatchObject({ ...NOTHING_WRONG, name: 'pkits', total: 223, passed: 186 })
    const accepted = suite?.skipped.filter(({ id }) => / Invalid/.test(id)).map(({ id }) => id)
    // A delta list alone revokes it, and the complete one is what we believe.
    expect(accepted).toEqual(['4.15.4 InvaliddeltaCRLTest4'])
  })
})

describe.runIf(requireReal('../shared/vectors/x509-limbo', existsSync(LIMBO)))(
  'a suite that disagrees',
  () => {
    it('is told case by case, and what does not apply is kept apart', async () => {
      const { testcases } = JSON.parse(readFileSync(LIMBO, 'utf8'))
      const find = (id: string) => testcases.find((one: { readonly id: string }) => one.id === id)
      const wrong = [
        { ...find('rfc5280::ee-aia'), expected_result: 'FAILURE' },
        { ...find('rfc5280::validity::expired-leaf'), expected_result: 'SUCCESS' },
        find('webpki::cn::not-in-san'),
      ]
      const folder = mkdtempSync(join(tmpdir(), 'vectors-'))
      try {
        writeFileSync(join(folder, 'other.json'), '{"testcases":[1]}')
        writeFileSync(join(folder, 'third.json'), '{"testcases":[{"peer_certificate":5}]}')
        writeFileSync(join(folder, 'limbo.json'), JSON.stringify({ version: 1, testcases: wrong }))
        const suites = await runVectors('certificates', folder)
        expect(suites).toMatchObject([
          {
            name: 'x509-limbo',
            total: 3,
            passed: 0,
            wrongly_accepted: 1,
            wrongly_refused: 1,
            not_applicable: 1,
            failed: [
              { id: 'rfc5280::ee-aia', expected: 'refused', got: 'accepted' },
              { id: 'rfc5280::validity::expired-leaf', expected: 'accepted' },
            ],
            skipped: [{ id: 'webpki::cn::not-in-san' }],
          },
        ])
        expect(table(suites)).toContain('FAILED rfc5280::ee-aia: expected refused, got accepted')
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
  },
)

describe('suites of signatures', () => {
  const vector = { tcId: 1, comment: 'none', jws: 'e30..', result: 'valid', flags: [] }
  const suite = { notes: { long: 'x'.repeat(9_000) }, schema: 'json_web_signature_schema_v1.json' }
  const groups = [{ public: { kty: 'EC' }, tests: [vector, { ...vector, tcId: 2, result: 'invalid' }] }]

  async function run(text: string) {
    const folder = mkdtempSync(join(tmpdir(), 'vectors-'))
    try {
      writeFileSync(join(folder, 'under-any-name.json'), text)
      return await runVectors('signatures', folder)
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  it('are told by their schema, whatever their name and however long their notes', async () => {
    expect(await run(JSON.stringify({ ...suite, testGroups: groups }))).toMatchObject([
      { total: 2, passed: 1, wrongly_refused: 1, failed: [{ id: '1 none' }] },
    ])
  })

  it.each([
    ['cut off', JSON.stringify({ ...suite, testGroups: groups }).slice(0, -2)],
    ['without tests', JSON.stringify({ ...suite, testGroups: [{}] })],
  ])('and one that is %s is not passed over', async (_what, text) => {
    await expect(run(text)).rejects.toThrow('Cannot run vectors: under-any-name.json has no groups of tests')
  })
})
