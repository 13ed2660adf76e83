/** A challenge that a script was given and could not show: a single-page login would be refused for ever. */
import { ASK_COOKIE, cookiesNamed } from '../../lib/cookie.ts'
import { isNavigation } from '../../lib/navigation.ts'
import type { Rule } from '../rule.ts'
import { hasCleared } from '../subject.ts'

export const CHALLENGE_RULES: readonly Rule[] = [
  {
    id: 'challenge_pending',
    reason: 'challenge_pending',
    action: 'challenge',
    sparesProven: true,
    applies: 'a script of this browser was challenged in the last ten minutes, and the browser opens a page',
    when: ({ evidence }) =>
      evidence.match.route.channel === 'browser' &&
      isNavigation(evidence.exchange) &&
      cookiesNamed(evidence.exchange.headers.get('cookie'), ASK_COOKIE).length > 0 &&
      !hasCleared(evidence),
  },
]
