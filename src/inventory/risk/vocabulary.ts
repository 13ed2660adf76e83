/** The few words that findings are made of, each list in its order. */

/** Least first. */
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const

/**
 * `possible`: a document says so, or something is missing. `likely`: it was tried, or seen. `certain`: the bank answered
 * as if it were right.
 */
export const LIKELIHOODS = ['possible', 'likely', 'certain'] as const

/** What an operation carries, at its worst. Least first. */
export const EXPOSURES = ['plain', 'personal', 'financial', 'secret'] as const

/**
 * How strongly a caller proved who it is: nothing, a shared secret, a token or session, bound to a key, and signed.
 * Weakest first.
 */
export const STRENGTHS = ['none', 'shared_secret', 'token', 'bound', 'signed'] as const

/** OWASP API Security Top 10, 2023. */
export const OWASP = {
  API1: 'Broken Object Level Authorization',
  API2: 'Broken Authentication',
  API3: 'Broken Object Property Level Authorization',
  API4: 'Unrestricted Resource Consumption',
  API5: 'Broken Function Level Authorization',
  API6: 'Unrestricted Access to Sensitive Business Flows',
  API7: 'Server Side Request Forgery',
  API8: 'Security Misconfiguration',
  API9: 'Improper Inventory Management',
  API10: 'Unsafe Consumption of APIs',
} as const

export const STATES = ['open', 'accepted', 'fixed'] as const
