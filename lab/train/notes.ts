/** What no run measures by itself: written by hand into every card. */

export const NOTES = `## What was tried

| what | outcome |
|---|---|
| 37 rounds against 60 | kept at 60, because the tail is what thresholds rest on |
| features that say how small a crowd is (\`cohortTopAccount\`, \`routeTopAccount\`, \`cohortStaleness\`) | they told the laboratory's small worlds apart, and accused people of a busy morning: no tree may ask for them |
| worlds as logs tell of them among those that are measured | no attempt is found where neither headers nor outcomes are told: a tenth of the worlds teaches how a log looks, none is measured |
| early exit for clear benign cases | not kept: it gives other margins than XGBoost's |
| shallower or oblivious trees, QuickScorer, branches, generated code | measured before this scorer was written: at one row only oblivious trees are faster, and nothing trains them on missing values; a tree of depth 4 costs what one of depth 6 does, as all are stored six levels deep |

## Known weaknesses

- It has never seen a real bank. Probabilities are those of the laboratory's mixture and not calibrated to anybody's
  traffic: start with the posture \`observe\` and look at your own people first.
- A browser that is driven, one attempt for each address, with fresh cookies, differs from a person only by what its
  whole cohort does, and by what the account knows of it. In an hour with few attempts of its kind it gets through.
- Somebody who is new to a bank, abroad, in a network that is being used for an attack at that moment looks like the attack.
- Attackers who change address, tool and pace whenever they are stopped are found later each time: the frontier of
  \`npm run arena -- --frontier\` shows from where.
- Features of operations and specifications are missing in the laboratory, where nobody watches the inventory: no tree asks for them.
- Walking through identifiers looks like reading for its first three or four requests.`
