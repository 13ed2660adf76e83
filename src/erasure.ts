/**
 * A data subject's erasure (GDPR Article 17): from what an operator was told to the names under which the gate keeps it.
 * The value itself is used to make the names and goes no further.
 */
import { formerNamesOf, nameOf } from './claims.ts'
import { consentClaims } from './consents.ts'
import type { LedgerOutage } from './evidence.ts'
import { normaliseCard, normaliseUser } from './exchange/credentials.ts'
import { appsOf, type GateEnv, journalOf, type Premises } from './house.ts'
import { networkFrom } from './identify/network.ts'
import { inJurisdiction } from './jurisdiction.ts'
import { ABSENT, type Fact } from './lib/fact.ts'
import { eraseFromLedger, type LedgerSubject } from './observe/erase.ts'
import type { JournalOutage } from './record/journal.ts'
import type { AttestationOutage } from './verify/attestation/types.ts'

export const SUBJECT_KINDS = ['user', 'card', 'address', 'prefix', 'reference', 'app', 'consent'] as const

export interface Subject {
  readonly kind: (typeof SUBJECT_KINDS)[number]
  readonly value: string
  /** organizationIdentifier of the third party that a consent was given to. */
  readonly organisation?: string
}

/** How much is gone from each store; absent where the store keeps nothing under such a name. */
export interface Erased {
  readonly ledger: Fact<number, never, LedgerOutage>
  readonly journal: Fact<number, never, JournalOutage>
  readonly attestation: Fact<number, never, AttestationOutage>
}

export interface Means {
  readonly premises: Premises
  readonly env: GateEnv
  waitUntil(work: Promise<unknown>): void
}

/** Undefined where the value names nobody: an address or a card that is none, a consent without its organisation. */
export async function erase(subject: Subject, means: Means): Promise<Erased | undefined> {
  const { premises, env, waitUntil } = means
  const nothing: Erased = { ledger: ABSENT, journal: ABSENT, attestation: ABSENT }
  if (subject.kind === 'reference')
    return { ...nothing, journal: await journal({ reference: subject.value }, means) }
  if (subject.kind === 'prefix')
    return { ...nothing, journal: await journal({ prefix: subject.value }, means) }
  const kept = ledgerSubject(subject, premises)
  if (kept === undefined) return undefined
  const ledger = await eraseFromLedger(
    inJurisdiction(env.LEDGER, premises.config),
    kept,
    premises.config.ledger,
    waitUntil,
  )
  if (kept.kind !== 'app') return { ...nothing, ledger }
  const apps = appsOf(premises, env, waitUntil)
  return {
    ...nothing,
    ledger,
    attestation: apps === undefined ? ABSENT : await apps.attestation.forget(kept.keyId),
  }
}

function journal(
  whose: Parameters<ReturnType<typeof journalOf>['erase']>[0],
  means: Means,
): Promise<Erased['journal']> {
  return journalOf(means.premises, means.env, means.waitUntil).erase(whose)
}

function ledgerSubject(
  { kind, value, organisation }: Subject,
  { keys }: Premises,
): LedgerSubject | undefined {
  switch (kind) {
    // Spelt in any way that a login takes for the same.
    case 'user': {
      const user = normaliseUser(value)
      if (user === '') return undefined
      return {
        kind: 'account',
        names: [nameOf(keys, 'account', user), ...formerNamesOf(keys, 'account', user)],
      }
    }
    case 'card': {
      const card = normaliseCard(value)
      if (card === undefined) return undefined
      return { kind, names: [nameOf(keys, kind, card), ...formerNamesOf(keys, kind, card)] }
    }
    case 'consent': {
      const { consent, consentPlace: place, formerly } = consentClaims(value, keys)
      if (organisation === undefined || consent === undefined || place === undefined) return undefined
      return { kind, organisation, place, names: [consent, ...(formerly?.consent ?? [])] }
    }
    case 'app':
      return { kind, keyId: value }
    case 'address': {
      const { address, subscriber, prefix } = networkFrom(value, {})
      return address === '' ? undefined : { kind, subscriber, prefix }
    }
    default:
      return undefined
  }
}
