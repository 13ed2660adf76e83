import { labBank } from '../../lab/bank.ts'
import type { Arrival, Reply, Step } from '../../lab/traffic/traffic.ts'
import { requestOf } from '../../lab/wire.ts'

/** Everything that a script sends to the bank itself, with no gate between. */
export async function played(arrivals: Iterable<Arrival>): Promise<readonly (readonly [Step, Response])[]> {
  const bank = labBank()
  const sent: (readonly [Step, Response])[] = []
  for (const { begin } of arrivals) {
    const session = begin()
    for (let taken = session.next(); !taken.done; ) {
      const answered = await bank.forward(requestOf(taken.value, { botManagement: true }), 'whole')
      if (answered.state !== 'valid') throw new Error('the bank did not answer')
      sent.push([taken.value, answered.value])
      taken = session.next(replyOf(answered.value))
    }
  }
  return sent
}

function replyOf(response: Response): Reply {
  const cookies = response.headers.getSetCookie().map((line): readonly [string, string] => {
    const [pair = ''] = line.split(';', 1)
    return [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
  })
  return { status: response.status, location: response.headers.get('location'), cookies, forwarded: true }
}
