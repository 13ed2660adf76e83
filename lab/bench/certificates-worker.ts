/**
 * Verifies certificates again and again, for `certificates.ts` to time from outside: inside, workerd's clock stands still.
 * Cold, every verification begins with an empty memory; warm, all share one.
 */
import { NO_BLOCK_LIST } from '../../src/verify/block-list.ts'
import { type CertificateTools, verifyCertificate } from '../../src/verify/certificate.ts'
import { ownAnchors } from '../../src/verify/own-anchors.ts'
import { pathMemory } from '../../src/verify/path-memory.ts'
import { NO_REGISTER } from '../../src/verify/register.ts'

export { Inventory } from '../../src/inventory/learn/inventory-object.ts'
export { Findings } from '../../src/inventory/risk/findings-object.ts'
export { Estate } from '../../src/observe/estate/estate-object.ts'
export { Ledger } from '../../src/observe/ledger-object.ts'
export { Journal } from '../../src/record/journal-object.ts'
export { Attestation } from '../../src/verify/attestation/attestation-object.ts'
export { Replay } from '../../src/verify/replay/replay-object.ts'
export { Revocation } from '../../src/verify/revocation/revocation-object.ts'

interface Work {
  readonly anchors: string
  readonly certificates: readonly { readonly der: string; readonly chain: readonly string[] }[]
  readonly times: number
  readonly warm: boolean
}

let kept: CertificateTools | undefined

export default {
  async fetch(request: Request): Promise<Response> {
    // Sent by certificates.ts and nobody else.
    const work = (await request.json()) as Work
    const now = Date.now()
    kept ??= toolsOf(work.anchors, now)
    for (let time = 0; time < Math.min(work.times, 100_000); time++) {
      const certificate = work.certificates[time % work.certificates.length]
      if (certificate === undefined) continue
      const tools = work.warm ? kept : { ...kept, memory: pathMemory() }
      const presented = { ...certificate, chainTooLarge: false, revoked: false }
      const { certificate: fact } = await verifyCertificate(presented, tools, now)
      if (fact.state !== 'valid') return new Response(JSON.stringify(fact), { status: 500 })
    }
    return new Response('done')
  },
}

function toolsOf(pem: string, now: number): CertificateTools {
  const anchors = ownAnchors(pem)
  if (anchors === undefined) throw new Error('Cannot read the anchors of the bench')
  return {
    anchors,
    memory: pathMemory(),
    // Remembered by the isolate, as it is for a certificate in use: the objects' own cost is a hop, and measured as such.
    revocation: { check: () => Promise.resolve({ certificates: [] }) },
    register: { value: NO_REGISTER, exists: false, readAt: now },
    blockList: { value: NO_BLOCK_LIST, exists: false, readAt: now },
  }
}
