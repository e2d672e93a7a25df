//! Approving: a named role says yes to an item, to a merge, or to a change of the policy.

use crate::diag::{Failure, Sink};
use crate::evidence::{self, GateResult, report};
use crate::gate::assess::Scene;
use crate::gate::reports::{read_one, subject_of};
use crate::id::{GateName, RepoPath};
use crate::judge;
use crate::policy::{Gate, GateKind};
use crate::port::{Identity, Tree};
use crate::roster::Roster;
use crate::verb::gate::{About, Producer, Recording, Seen, gates_of, subject};

/// An approval that is ready to be signed and recorded.
#[derive(Clone, Debug)]
pub struct Approval {
    pub subject: String,
    pub result: GateResult,
    /// What is approved, in one line.
    pub what: String,
}

/// Approves a gate of an item (or of `merge`). Without a gate name the one approval the item asks for is meant.
///
/// # Errors
/// The item or gate is unknown, the gate is no approval, or the approver may not.
pub fn item(
    scene: &Scene<'_>,
    id: &str,
    gate: Option<&str>,
    reason: Option<&str>,
    producer: &Producer,
) -> Result<Approval, Failure> {
    let subject = subject(scene, id)?;
    let (_, gates) = gates_of(scene, subject);
    let approvals: Vec<&Gate> =
        gates.into_iter().filter(|gate| matches!(gate.kind, GateKind::Approve { .. })).collect();
    let names: Vec<&str> = approvals.iter().map(|gate| gate.name.value.as_str()).collect();
    let gate = match (gate, approvals.as_slice()) {
        (Some(name), _) => approvals
            .iter()
            .find(|gate| gate.name.value.as_str() == name)
            .ok_or_else(|| Failure::usage(format!("`{id}` asks for no approval `{name}`")).because(list(&names)))?,
        (None, [one]) => one,
        (None, _) => {
            return Err(
                Failure::usage(format!("say which approval of `{id}` is meant: --gate NAME")).because(list(&names))
            );
        }
    };
    let GateKind::Approve { role } = &gate.kind else { unreachable!("only approvals were kept") };
    let roster = scene.roster.ok_or_else(|| {
        Failure::new(format!(
            "the protected side has no {}, so nobody holds the role `{}`",
            crate::roster::PATH,
            role.value
        ))
        .hint(format!("add yourself to {} and land it", crate::roster::PATH))
    })?;
    let member = roster.member(&producer.by);
    if !member.is_some_and(|member| roster.has_role(member, role.value.as_str())) {
        return Err(Failure::new(format!("`{}` does not hold the role `{}`", producer.by, role.value))
            .because(format!("the roster of the protected side decides ({})", crate::roster::PATH))
            .hint(format!("ask a member with the role: {}", list_roles(roster, role.value.as_str()))));
    }
    let keyed = scene.keyed(subject, gate)?;
    let name = scene.name(subject);
    let result =
        producer.result(producer.about(scene, &name, gate, &keyed), Seen::approved(reason.unwrap_or("approved")));
    if let Some(why) = scene.refused_approver(subject, gate, &result)? {
        return Err(Failure::new(why).hint("somebody else has to approve it"));
    }
    Ok(Approval { what: format!("{name}: {}", gate.name.value), subject: name, result })
}

/// Approves the change of policy, roster and gate scripts that the scene's proposal makes.
///
/// # Errors
/// Nothing of the kind changes, or something could not be read.
pub fn policy(
    scene: &Scene<'_>,
    proposed: &dyn Tree,
    reason: Option<&str>,
    producer: &Producer,
) -> Result<Approval, Failure> {
    let Some(change) = judge::guarded_change(scene.policy, scene.base_tree, proposed)? else {
        return Err(Failure::usage("neither policy, roster nor a gate's script changes")
            .hint("commit the change first, then approve it"));
    };
    let paths: Vec<String> = change.paths.iter().map(ToString::to_string).collect();
    let gate = GateName::parse(evidence::POLICY).expect("`policy` is an id");
    let note = reason.map_or_else(|| format!("approved: {}", paths.join(", ")), str::to_owned);
    let about = About {
        gate,
        subject: evidence::POLICY.to_owned(),
        key: judge::approval_key(scene.policy, &change),
        definition: change.before,
        inputs: change.after,
        lines: Vec::new(),
    };
    // An approval is the same wherever it is given: see `judge::approval_key`.
    let producer = Producer { environment: "any".to_owned(), ..producer.clone() };
    Ok(Approval {
        subject: evidence::POLICY.to_owned(),
        what: paths.join(", "),
        result: producer.result(about, Seen::approved(note)),
    })
}

/// The report of an approval, superseding earlier approvals of the same gate by the same member.
///
/// # Errors
/// A report could not be read.
pub fn record(files: &dyn Tree, approval: &Approval) -> Result<Recording, Failure> {
    let folder = RepoPath::from(evidence::FOLDER);
    let mut remove = Vec::new();
    for child in files.children(&folder)? {
        if subject_of(&child.name) != Some(approval.subject.as_str()) {
            continue;
        }
        let path = folder.join(&child.name);
        let old = read_one(files, &path, &mut Sink::new())?;
        let same = |result: &GateResult| result.gate == approval.result.gate && result.by == approval.result.by;
        if old.is_some_and(|report| report.results.iter().all(same)) {
            remove.push(path);
        }
    }
    let file = report::write(&approval.subject, &[(&approval.result, b"")]);
    let path = folder.join(file.name.as_bytes());
    remove.retain(|old| *old != path);
    Ok(Recording { path, bytes: file.bytes, remove })
}

/// Who acts: the member whose key signs, else the member with the address, else the name that was given or that
/// Git knows, which then is only claimed.
pub fn actor(roster: Option<&Roster>, signing_key: Option<&str>, claimed: Option<&str>, identity: &Identity) -> String {
    let same_key = |known: &str, key: &str| known.split_whitespace().take(2).eq(key.split_whitespace().take(2));
    let by_key = signing_key.and_then(|key| {
        let roster = roster?;
        roster.members.iter().find(|member| member.keys.iter().any(|known| same_key(&known.value, key)))
    });
    by_key
        .or_else(|| roster.and_then(|roster| roster.by_email(&identity.email)))
        .map(|member| member.name.value.to_string())
        .or_else(|| claimed.map(str::to_owned))
        .unwrap_or_else(|| if identity.name.trim().is_empty() { "nobody".to_owned() } else { identity.name.clone() })
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "it asks for no approvals".to_owned() } else { format!("it asks for {}", names.join(", ")) }
}

fn list_roles(roster: &Roster, role: &str) -> String {
    let names: Vec<&str> = roster.with_role(role).map(|member| member.name.value.as_str()).collect();
    if names.is_empty() { "there is none yet".to_owned() } else { names.join(", ") }
}
