/** How the people of a bank share addresses. Sizes are people behind one address within the laboratory's span. */
import type { Group } from './calendar.ts'
import * as places from './places.ts'
import type { Random } from './random.ts'
import type { Place, Software, Transport } from './traffic.ts'

/** Who lives at an address; each call settles one more person. */
export type Settle = (random: Random) => Place

/** Everybody of a bank, as they come. */
export function neighbourhood(people: number, random: Random): Settle {
  const pool = (share: number, density: number, make: Settle) =>
    pooled(people * share, density, make, random.fork(density))
  const carriers = pool(0.26, 60, places.carrier)
  const offices = pool(0.1, 15, (stream) => places.office(stream, false))
  const inspected = pool(0.03, 25, (stream) => places.office(stream, true))
  const relays = pool(0.03, 40, places.relay)
  const households = pool(0.18, 2.5, places.home)
  return (stream) =>
    stream.weighted([
      [places.home, 38],
      [carriers, 26],
      [households, 18],
      [offices, 10],
      [inspected, 3],
      [relays, 3],
      [places.vpn, 2],
    ] as const)(stream)
}

/** So many people to an address, on average. */
export function pooled(people: number, density: number, make: Settle, random: Random): Settle {
  const pool = Array.from({ length: Math.max(1, Math.round(people / density)) }, (_, index) =>
    make(random.fork(index)),
  )
  return (stream) => stream.pick(pool)
}

/** Behind the addresses that a campaign uses as well; without a campaign behind a satellite's, as crowded. */
export function besideAttackers({ count, exits = [] }: Group, random: Random): Settle {
  return exits.length > 0 ? (stream) => stream.pick(exits) : pooled(count, 60, places.satellite, random)
}

/** Of those beside attackers every third person has the bank's application, the rest browsers: a carrier has more phones than that, a dish fewer. */
export function hasApplication(index: number): boolean {
  return index % 3 === 2
}

/** A company's proxy speaks TLS in the browser's place and, as RFC 9110 section 7.6.3 wants it, says that it was there. */
export function behindProxy(software: Software, transport: Transport): Software {
  return {
    ...software,
    transport,
    headers: (purpose) => ({ ...software.headers(purpose), via: '1.1 proxy', 'x-forwarded-for': '10.9.8.7' }),
  }
}
