/** What no run measures by itself: written by hand into every card. */

export const NOTES = `## What was tried

To be written.

## Known weaknesses

- It has never seen a real bank. Probabilities are those of the laboratory's mixture and not calibrated to anybody's
  traffic: start with the posture \`observe\` and look at your own people first.
- A browser that is driven, one attempt for each address, with fresh cookies, differs from a person only by what its
  whole cohort does. Where a popular browser's cohort is mixed with an attack, the model holds back, and lets through.
- People who are stopped stop trying in the laboratory; real ones try again, and that is not in the data.`
