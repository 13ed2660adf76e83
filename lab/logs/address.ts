/** One client, one name: an address by its canonical spelling (RFC 5952) and without a port, anything else as it is logged. */
import { formatIp, type IpAddress, parseIp } from '../../src/lib/ip.ts'

/** Empty where the log tells none: Apache and nginx write `-`. */
export function clientOf(logged: string): string {
  const ip = ipIn(logged)
  if (ip !== undefined) return formatIp(ip)
  return logged === '-' ? '' : logged
}

/** Some proxies write whom they saw with the port (`198.51.100.7:4711`, `[2001:db8::7]:4711`): each connection has another one. */
export function ipIn(logged: string): IpAddress | undefined {
  return parseIp(
    /^(\d+(?:\.\d+){3}):\d+$/.exec(logged)?.[1] ?? /^\[(.*)\](?::\d+)?$/.exec(logged)?.[1] ?? logged,
  )
}
