/** What the Worker of `npm run vectors` can judge. Each takes one item of a suite and gives a verdict for each case in it. */
import { judgeHttpSignatures } from './http-signatures.ts'
import { judgePathItem, type PathItem } from './path-case.ts'
import { judgeCrttest } from './pkilint.ts'
import type { PkilintItem } from './pkilint-files.ts'
import type { Verdict } from './report.ts'
import { judgeWycheproofJose } from './wycheproof-jose.ts'
import { judgeWycheproofPrimitives } from './wycheproof-primitives.ts'

type Judge = (item: never) => Promise<readonly Verdict[]>

export const JUDGES = {
  path: async (item: PathItem) => [await judgePathItem(item)],
  pkilint: async ({ id, folder, text }: PkilintItem) => [{ id, ...judgeCrttest(folder, text) }],
  httpSignatures: judgeHttpSignatures,
  wycheproofJose: judgeWycheproofJose,
  wycheproofPrimitives: judgeWycheproofPrimitives,
} as const satisfies Record<string, Judge>

export type JudgeName = keyof typeof JUDGES
