/** Judges test vectors in workerd, with the modules that the gate itself uses. POST /<judge> with a list of items. */
import { JUDGES } from './judges.ts'
import type { Verdict } from './report.ts'

export default {
  async fetch(request: Request): Promise<Response> {
    const name = new URL(request.url).pathname.slice(1)
    // The caller is `run.ts`, which names judges by their type and sends each what its format made for it.
    const judge = (JUDGES as Record<string, ((item: unknown) => Promise<readonly Verdict[]>) | undefined>)[
      name
    ]
    if (judge === undefined) return new Response(null, { status: 404 })
    const items: readonly unknown[] = await request.json()
    const verdicts: Verdict[] = []
    for (const item of items) verdicts.push(...(await judge(item)))
    return Response.json(verdicts)
  },
}
