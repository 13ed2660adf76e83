import type { Conduct, Footprint } from '../evidence.ts'
import type { Estate, Ledger } from '../ports.ts'

/** What this caller has been doing, exactly, and what everybody like it does, roughly. One round trip. */
export async function observe(footprint: Footprint, ledger: Ledger, estate: Estate): Promise<Conduct> {
  // The ledger is asked first: the estate is read while the answer is on its way.
  const asked = ledger.observe(footprint)
  const everybody = estate.observe(footprint)
  const own = await asked
  footprint.stranger = footprint.asks.history?.attempt === true && own.history.state === 'absent'
  return { ...own, ...everybody }
}
