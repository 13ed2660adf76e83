/**
 * What a request tries, that a schema does not rule out: another object under the same name, an address inside the bank's
 * network, more than anybody needs at once, a token that proves nothing. Said in one word each; no value leaves this room.
 */
import type { Channel, Exchange } from '../../evidence.ts'
import { fieldIn } from '../../lib/header-fields.ts'
import type { GateSignal, RequestLimits } from '../risk/types.ts'
import type { ConformanceReport, Operation } from '../types.ts'
import { jsonIn } from './json-body.ts'
import { namesAnother } from './objects.ts'
import { asksTooMuch, reachesTooFar } from './reach.ts'
import { lacksScope } from './scopes.ts'
import { algorithmOf } from './token.ts'
import { namesRefusedUrl } from './urls.ts'

export interface Asked {
  readonly operation: Operation
  /** Of the path's parameters, as received. */
  readonly values: readonly string[]
  readonly exchange: Pick<Exchange, 'target' | 'headers' | 'arrivedAt'>
  readonly channel: Channel
  /** Of its token, where somebody vouches for it. */
  readonly scopes: readonly string[] | undefined
  /** Undefined where it was not read. */
  readonly body: Uint8Array | undefined
  /** Undefined where nobody has held the request against its specification. */
  readonly report: ConformanceReport | undefined
}

export function attemptsIn(asked: Asked, limits: RequestLimits): readonly GateSignal[] {
  const { exchange, channel } = asked
  const { target, headers, arrivedAt } = exchange
  const body = jsonIn(fieldIn(headers, 'content-type'), asked.body)
  const found: GateSignal[] = []
  if (lacksScope(asked.operation, asked.scopes)) found.push('scope_missing')
  if (namesAnother(asked, body)) found.push('object_elsewhere')
  if (namesRefusedUrl({ query: target.query, headers, body }, limits.urlHosts))
    found.push('url_target_refused')
  if (target.query !== '') {
    const query = new URLSearchParams(target.query)
    if (asksTooMuch(query, limits.pageSize)) found.push('page_too_large')
    if (reachesTooFar(query, limits.rangeDays, arrivedAt)) found.push('date_range_too_wide')
  }
  const algorithm = algorithmOf(fieldIn(headers, 'authorization'))
  // A bank's own session may have a shared key. A third party's token that has one could have been made by whoever checks it.
  const isShared = channel === 'tpp' && algorithm?.startsWith('HS') === true
  if (algorithm === 'none' || isShared) found.push('token_algorithm_weak')
  return found
}
