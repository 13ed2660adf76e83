/** Apache's common and combined log formats, nginx's default, with or without a virtual host in front. */
import { type Seen, seenFrom } from './seen.ts'

const LINE =
  /^(?:(\S+) )?(\S+) (\S+) ((?:[^[]|\[(?!\d\d\/))*) \[(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})\] "((?:[^"\\]|\\.)*)" (\d{3}|-) (\d+|-)(.*)$/
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'
/** nginx's `$request_time` at the end of the line, in seconds with milliseconds. */
const TOOK = /\s"?(\d+\.\d{3})"?$/

export function readCombined(line: string): Seen | undefined {
  const parts = LINE.exec(line)
  if (parts === null) return undefined
  const [, host = '', address = '', , user = '-', day, month = '', year, time, zone = ''] = parts
  const number = MONTHS.indexOf(month) / 3 + 1
  if (!Number.isInteger(number) || number < 1) return undefined
  const offset = `${zone.slice(0, 3)}:${zone.slice(3)}`
  const at = Date.parse(`${year}-${String(number).padStart(2, '0')}-${day}T${time}${offset}`)
  const [, , , , , , , , , , request = '', status = '-', bytes = '-', rest = ''] = parts
  const [method = '', target = ''] = request.split(' ')
  const took = TOOK.exec(rest)?.[1]
  return seenFrom({
    ...{ at, address, host, method, target },
    status: status === '-' ? undefined : Number(status),
    responseBytes: bytes === '-' ? undefined : Number(bytes),
    latencyMs: took === undefined ? undefined : Number(took) * 1_000,
    authentication: user === '-' ? [] : ['basic'],
  })
}
