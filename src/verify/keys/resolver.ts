import { invalid } from '../../lib/fact.ts'
import type { KeyResolver } from '../signed/types.ts'
import { type FoundKey, findKey, type Keyring } from './keyring.ts'
import type { KeySources } from './sources.ts'
import type { KeyPorts, KeySource } from './types.ts'

export interface KeyRoom {
  readonly ring: Keyring
  readonly ports: KeyPorts
  /** Milliseconds since the epoch at which the request arrived. */
  readonly now: number
}

/** The keys of one organisation that has proven who it is: no other's, whatever the message names. */
export function organisationKeys(room: KeyRoom, sources: KeySources, organisation: string): KeyResolver {
  const source = sources.of(organisation)
  return source === undefined ? async () => invalid('key_source_refused') : sourceKeys(room, source)
}

export function sourceKeys({ ring, ports, now }: KeyRoom, source: KeySource): KeyResolver {
  return async (hint): Promise<FoundKey> => findKey(ring, source, hint, ports, now)
}
