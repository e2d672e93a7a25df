//! What the policy says about people: who has which power, how long a waiver may last, how fast a blocker climbs.

use super::ladder::Ladder;
use super::parse::Reader;
use super::{DEFAULT_CRITICAL_MINUTES, DEFAULT_WAIVER_DAYS, MAX_WAIVER_DAYS, Power, Profile, codes, ladder};
use crate::diag::Severity;
use crate::doc::yaml::Fields;
use crate::id::MemberName;
use crate::text::{Span, Spanned};
use std::collections::BTreeMap;

/// Roles or members by power.
pub(super) type Powers = BTreeMap<Power, Vec<Spanned<MemberName>>>;

impl Reader<'_> {
    /// Who may approve a change of the policy, and who has which power.
    pub(super) fn authority(
        &mut self,
        fields: &mut Fields<'_>,
        profile: Profile,
    ) -> (Vec<Spanned<MemberName>>, Powers) {
        let start = Span::at(fields.span().start);
        let default = |roles: &[&str]| -> Vec<Spanned<MemberName>> {
            let name = |name: &&str| MemberName::parse(name).expect("the profiles' roles are ids");
            roles.iter().map(|role| Spanned::new(name(role), start)).collect()
        };
        let mut approvers = default(profile.defaults().policy_approvers);
        let mut powers: Powers =
            Power::ALL.into_iter().map(|power| (power, default(power.default_roles(profile)))).collect();
        let Some((_, node)) = fields.take("authority") else { return (approvers, powers) };
        let Some(mut fields) = Fields::new(self.source, node, "`authority`", self.sink) else {
            return (approvers, powers);
        };
        if let Some(named) = self.holders(&mut fields, "policy", "authority.policy", profile) {
            approvers = named;
        }
        for power in Power::ALL {
            if let Some(named) = self.holders(&mut fields, power.name(), power.written(), profile) {
                powers.insert(power, named);
            }
        }
        fields.finish(Severity::Error, self.sink);
        (approvers, powers)
    }

    /// Roles or members under one key of `authority`; an empty list would let everybody.
    fn holders(
        &mut self,
        fields: &mut Fields<'_>,
        key: &'static str,
        written: &'static str,
        profile: Profile,
    ) -> Option<Vec<Spanned<MemberName>>> {
        let (span, node) = fields.take(key)?;
        self.written.insert(written);
        let texts = node.texts(self.source, &format!("`{written}`"), self.sink);
        if profile != Profile::Solo && texts.as_ref().is_some_and(Vec::is_empty) {
            let message = format!("nobody is named under `{written}`");
            let cause = format!("an empty list would let everybody, and the profile is `{}`", profile.name());
            self.error(&codes::NO_APPROVER, span, message, cause, format!("write `{key}: [maintainer]`"));
        }
        let texts = texts.unwrap_or_default().into_iter();
        Some(texts.filter_map(|text| self.name(text, "the role", MemberName::parse)).collect())
    }

    pub(super) fn ladders(&mut self, fields: &mut Fields<'_>) -> [Ladder; 3] {
        let mut ladders = ladder::DEFAULT.map(<[u32]>::to_vec);
        let Some((_, node)) = fields.take("ladder") else { return ladders };
        let Some(mut fields) = Fields::new(self.source, node, "`ladder`", self.sink) else { return ladders };
        for (name, ladder) in ladder::PRIORITIES.into_iter().zip(&mut ladders) {
            let Some((span, node)) = fields.take(name) else { continue };
            self.written.insert(name);
            let what = format!("`{name}`");
            let texts = node.texts(self.source, &what, self.sink).unwrap_or_default();
            let rungs: Vec<u32> = texts.iter().filter_map(|text| minutes(&text.value)).collect();
            let climbs = rungs.windows(2).all(|pair| pair[0] < pair[1]);
            if rungs.len() == texts.len() && (3..=4).contains(&rungs.len()) && climbs {
                *ladder = rungs;
                continue;
            }
            let message = format!("{what} is no ladder");
            let cause = "a ladder is three or four rising times: when a blocker reaches L2, L3, L4 and L5";
            self.error(&codes::BAD_VALUE, span, message, cause, format!("write `{name}: [1h, 4h, 8h]`"));
        }
        fields.finish(Severity::Error, self.sink);
        ladders
    }

    pub(super) fn waivers(&mut self, fields: &mut Fields<'_>) -> u32 {
        let Some((_, node)) = fields.take("waivers") else { return DEFAULT_WAIVER_DAYS };
        let Some(mut fields) = Fields::new(self.source, node, "`waivers`", self.sink) else {
            return DEFAULT_WAIVER_DAYS;
        };
        let days = self.optional(&mut fields, "max_days", DEFAULT_WAIVER_DAYS, |reader, node| {
            let days = node.whole_number(reader.source, "`max_days`", reader.sink)?;
            let fits = u32::try_from(days).ok().filter(|days| (1..=MAX_WAIVER_DAYS).contains(days));
            if fits.is_none() {
                let message = format!("`max_days` must be 1 to {MAX_WAIVER_DAYS}");
                let cause = "a waiver is an exception for a time";
                reader.error(&codes::BAD_VALUE, node.span, message, cause, "write `max_days: 30`");
            }
            fits
        });
        fields.finish(Severity::Error, self.sink);
        days
    }

    /// How long a critical message may wait.
    pub(super) fn messages(&mut self, fields: &mut Fields<'_>) -> u32 {
        let Some((_, node)) = fields.take("messages") else { return DEFAULT_CRITICAL_MINUTES };
        let Some(mut fields) = Fields::new(self.source, node, "`messages`", self.sink) else {
            return DEFAULT_CRITICAL_MINUTES;
        };
        let within = self.optional(&mut fields, "critical_within", DEFAULT_CRITICAL_MINUTES, |reader, node| {
            let text = node.text(reader.source, "`critical_within`", reader.sink)?;
            let within = minutes(&text.value);
            if within.is_none() {
                let cause = "it is a number of minutes, hours or days";
                let message = "`critical_within` is no span of time";
                reader.error(&codes::BAD_VALUE, node.span, message, cause, "write `critical_within: 60m`");
            }
            within
        });
        fields.finish(Severity::Error, self.sink);
        within
    }
}

/// `15m`, `4h` or `2d` in minutes.
fn minutes(text: &str) -> Option<u32> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "m" => 1,
        "h" => 60,
        "d" => 24 * 60,
        _ => return None,
    };
    let digits = (1..=5).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    number.parse::<u32>().ok().filter(|number| digits && *number > 0).map(|number| number * unit)
}
