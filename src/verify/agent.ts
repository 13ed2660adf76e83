/** A declared agent that proves which one it is (Web Bot Auth). */
import type { Agent, AgentProblem, VerifierOutage } from '../evidence.ts'
import { ABSENT, type Fact, invalid, unavailable, valid } from '../lib/fact.ts'
import { type AgentFault, type AgentPolicy, verifyAgent } from './http-signatures/web-bot-auth.ts'
import type { KeyResolver, SignedMessage } from './signed/types.ts'

export interface AgentTools {
  readonly policy: AgentPolicy
  /** Keys of a listed host, named by their thumbprints. */
  keysOf(host: string): KeyResolver
}

export type AgentFact = Fact<Agent, AgentProblem, VerifierOutage>

/** @param now milliseconds since the epoch */
export async function agentOf(
  message: SignedMessage,
  { policy, keysOf }: AgentTools,
  now: number,
): Promise<AgentFact> {
  if (!message.headers.has('signature-agent')) return ABSENT
  const fact = await verifyAgent(message, policy, keysOf, now)
  switch (fact.state) {
    case 'valid':
      return valid({ name: fact.value.name, host: fact.value.host })
    case 'invalid':
      return invalid(problemOf(fact.reason))
    case 'unavailable':
      return unavailable(fact.reason)
    case 'absent':
      return ABSENT
  }
}

function problemOf(fault: AgentFault): AgentProblem {
  if (fault === 'agent_not_listed') return 'agent_unlisted'
  return fault === 'agent_malformed' || fault === 'agent_missing' || fault === 'signature_malformed'
    ? 'agent_malformed'
    : 'agent_unproven'
}
