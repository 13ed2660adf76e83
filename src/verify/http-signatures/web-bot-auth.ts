/**
 * Web Bot Auth (draft-meunier-web-bot-auth-architecture): the profile of RFC 9421 by which an agent that says what it is
 * can prove it. Only agents whose host the operator lists prove anything: whoever can register a domain can sign.
 */
import { ABSENT, type Fact, invalid, valid } from '../../lib/fact.ts'
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import type { KeyOutage, KeyResolver, SignedMessage, Verified } from '../signed/types.ts'
import type { HttpSignatureFault } from './faults.ts'
import { verifyMessage } from './message.ts'
import { type MessagePolicy, type MessagePolicySpec, messagePolicy } from './policy.ts'
import { type ChosenSignature, signaturesOf } from './signature-input.ts'
import { asItem, readDictionary, readItem } from './structured.ts'

export interface AgentPolicy {
  /** Host of the key directory, in lower case, to the operator's name for the agent. */
  readonly agents: ReadonlyMap<string, string>
  readonly skewSeconds: number
  /** The drafts ask for 24 hours at most from created to expires. */
  readonly maxLifetimeSeconds: number
}

export type AgentFault =
  | 'agent_missing'
  | 'agent_malformed'
  | 'agent_unsigned'
  | 'agent_not_listed'
  | HttpSignatureFault

/** A declared bot that is the one it says it is. */
export interface VerifiedAgent extends Verified {
  readonly host: string
  readonly name: string
}

const TAG = 'web-bot-auth'
const AGENT = 'signature-agent'

/**
 * Absent where nobody signed as a bot. Nothing is fetched for a host that is not listed.
 *
 * @param keysOf keys of a listed host, named by their thumbprints
 * @param now milliseconds since the epoch
 */
export async function verifyAgent(
  message: SignedMessage,
  policy: AgentPolicy,
  keysOf: (host: string) => KeyResolver,
  now: number,
): Promise<Fact<VerifiedAgent, AgentFault, KeyOutage>> {
  const [chosen, ...others] = signaturesOf(message.headers, TAG)
  if (chosen === undefined) return claims(message.headers) ? invalid('signature_malformed') : ABSENT
  if (others.length > 0) return invalid('signature_ambiguous')
  const agent = agentOf(message.headers, chosen)
  if (!agent.ok) return invalid(agent.reason)
  const { host, component } = agent.value
  const name = policy.agents.get(host)
  if (name === undefined) return invalid('agent_not_listed')
  const rules = rulesFor(policy, component)
  if (rules === undefined) return invalid('parameter_refused')
  const verified = await verifyMessage(message, rules, keysOf(host), now)
  return verified.state === 'valid' ? valid({ ...verified.value, host, name }) : verified
}

/** Says in some way that it is a bot's signature, though not in one that can be read. */
function claims(headers: Headers): boolean {
  return headers.get('signature-input')?.includes(`"${TAG}"`) === true
}

interface Agent {
  readonly host: string
  /** As it is covered: with `key` where the field is a dictionary. */
  readonly component: string
}

/**
 * Both syntaxes: a string in the first drafts, a dictionary keyed by the signature's label in later ones. Which one it
 * is, the signature itself says by how it covers the field: an agent that is not signed could be anybody's.
 */
function agentOf(headers: Headers, { label, components }: ChosenSignature): Outcome<Agent, AgentFault> {
  const field = headers.get(AGENT)
  if (field === null) return fail('agent_missing')
  const [covered, ...others] = components.filter(([name]) => name === AGENT)
  if (covered === undefined || others.length > 0) return fail('agent_unsigned')
  const key = covered[1].get('key')
  if (covered[1].size > (key === undefined ? 0 : 1) || (key !== undefined && key !== label)) {
    return fail('agent_unsigned')
  }
  const item = key === undefined ? readItem(field) : asItem(readDictionary(field)?.get(label))
  const host = hostOf(item?.[0])
  if (host === undefined) return fail('agent_malformed')
  return pass({ host, component: key === undefined ? AGENT : `"${AGENT}";key="${label}"` })
}

/** An https origin and nothing else: keys come from the well-known place of a host that the operator knows. */
function hostOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 512) return undefined
  const [, host, path = ''] = /^https:\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)+)(\/.*)?$/i.exec(value) ?? []
  if (host === undefined) return undefined
  return path === '' || path === '/' || path === '/.well-known/http-message-signatures-directory'
    ? host.toLowerCase()
    : undefined
}

function rulesFor(
  { skewSeconds, maxLifetimeSeconds }: AgentPolicy,
  agent: string,
): MessagePolicy | undefined {
  const spec: MessagePolicySpec = {
    select: { tag: TAG },
    coverage: {
      required: [{ anyOf: [['@authority'], ['@target-uri']] }, agent],
      whenPresent: [],
      singletons: [],
    },
    algorithms: ['Ed25519'],
    digest: { when: 'never', algorithms: [] },
    time: { maxAgeSeconds: maxLifetimeSeconds, skewSeconds },
    parameters: {
      created: 'required',
      expires: 'required',
      nonce: 'optional',
      keyid: 'required',
      alg: 'optional',
    },
    maxLifetimeSeconds,
    digestFields: [],
  }
  const made = messagePolicy(spec)
  return made.ok ? made.policy : undefined
}
