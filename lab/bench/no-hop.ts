/** The gate as it is deployed, but for its ledger, which is in the isolate: what everything else costs. */
import { gateApp } from '../../src/app.ts'
import { openHouse } from '../../src/house.ts'
import { memoryLedger } from '../../src/observe/memory-ledger.ts'

export { Inventory } from '../../src/inventory/learn/inventory-object.ts'
export { Findings } from '../../src/inventory/risk/findings-object.ts'
export { Estate } from '../../src/observe/estate/estate-object.ts'
export { Ledger } from '../../src/observe/ledger-object.ts'
export { Journal } from '../../src/record/journal-object.ts'
export { Attestation } from '../../src/verify/attestation/attestation-object.ts'
export { Replay } from '../../src/verify/replay/replay-object.ts'
export { Revocation } from '../../src/verify/revocation/revocation-object.ts'

const ledger = memoryLedger()

export default {
  fetch: gateApp(async (premises, env, waitUntil) => ({
    ...(await openHouse(premises, env, waitUntil)),
    ledger,
  })).fetch,
}
