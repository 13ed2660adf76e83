import { gateApp } from './app.ts'
import { riskRounds } from './rounds.ts'

export { Inventory } from './inventory/learn/inventory-object.ts'
export { Findings } from './inventory/risk/findings-object.ts'
export { Estate } from './observe/estate/estate-object.ts'
export { Ledger } from './observe/ledger-object.ts'
export { Journal } from './record/journal-object.ts'
export { Attestation } from './verify/attestation/attestation-object.ts'
export { Replay } from './verify/replay/replay-object.ts'
export { Revocation } from './verify/revocation/revocation-object.ts'

export default { fetch: gateApp().fetch, scheduled: riskRounds() }
