/** Finds Wycheproof's files, told by the schema that they name. */
import type { VectorFile } from './files.ts'
import type { Suite } from './formats.ts'
import type { JoseVectors } from './wycheproof-jose.ts'
import type { PrimitiveVectors } from './wycheproof-primitives.ts'

const JOSE = /^json_web_(?:signature|key)_schema/
const PRIMITIVES = /^(?:ecdsa_p1363_verify|eddsa_verify|rsassa_pss_verify|rsassa_pkcs1_verify)_schema/

/** The largest file of another kind has 40 MB and is searched, not parsed. */
function schemaOf(file: VectorFile): string {
  return /"schema"\s*:\s*"([a-z0-9_]{1,64})/.exec(file.text().slice(0, 4_096))?.[1] ?? ''
}

export function findWycheproof(files: readonly VectorFile[]): readonly Suite[] {
  return files
    .filter(({ name }) => name.endsWith('_test.json'))
    .flatMap((file): readonly Suite[] => {
      const schema = schemaOf(file)
      const judge = JOSE.test(schema)
        ? 'wycheproofJose'
        : PRIMITIVES.test(schema)
          ? 'wycheproofPrimitives'
          : undefined
      if (judge === undefined) return []
      // A group has its own key, and is judged by itself. The schema says what it looks like.
      const { testGroups } = file.json() as JoseVectors | PrimitiveVectors
      return [{ name: `Wycheproof (${file.path})`, judge, items: testGroups }]
    })
}
