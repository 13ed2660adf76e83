import { describe, expect, it } from 'vitest'
import { judgeCrttest } from '../../../lab/vectors/pkilint.ts'
import { requireReal } from '../../real.ts'
import { CRTTESTS, HAS_CRTTESTS } from './real.ts'

/** Ones that the linter's authors wrote for the Open Banking attributes: none of them may be left aside. */
const NEVER_ASIDE = /\/qevcp_w_psd2_|\/psp_|\/nca_|eupds/

describe.runIf(requireReal('../shared/vectors/pkilint-etsi', HAS_CRTTESTS))(
  'pkilint’s ETSI certificates',
  () => {
    const cases = Object.entries(CRTTESTS).map(([path, load]) => {
      const [file = '', folder = ''] = path.split('/').reverse()
      return { name: `${folder}/${file}`, folder, load }
    })

    it.each(cases)(
      'finds in $name what the linter finds, and nothing else',
      async ({ name, folder, load }) => {
        const { result, expected, got } = judgeCrttest(folder, await load())
        if (result === 'not_applicable') expect(`/${name}`).not.toMatch(NEVER_ASIDE)
        else
          expect({ result, got }).toEqual({
            result: 'passed',
            got: expected === 'itu.invalid_asn1_syntax' ? got : expected,
          })
      },
    )

    it('leaves aside what is no business of a gate, and no more', async () => {
      const results = await Promise.all(
        cases.map(async ({ folder, load }) => judgeCrttest(folder, await load()).result),
      )
      expect(results.filter((result) => result === 'passed').length).toBe(57)
      expect(results.length).toBe(109)
    })

    it('tells a missing finding from a surplus one', async () => {
      const load = cases.find(({ name }) => name.endsWith('/psp_roles_good.crttest'))?.load
      const text = (await load?.()) ?? ''
      const folder = 'qevcp_w_psd2_eidas_pre_certificate'
      const row = 'certificate.x,Validator,ERROR,etsi.ts_119_495.gen-5.2.2-1.roles_of_psp_empty,'
      expect(judgeCrttest(folder, `${text}\n${row}\n`).result).toBe('wrongly_accepted')
      expect(judgeCrttest('qevcp_w_eidas_pre_certificate', text).result).toBe('wrongly_refused')
      expect(judgeCrttest('cabf_tls', text).result).toBe('not_applicable')
    })
  },
)
