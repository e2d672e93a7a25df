//! Rules that need two nouns: owners against the roster, gates against the policy.

use super::{Project, codes, ground};
use crate::diag::{Diagnostic, Place, Sink, nearest};
use crate::plan::{Item, Kind, Plan};
use crate::policy::{Policy, Profile};
use crate::roster::Roster;
use crate::text::Span;

/// Checks what one revision holds against itself.
pub fn check(project: &Project, sink: &mut Sink) {
    if let Some(roster) = &project.roster {
        crate::roster::check(roster, sink);
        if let Some(policy) = &project.policy {
            resource_checks(roster, policy, sink);
        }
    }
    if let Some(policy) = &project.policy {
        ways_back(&project.plan, policy, sink);
    }
    if project.policy.as_ref().is_some_and(|policy| policy.profile.value != Profile::Solo) {
        unjustified_needs(&project.plan, sink);
    }
    crate::schedule::check(&project.plan, project.roster.as_ref(), sink);
    for item in &project.plan.items {
        let source = &project.plan.files[item.file].source;
        if let Some(roster) = &project.roster {
            owner(item, source, roster, sink);
        }
        if let Some(policy) = &project.policy {
            gates(item, source, policy, sink);
        }
    }
}

/// Needs between open items that neither say why nor rest on what one provides and the other consumes, on a shared
/// resource, or on the same paths.
fn unjustified_needs(plan: &Plan, sink: &mut Sink) {
    for (index, item) in plan.items.iter().enumerate().filter(|(index, _)| !plan.is_closed(*index)) {
        for need in plan.needs(index).filter(|need| need.reason.is_none()) {
            let Some(target) = plan.target(&need).filter(|&target| plan.items[target].kind != Kind::Phase) else {
                continue;
            };
            if plan.is_closed(target) || ground::shared(item, &plan.items[target]).is_some() {
                continue;
            }
            let place = Place::text(&plan.files[item.file].source, need.target.span);
            let message = format!("`{}` needs `{}` without saying why", item.id.value, plan.items[target].id.value);
            sink.push(
                Diagnostic::warning(&codes::UNJUSTIFIED_NEED, place, message)
                    .cause("it consumes nothing that the other provides, and they share no resource and no paths")
                    .hint(format!("write `{} (technical: what of it)`, or take the need away", need.target.value)),
            );
        }
    }
}

/// What finds out whether a resource is there is a gate of the policy.
fn resource_checks(roster: &Roster, policy: &Policy, sink: &mut Sink) {
    let named = roster.resources.iter().filter_map(|resource| Some((resource, resource.check.as_ref()?)));
    for (resource, gate) in named.filter(|(_, gate)| policy.gate(gate.as_str()).is_none()) {
        sink.push(
            Diagnostic::error(
                &codes::UNKNOWN_GATE,
                Place::text(&roster.source, gate.span),
                format!("there is no gate `{}`", gate.value),
            )
            .inline("not in the policy")
            .cause(format!("it is to find out whether `{}` is there", resource.name.value))
            .hint(format!(
                "add `{}: {{ run: …, inputs: . }}` under `gates:` in {}",
                gate.value,
                crate::policy::PATH
            )),
        );
    }
}

/// Open tasks whose risk asks for a way back say it.
fn ways_back(plan: &Plan, policy: &Policy, sink: &mut Sink) {
    for (index, item) in plan.items.iter().enumerate() {
        let Some(risk) = item.risk().filter(|risk| policy.precautions.needs_rollback(Some(risk.value))) else {
            continue;
        };
        if item.rollback().is_some() || plan.is_closed(index) || !plan.children(index).is_empty() {
            continue;
        }
        let message = format!("`{}` is risky, and does not say how it is taken back", item.id.value);
        sink.push(
            Diagnostic::warning(&codes::NO_ROLLBACK, Place::text(&plan.files[item.file].source, risk.span), message)
                .cause(format!("the policy asks for it from `{}` on", policy.precautions.rollback_from.name()))
                .hint(format!("write the way back, and name it: `passmuster set {} rollback=PATH`", item.id.value)),
        );
    }
}

fn owner(item: &Item, source: &crate::text::Source, roster: &Roster, sink: &mut Sink) {
    let Some(owner) = item.owner() else { return };
    let name = owner.value;
    if roster.members.iter().any(|member| roster.is_meant(member, name)) || roster.team(name).is_some() {
        return;
    }
    let near = nearest(name, roster.members.iter().map(|member| member.name.value.as_str()));
    let mut finding = Diagnostic::error(
        &codes::UNKNOWN_OWNER,
        Place::text(source, owner.span),
        format!("`{name}` is not on the roster"),
    )
    .inline("no such member, role or team");
    finding = match near {
        Some(near) => finding
            .cause(format!(
                "{} lists {} members; the nearest name is `{near}`",
                crate::roster::PATH,
                roster.members.len()
            ))
            .instead(owner.span, near)
            .hint(format!("write `{near}`, or add `{name}` to {}", crate::roster::PATH)),
        None => finding
            .cause(format!("{} lists {} members, and none is near", crate::roster::PATH, roster.members.len()))
            .hint(format!("add `{name}` to {}", crate::roster::PATH)),
    };
    sink.push(finding);
}

fn gates(item: &Item, source: &crate::text::Source, policy: &Policy, sink: &mut Sink) {
    let chosen = item.gates();
    for choice in chosen.add.iter().chain(&chosen.remove) {
        let name = choice.value.as_str();
        if policy.gate(name).is_some() {
            continue;
        }
        let known = policy.gates.keys().map(crate::id::GateName::as_str);
        let near = nearest(name, known);
        let finding = Diagnostic::error(
            &codes::UNKNOWN_GATE,
            Place::text(source, choice.span),
            format!("there is no gate `{name}`"),
        )
        .inline("not in the policy")
        .cause(format!("the policy {} does not define it, and it is not built in", crate::policy::PATH));
        // The sign in front of the name stays.
        let word = Span::new(choice.span.end - name.len(), choice.span.end);
        sink.push(match near {
            Some(near) => finding.instead(word, near),
            None => finding.hint(format!("add `{name}` under `gates:` in {}", crate::policy::PATH)),
        });
    }
    for choice in &chosen.remove {
        let Some(gate) = policy.gates.get(&choice.value).filter(|gate| !gate.waivable) else { continue };
        sink.push(
            Diagnostic::error(
                &codes::UNWAIVABLE_GATE,
                Place::text(source, choice.span),
                format!("`{}` cannot be taken away from an item", choice.value),
            )
            .label(Place::text(&policy.source, gate.name.span), "this gate says `waivable: false`")
            .cause("a gate that guards security or law is never switched off")
            .hint(format!("remove `-{}`", choice.value)),
        );
    }
}
