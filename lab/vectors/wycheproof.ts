/** Finds Wycheproof's files, told by the schema that they name. */
import type { VectorFile } from './files.ts'
import type { Suite } from './formats.ts'
import type { JoseVectors } from './wycheproof-jose.ts'
import type { PrimitiveVectors } from './wycheproof-primitives.ts'

const JOSE = /^json_web_(?:signature|key)_schema/
const PRIMITIVES = /^(?:ecdsa_p1363_verify|eddsa_verify|rsassa_pss_verify|rsassa_pkcs1_verify)_schema/

/** Behind the notes in some files, which are long in others. The largest file of another kind has 40 MB: searched, not parsed. */
function schemaOf(file: VectorFile): string {
  return /"schema"\s*:\s*"([a-z0-9_]{1,64})/.exec(file.text().slice(0, 65_536))?.[1] ?? ''
}

/** What is damaged stops the run: a suite that is passed over looks like one that passed. */
function groupsOf(file: VectorFile): (JoseVectors | PrimitiveVectors)['testGroups'] {
  const groups = (file.json() as { testGroups?: unknown } | undefined)?.testGroups
  const whole = Array.isArray(groups) && groups.every((group) => Array.isArray(group?.tests))
  if (!whole) throw new Error(`Cannot run vectors: ${file.path} has no groups of tests`)
  // The schema says what a group looks like.
  return groups as (JoseVectors | PrimitiveVectors)['testGroups']
}

export function findWycheproof(files: readonly VectorFile[]): readonly Suite[] {
  return files
    .filter(({ name }) => name.endsWith('.json'))
    .flatMap((file): readonly Suite[] => {
      const schema = schemaOf(file)
      const judge = JOSE.test(schema)
        ? 'wycheproofJose'
        : PRIMITIVES.test(schema)
          ? 'wycheproofPrimitives'
          : undefined
      if (judge === undefined) return []
      // A group has its own key, and is judged by itself.
      return [{ name: `Wycheproof (${file.path})`, judge, items: groupsOf(file) }]
    })
}
