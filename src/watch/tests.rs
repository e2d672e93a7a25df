use super::*;
use notify::event::{CreateKind, Flag, ModifyKind, RemoveKind, RenameMode};
use notify::{Event, EventKind};
use std::time::Instant;

/// Later than anything that has to happen.
fn soon() -> SystemTime {
    SystemTime::now() + Duration::from_secs(120)
}

fn inbox() -> Inbox {
    let places = Places {
        git_dir: "/w/.git".into(),
        common_dir: "/w/.git".into(),
        work_dir: Some("/w".into()),
        deep: vec!["/w/plan".into()],
    };
    Inbox { places, settle: Settle::default(), changed: Changed::default(), lost: BTreeSet::new(), exhausted: false }
}

fn paths(inbox: &Inbox) -> Vec<String> {
    inbox.changed.paths.iter().map(|path| path.display().to_string()).collect()
}

#[test]
fn what_does_not_count_wakes_nobody() {
    let mut inbox = inbox();
    let now = Instant::now();
    let read = notify::event::AccessKind::Open(notify::event::AccessMode::Any);
    for event in [
        Event::new(EventKind::Access(read)).add_path("/w/plan/a.md".into()),
        Event::new(EventKind::Create(CreateKind::File)).add_path("/w/docs/a.md".into()),
        Event::new(EventKind::Create(CreateKind::File)).add_path("/w/.git/index.lock".into()),
    ] {
        assert!(!inbox.take(&event, now), "{event:?}");
    }
    assert_eq!(inbox.settle.due(now, false), Due::Never);
}

#[test]
fn a_save_by_rename_is_whole_when_the_new_file_is_in_place() {
    let mut inbox = inbox();
    let now = Instant::now();
    let name = |mode, path: &str| Event::new(EventKind::Modify(ModifyKind::Name(mode))).add_path(path.into());
    assert!(inbox.take(&name(RenameMode::From, "/w/plan/a.md"), now));
    assert!(matches!(inbox.settle.due(now, false), Due::In(_)));
    assert!(inbox.take(&name(RenameMode::To, "/w/plan/a.md"), now));
    assert_eq!(inbox.settle.due(now, false), Due::Now);
    assert_eq!(paths(&inbox), ["/w/plan/a.md"]);
}

#[test]
fn a_removed_folder_loses_its_watch() {
    let mut inbox = inbox();
    let removed = Event::new(EventKind::Remove(RemoveKind::Folder)).add_path("/w/plan".into());
    assert!(inbox.take(&removed, Instant::now()));
    assert_eq!(inbox.lost, BTreeSet::from(["/w/plan".into()]));
}

#[test]
fn lost_events_mean_to_look_at_everything() {
    let mut inbox = inbox();
    let lost = Event::new(EventKind::Other).set_flag(Flag::Rescan);
    assert!(inbox.take(&lost, Instant::now()));
    assert!(inbox.changed.all);
    inbox.changed = Changed::default();
    assert!(inbox.fail(&notify::Error::new(notify::ErrorKind::MaxFilesWatch), Instant::now()));
    assert!(inbox.changed.all && inbox.exhausted);
}

#[test]
fn a_flood_of_paths_takes_no_more_room_than_a_few() {
    let mut changed = Changed::default();
    for number in 0..=MOST_PATHS {
        changed.add(Path::new(&format!("/w/plan/{number}")));
    }
    assert_eq!(changed, Changed::everything());
    changed.add(Path::new("/w/plan/more"));
    assert!(changed.paths.is_empty());
}

#[test]
fn a_day_of_events_takes_no_more_room_than_a_few() {
    let mut inbox = inbox();
    let now = Instant::now();
    for number in 0..200_000u32 {
        let path = format!("/w/plan/{}", number % 5_000);
        let kind = match number % 3 {
            0 => EventKind::Create(CreateKind::File),
            1 => EventKind::Modify(ModifyKind::Any),
            _ => EventKind::Remove(RemoveKind::Any),
        };
        inbox.take(&Event::new(kind).add_path(path.into()), now + Duration::from_millis(number.into()));
        inbox.take(&Event::new(EventKind::Remove(RemoveKind::Folder)).add_path("/w/plan".into()), now);
    }
    assert!(inbox.changed.all && inbox.changed.paths.is_empty());
    assert_eq!(inbox.lost.len(), 1);
}

#[test]
fn when_watches_run_out_it_looks_for_itself_and_names_the_limit() {
    let (_folder, root) = repository();
    let mut watcher = Watcher::new(places(&root), None);
    assert_eq!(*watcher.how(), How::Events);
    lock(&watcher.shared).fail(&notify::Error::new(notify::ErrorKind::MaxFilesWatch), Instant::now());
    assert!(matches!(watcher.next(soon()), Wake::Changed(changed) if changed.all));
    assert!(watcher.follow(places(&root)));
    let How::Polling { why, hint, .. } = watcher.how().clone() else { panic!("it waits for events that do not come") };
    assert!(why.contains("no more watches"), "{why}");
    assert!(!cfg!(target_os = "linux") || hint.is_some_and(|hint| hint.contains("fs.inotify.max_user_watches=")));
    std::fs::write(root.join("plan/a.md"), "- [ ] T-01: a\n").unwrap();
    assert!(matches!(watcher.next(soon()), Wake::Changed(_)));
}

/// A folder that looks like a repository, and its real path.
fn repository() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    for inside in [".git/refs", "plan"] {
        std::fs::create_dir_all(root.join(inside)).unwrap();
    }
    (folder, root)
}

fn places(root: &Path) -> Places {
    Places {
        git_dir: root.join(".git"),
        common_dir: root.join(".git"),
        work_dir: Some(root.to_owned()),
        deep: vec![root.join("plan")],
    }
}

/// The real thing, as far as it needs no waiting for silence: a file that is written wakes the watcher.
#[test]
fn a_written_file_wakes_by_events_and_by_polling() {
    for poll in [None, Some(Duration::from_millis(20))] {
        let (_folder, root) = repository();
        let places = places(&root);
        let mut watcher = Watcher::new(places.clone(), poll);
        assert_eq!(poll.is_some(), matches!(watcher.how(), How::Polling { .. }));
        let file = root.join("plan/a.md");
        std::fs::write(&file, "- [ ] T-01: a\n").unwrap();
        let woken = watcher.next(soon());
        let Wake::Changed(changed) = woken else { panic!("nothing happened ({poll:?})") };
        assert!(changed.all || changed.paths.iter().any(|path| path.starts_with(root.join("plan"))), "{changed:?}");

        // The folder goes away and comes back; it is followed again.
        std::fs::remove_dir_all(root.join("plan")).unwrap();
        while watcher.source.watches(&root.join("plan")) {
            assert!(matches!(watcher.next(soon()), Wake::Changed(_)));
            watcher.follow(places.clone());
        }
        std::fs::create_dir(root.join("plan")).unwrap();
        assert!(matches!(watcher.next(soon()), Wake::Changed(_)));
        assert!(watcher.follow(places));
        std::fs::write(&file, "- [x] T-01: a\n").unwrap();
        assert!(matches!(watcher.next(soon()), Wake::Changed(_)));
    }
}
