/* How the search of the documentation orders what it finds: Sphinx's own weights, except for two pages. */
var Scorer = {
  // Of [docname, title, anchor, descr, score, filename, kind]. Who searches for a sentence has it from a message, whose
  // words are on many pages; the one that explains it comes first. What has changed since is seldom the answer.
  score: ([page, , , , score]) => score + (page === "troubleshooting" ? 10 : page === "changelog" ? -4 : 0),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
