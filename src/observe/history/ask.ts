/** What a request shows of its caller that the account it names may know. Pure. */
import type { Evidence } from '../../evidence.ts'
import { known } from '../../lib/fact.ts'
import { hash32 } from '../../lib/hash32.ts'
import type { Traits } from './record.ts'
import type { AccountHistory } from './types.ts'

export interface HistoryAsk {
  readonly subject: AccountHistory['subject']
  /** A secret is being tried: only then does the bank's answer confirm anything. */
  readonly attempt: boolean
  readonly traits: Traits
}

type Seen = Pick<Evidence, 'client' | 'claims' | 'proof'>

/** Undefined where the request names no account and no card. */
export function askHistory(seen: Seen, attempt: boolean): HistoryAsk | undefined {
  const { account, card } = seen.claims
  if (account === undefined && card === undefined) return undefined
  return { subject: account === undefined ? 'card' : 'account', attempt, traits: traitsOf(seen) }
}

function traitsOf({ client, proof }: Seen): Traits {
  const { network, software } = client
  const device = deviceOf(proof)
  const { prefix, asn, country } = network
  return {
    ...(device === undefined ? {} : { device: hash32(`device ${device}`) }),
    software: hash32(`software ${software}`),
    ...(prefix === '' ? {} : { prefix: hash32(`prefix ${prefix}`) }),
    ...(asn === undefined ? {} : { network: hash32(`network ${asn}`) }),
    ...(country === undefined ? {} : { country: hash32(`country ${country}`) }),
  }
}

/** What only this device can show: the key of an attested app, or the cookie that this browser was given. */
function deviceOf(proof: Evidence['proof']): string | undefined {
  const app = known(proof.app)
  return app?.platform === 'apple' ? app.keyThumbprint : known(proof.pass)?.id
}
