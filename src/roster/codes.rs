//! The codes of findings about the roster.

crate::codes! {
    /// The roster was written by a newer version.
    ///
    /// A newer format may say things about members that this version would miss, so nobody's signature is
    /// judged by it.
    ///
    /// Fix: install the newer version, or write `passmuster: roster/1` and only use what that knows.
    NEWER_FORMAT = "roster/newer-format";

    /// A name is not an id.
    ///
    /// Names of members and roles have 1 to 64 letters, digits, `.`, `_` or `-`, and start with a letter or digit.
    ///
    /// ```yaml
    /// - { name: ada, roles: [code-reviewer] }
    /// ```
    ///
    /// Fix: choose such a name; a full name can stand in a comment.
    BAD_NAME = "roster/bad-name";

    /// Two members have the same name, apart from upper and lower case.
    ///
    /// The name is the identity: approvals and evidence are counted by it, and two entries are never merged.
    ///
    /// Fix: rename one, or join the two entries.
    DUPLICATE_MEMBER = "roster/duplicate-member";

    /// A public key cannot be used.
    ///
    /// Keys are one-line OpenSSH public keys, as in a `.pub` file: the type, the key in base64, a comment. A key
    /// that cannot be read would leave its owner's signatures unverified.
    ///
    /// ```yaml
    /// keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI... ada@laptop]
    /// ```
    ///
    /// Fix: copy the whole line from `~/.ssh/id_ed25519.pub`. A private key never belongs here: if one was pasted,
    /// make a new pair.
    BAD_KEY = "roster/bad-key";

    /// Two members have the same public key.
    ///
    /// A signature must belong to one person, or one person could give two approvals.
    ///
    /// Fix: remove the key from one of them; each member needs a key of their own.
    SHARED_KEY = "roster/shared-key";

    /// A text is no e-mail address.
    ///
    /// Addresses tell whose commits are whose, and are compared with those in the commits.
    ///
    /// Fix: write it as `git config user.email` shows it.
    BAD_EMAIL = "roster/bad-email";

    /// Two members have the same e-mail address, apart from upper and lower case.
    ///
    /// A commit must belong to one member, or nobody could say whether its author approved their own work.
    ///
    /// Fix: remove the address from one of them.
    SHARED_EMAIL = "roster/shared-email";

    /// A domain is neither a path pattern nor a tag.
    ///
    /// Domains say whose work is whose: nobody else is given an item there. One that cannot be read would own nothing.
    ///
    /// ```yaml
    /// - { name: writer, domains: ["docs/**", "*.md", "#docs"] }
    /// ```
    ///
    /// Fix: write a path pattern as in `touches`, or a tag with `#`.
    BAD_DOMAIN = "roster/bad-domain";

    /// A capacity cannot be read.
    ///
    /// It is a number of tasks at once (`3`), hours a day (`6h`) or a share of a day of eight hours (`50%`).
    ///
    /// Fix: write one of these.
    BAD_CAPACITY = "roster/bad-capacity";

    /// A part of a calendar cannot be read.
    ///
    /// Dates of a schedule count the hours somebody works. A part that cannot be read counts as not said, so what the
    /// team, the roster or the default says holds instead, and dates come out wrong.
    ///
    /// ```yaml
    /// calendar:
    ///   zone: Europe/Berlin
    ///   days: mon-thu
    ///   hours: 09:00-12:30, 13:30-17:00
    ///   holidays: [2026-12-24..2027-01-01, 2027-05-01]
    /// ```
    ///
    /// Fix: write it as in the example.
    BAD_CALENDAR = "roster/bad-calendar";

    /// It cannot be read when a team is active.
    ///
    /// A task of a team that is not active yet cannot be closed, so this must be plain.
    ///
    /// ```yaml
    /// teams:
    ///   - { name: backend, members: [api-architect, backend-developer], activate: after foundation }
    /// ```
    ///
    /// Fix: write `start`, `always`, `ready`, or `after` and the name of a team or item.
    BAD_ACTIVATION = "roster/bad-activation";

    /// Two teams have the same name.
    ///
    /// Fix: rename one, or join the two entries.
    DUPLICATE_TEAM = "roster/duplicate-team";

    /// Somebody was found, and it is not plain who they are on the roster.
    ///
    /// Two definitions of one name, a second address under a known name, a team that only GitHub knows: nobody is
    /// merged by guess, and who is on the roster stays as a person wrote them.
    ///
    /// Fix: do what the hint says if it is the same member, rename one if not, or leave it.
    IMPORT = "roster/not-merged";

    /// Somebody is named who is not on the roster.
    ///
    /// `reports_to`, deputies, members of teams and support roles name members; a name that is nobody's leaves the
    /// seat empty without a word.
    ///
    /// Fix: correct the name, or add the member.
    UNKNOWN_MEMBER = "roster/unknown-member";

    /// Members report to each other in a circle.
    ///
    /// What nobody on the way can decide is passed upwards; in a circle it comes back and is never decided.
    ///
    /// Fix: take one `reports_to` away.
    CYCLE = "roster/reports-in-circle";

    /// The roster is weak at a place.
    ///
    /// Too many report to one, a domain or role hangs on a single person without a deputy, a team is empty, a support
    /// role is not held, an agent's file is gone or says something else by now. Nothing is refused for it.
    ///
    /// Fix: do what the hint says, or live with it.
    WEAK = "roster/weak";
}
