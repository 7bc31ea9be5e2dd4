//! What README and findings hold of the audit: text between markers, a pure function of
//! `audit.json` and of the claims.
//!
//! | module | what it does |
//! |---|---|
//! | `blocks` | text between markers in a file that people write |
//! | `readme` | the results in `README.md` |
//! | `findings` | what did not come out as reported, `reports/<scale>/findings.md` |
//! | `versions` | which version of the program made the paper, in the same file |

pub(crate) mod blocks;
pub(crate) mod findings;
pub(crate) mod readme;
pub(crate) mod versions;
