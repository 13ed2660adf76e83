/** One line of a log, as the inventory takes it. What a log does not say is left open. */
import { normalisePath } from '../../src/exchange/target.ts'
import type { AnswerFacts, ExchangeFacts } from '../../src/inventory/learn/types.ts'
import { formatIp, maskIp, parseIp } from '../../src/lib/ip.ts'
import type { LoggedRequest } from '../logs/logged.ts'
import { originForm } from '../logs/target.ts'

export interface Seen {
  readonly exchange: Omit<ExchangeFacts, 'match'>
  readonly answer: AnswerFacts
}

const TOKEN = /^[A-Z][A-Z-]{0,31}$/

/** Undefined for what is no request: a scan's binary, a target that is none. */
export function seenFrom(logged: LoggedRequest): Seen | undefined {
  const { at, method, status, organisation } = logged
  const target = originForm(logged.target)
  if (target === undefined || !TOKEN.test(method) || !Number.isFinite(at)) return undefined
  const queryAt = target.indexOf('?')
  const prefix = prefixOf(logged.address)
  return {
    exchange: {
      at,
      host: hostName(logged.host),
      method,
      path: normalisePath(queryAt < 0 ? target : target.slice(0, queryAt), new Set()),
      query: queryAt < 0 ? '' : target.slice(queryAt + 1),
      caller: {
        session: organisation === undefined ? prefix : `tpp:${organisation}`,
        proven: organisation !== undefined,
        organisation,
        channel: logged.channel ?? 'direct',
        asn: logged.asn,
        prefix,
      },
      authentication: logged.authentication ?? [],
      tls: logged.tls,
      requestBytes: logged.requestBytes ?? 0,
      requestMediaType: logged.requestMediaType,
    },
    answer: {
      status,
      refused: logged.refused ?? false,
      latencyMs: logged.latencyMs ?? 0,
      responseBytes: logged.responseBytes,
      mediaType: logged.mediaType,
      weaknesses: [],
    },
  }
}

function hostName(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase()
}

/** As the gate cuts addresses: IPv4 /24, IPv6 /48. A name instead of an address is itself. */
function prefixOf(address: string): string {
  const parsed = parseIp(address)
  if (parsed === undefined) return address.slice(0, 64)
  const length = parsed.family === 4 ? 24 : 48
  return `${formatIp(maskIp(parsed, length))}/${length}`
}
