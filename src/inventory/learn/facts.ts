/** What is counted of an exchange, and who is held to have made it. */
import { hash32 } from '../../lib/hash32.ts'
import { formatIp, maskIp, parsePrefix } from '../../lib/ip.ts'
import { remember } from '../../lib/remember.ts'
import type { Visit } from './probation.ts'
import type { Counting } from './tally.ts'
import type { AnswerFacts, Authentication, CallerFacts, ExchangeFacts } from './types.ts'

export function countingOf(exchange: ExchangeFacts, answer: AnswerFacts): Counting {
  const { caller } = exchange
  return {
    at: exchange.at,
    host: exchange.host,
    session: hash32(caller.session),
    channel: caller.channel,
    organisation: caller.organisation,
    network: caller.asn === undefined ? caller.prefix : networkName(caller.asn),
    authentication: authenticationText(exchange.authentication),
    tls: exchange.tls,
    requestMediaType: exchange.requestMediaType,
    requestBytes: exchange.requestBytes,
    status: answer.status ?? 0,
    refused: answer.refused,
    latencyMs: answer.latencyMs,
    responseBytes: answer.responseBytes,
    mediaType: answer.mediaType,
    weaknesses: answer.weaknesses,
  }
}

/**
 * The sponsor is whoever answers for the caller at some cost: a proven organisation, otherwise the autonomous system;
 * where nobody knows that, a block as large as networks have several of.
 */
export function visitOf(at: number, caller: CallerFacts, session: number): Visit {
  const { organisation, asn, prefix, proven } = caller
  const sponsor = organisation ?? (asn === undefined ? blockOf(prefix) : networkName(asn))
  return { at, session, sponsor: hash32(sponsor), proven }
}

/** IPv4 /16, IPv6 /32. */
const blockOf = remember(4_096, (prefix: string): string => {
  const parsed = parsePrefix(prefix)
  if (parsed === undefined) return prefix
  return formatIp(maskIp(parsed.address, parsed.address.family === 4 ? 16 : 32))
})

const names = new Map<number, string>()

function networkName(asn: number): string {
  const known = names.get(asn)
  if (known !== undefined) return known
  if (names.size >= 4_096) names.clear()
  const name = `AS${asn}`
  names.set(asn, name)
  return name
}

function authenticationText(seen: readonly Authentication[]): string {
  if (seen.length < 2) return seen[0] ?? 'none'
  return seen.join('+')
}
