/** IDENTIFY: who does this client seem to be. Pure: the same request is always the same client. */
import type { CertificateSource } from '../config.ts'
import type { Client, Exchange, Tls } from '../evidence.ts'
import { ABSENT, type Fact, valid } from '../lib/fact.ts'
import { headerFields } from '../lib/header-fields.ts'
import type { Lists } from '../ports.ts'
import { parseAgent } from './agent.ts'
import { certificateFrom } from './certificate.ts'
import { contradictionsIn, unjudgedBy, type View } from './consistency.ts'
import { type EdgeProperties, edgeProperties } from './edge.ts'
import { fingerprintOf, softwareOf } from './fingerprint.ts'
import { parseJa4 } from './ja4.ts'
import { networkFrom } from './network.ts'
import { shapeFrom } from './shape.ts'

const MAX_ENCODINGS_LENGTH = 128
const UNTOLD = '?'

/** @param told Names of the headers that are told at all; every one is, where it is left out */
export function identify(
  exchange: Exchange,
  lists: Lists,
  source: CertificateSource,
  told?: ReadonlySet<string>,
): Client {
  const edge = edgeProperties(exchange.request)
  const header = new Map(headerFields(exchange.headers))
  const network = networkFrom(exchange.address, edge)
  const view = viewOf(exchange, edge, header, told)
  return {
    network,
    tls: tlsFrom(edge),
    protocol: edge.httpProtocol,
    certificate: certificateFrom(source, edge.clientAuth, exchange.request.headers),
    shape: shapeFrom(exchange.headers, header, view.encodings),
    claim: view.agent.claim,
    contradictions: contradictionsIn(view, told),
    ...(told === undefined ? {} : { partial: { told, unjudged: unjudgedBy(told) } }),
    fingerprint: fingerprintOf(view, edge.tlsVersion),
    software: softwareOf(view, edge.tlsVersion),
    listed: lists.malicious(network),
    hosting: lists.hosting(network.asn),
  }
}

function viewOf(
  exchange: Exchange,
  edge: EdgeProperties,
  header: ReadonlyMap<string, string>,
  told: ReadonlySet<string> | undefined,
): View {
  const { origin } = exchange.target
  // Nobody's claim, where none is told: "no user agent" would be one.
  const agent = told?.has('user-agent') === false ? UNTOLD : (header.get('user-agent') ?? '')
  const encodings = edge.clientAcceptEncoding ?? header.get('accept-encoding') ?? ''
  return {
    method: exchange.method,
    authority: origin.slice(origin.indexOf('://') + 3).toLowerCase(),
    header,
    agent: parseAgent(agent),
    ja4: edge.ja4 === undefined ? undefined : parseJa4(edge.ja4),
    protocol: edge.httpProtocol,
    secure: edge.tlsVersion !== undefined,
    encodings: encodings.slice(0, MAX_ENCODINGS_LENGTH),
  }
}

function tlsFrom(edge: EdgeProperties): Tls {
  return { version: edge.tlsVersion, cipher: edge.tlsCipher, ja4: present(edge.ja4), ja3: present(edge.ja3) }
}

function present(text: string | undefined): Fact<string> {
  return text === undefined ? ABSENT : valid(text)
}
