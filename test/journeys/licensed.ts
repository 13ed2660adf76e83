/** A third party's service as the edge sees it: one certificate, one rented machine, one program. */
import * as places from '../../lab/traffic/places.ts'
import { SERVERS } from '../../lab/traffic/programs.ts'
import { random } from '../../lab/traffic/random.ts'
import type { ClientAuth } from '../../lab/traffic/traffic.ts'
import type { Visitor } from '../../lab/traffic/visitor.ts'

export function licensed(name: string, certificate: ClientAuth | undefined): Visitor {
  const stream = random(`licensed/${name}`)
  return {
    ...{ software: stream.pick(SERVERS), place: places.hosting(stream), cookies: undefined, certificate },
    truth: { intent: 'benign_automation', class: 'licensed TPP', campaign: name, person: name },
  }
}
