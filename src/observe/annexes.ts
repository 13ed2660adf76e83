/** The annexes there are. Who writes one adds its line here and its types in `annex.ts`. */
import type { Annex, AnnexName } from './annex.ts'
import { CONSENT_ANNEX } from './consent/consent.ts'
import { HISTORY } from './history/history.ts'
import { ORDER } from './order/order.ts'
import { QUOTA_ANNEX } from './quota/quota.ts'
import { WALK } from './walk/walk.ts'

export const ANNEXES: { readonly [N in AnnexName]?: Annex<N> } = {
  consent: CONSENT_ANNEX,
  order: ORDER,
  walk: WALK,
  history: HISTORY,
  quota: QUOTA_ANNEX,
}

/** One that is missing here does not compile. Object.keys forgets what the keys are. */
export const ANNEX_NAMES = Object.keys({
  consent: true,
  order: true,
  walk: true,
  history: true,
  quota: true,
} satisfies Record<AnnexName, true>) as readonly AnnexName[]
