/** When a log says that it was. JavaScript takes times that no clock ever shows for others: 31 February for 3 March, 24:00 for the next day. */

/** RFC 3339 section 5.6, and what exports make of it: no seconds, a zone without its colon or minutes, or by name. */
const RFC_3339 =
  /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(?::(\d\d)(?:\.(\d+))?)? ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?$/i

export function isRfc3339(text: string): boolean {
  return RFC_3339.test(text)
}

/** Milliseconds since the epoch; NaN where it never was. Without a zone it is UTC's: a log is read alike wherever that is done. */
export function rfc3339(text: string): number {
  const [, date = '', minute = '', second = '00', fraction = '', zone = 'Z'] = RFC_3339.exec(text) ?? []
  return instantOf(date, minute, second, zone) + Number(fraction.slice(0, 3).padEnd(3, '0'))
}

/**
 * Of `2026-11-21`, `09:30`, `01`, `+0100`; NaN where it never was. A second 60 is none: POSIX time, which servers' clocks keep, has
 * no leap seconds.
 */
export function instantOf(date: string, minute: string, second: string, zone: string): number {
  const wall = `${date}T${minute}:${second}`
  const at = Date.parse(`${wall}Z`)
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(wall)) return Number.NaN
  return at - offsetOf(zone)
}

function offsetOf(zone: string): number {
  const [, sign, hours = '', minutes = '00'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? []
  if (sign === undefined) return 0
  // RFC 3339 section 5.6: as an hour and a minute of a day.
  if (Number(hours) > 23 || Number(minutes) > 59) return Number.NaN
  const length = (Number(hours) * 60 + Number(minutes)) * 60_000
  return sign === '-' ? -length : length
}
