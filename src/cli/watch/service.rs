//! `watch --install`: a service of the user's own that starts a watcher of one work tree, for systemd and launchd.
//!
//! What would be written and run is shown first; nothing is done without `--yes`, and nothing as root.

use crate::cli::{Context, Exit};
use crate::diag::{Failure, Purpose as _};
use crate::disk;
use crate::evidence::Digest;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A service as one kind of system wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Service {
    file: PathBuf,
    text: String,
    /// What makes the system start it, and what ends it, in their order.
    start: Vec<Vec<String>>,
    stop: Vec<Vec<String>>,
}

/// The programs that start services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Starter {
    Systemd,
    Launchd,
}

/// Installs or removes the service of a folder, or shows what that would do.
///
/// # Errors
/// The system has no such services, the paths cannot stand in their files, or something could not be written or run.
pub fn run(context: &Context, folder: &Path, install: bool, yes: bool) -> Result<Exit, Failure> {
    let starter = if cfg!(target_os = "macos") {
        Starter::Launchd
    } else if cfg!(target_os = "linux") {
        Starter::Systemd
    } else {
        return Err(Failure::new("there are no user services here that passmuster knows")
            .hint("let the task scheduler of your system run `passmuster watch` in this folder"));
    };
    let program = std::env::current_exe().purpose(|| "could not find out where this program lies".to_owned())?;
    // Git says folders with a slash at the end.
    let folder: PathBuf = folder.components().collect();
    let service = service(starter, &home()?, config_home(), &program, &folder)?;
    if !yes {
        context.output.print(&shown(&service, install))?;
        context.output.say("nothing was done: add `--yes` to do it");
        return Ok(Exit::Passed);
    }
    if install {
        disk::write_atomic(&service.file, service.text.as_bytes())?;
        context.output.say(&format!("wrote {}", service.file.display()));
        service.start.iter().try_for_each(|command| execute(command))?;
        context.output.say("the watcher runs, and will whenever you log in");
    } else {
        if disk::read(&service.file)?.is_none() {
            context.output.say(&format!("nothing is installed: there is no {}", service.file.display()));
            return Ok(Exit::Passed);
        }
        // It may have been stopped by hand already; what matters is that it does not come back.
        for command in &service.stop {
            if let Err(failure) = execute(command) {
                context.output.say(&format!("{}: {}", failure.message, failure.causes.join("; ")));
            }
        }
        disk::remove(&service.file)?;
        context.output.say(&format!("removed {}", service.file.display()));
    }
    Ok(Exit::Passed)
}

fn home() -> Result<PathBuf, Failure> {
    std::env::home_dir().filter(|home| home.is_absolute()).ok_or_else(|| {
        Failure::new("there is no home folder to put a service in").hint("set HOME to the path of your home folder")
    })
}

fn config_home() -> Option<PathBuf> {
    std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute())
}

fn service(
    starter: Starter,
    home: &Path,
    config_home: Option<PathBuf>,
    program: &Path,
    folder: &Path,
) -> Result<Service, Failure> {
    let (program, folder) = (fit(program)?, fit(folder)?);
    // One service a work tree, whatever others are called.
    let digest = Digest::of(&[folder.as_bytes()]);
    let digits = &digest.as_str()[..8];
    let words = |line: &[&str]| line.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    Ok(match starter {
        Starter::Systemd => {
            let unit = format!("passmuster-watch-{digits}.service");
            let config = config_home.unwrap_or_else(|| home.join(".config"));
            Service {
                file: config.join("systemd/user").join(&unit),
                text: systemd(program, folder),
                start: vec![
                    words(&["systemctl", "--user", "daemon-reload"]),
                    words(&["systemctl", "--user", "enable", "--now", &unit]),
                ],
                stop: vec![words(&["systemctl", "--user", "disable", "--now", &unit])],
            }
        }
        Starter::Launchd => {
            let label = format!("dev.passmuster.watch.{digits}");
            let file = home.join("Library/LaunchAgents").join(format!("{label}.plist"));
            let path = fit(&file)?.to_owned();
            Service {
                text: launchd(&label, program, folder),
                start: vec![words(&["launchctl", "load", "-w", &path])],
                stop: vec![words(&["launchctl", "unload", "-w", &path])],
                file,
            }
        }
    })
}

/// A path as the text that can stand in a service's file.
fn fit(path: &Path) -> Result<&str, Failure> {
    let text = path.to_str().filter(|text| !text.chars().any(char::is_control));
    text.ok_or_else(|| {
        Failure::new(format!("`{}` cannot stand in the file of a service", path.display()))
            .because("it holds line feeds, other control characters, or bytes that are not UTF-8")
            .hint("move the folder to a path of plain characters")
    })
}

fn systemd(program: &str, folder: &str) -> String {
    let (name, program, folder) = (percent(folder), argument(program), argument(folder));
    format!(
        "\
[Unit]
Description=passmuster watch in {name}

[Service]
ExecStart={program} -C {folder} watch
Restart=on-failure
RestartSec=10
Nice=10

[Install]
WantedBy=default.target
"
    )
}

/// A specifier begins with `%`; two stand for one.
fn percent(text: &str) -> String {
    text.replace('%', "%%")
}

/// One argument of `ExecStart`, whatever it holds.
fn argument(text: &str) -> String {
    let text = percent(text).replace('\\', "\\\\").replace('"', "\\\"").replace('$', "$$");
    format!("\"{text}\"")
}

fn launchd(label: &str, program: &str, folder: &str) -> String {
    let strings: String = [program, "-C", folder, "watch"]
        .map(|word| format!("    <string>{}</string>\n", quick_xml::escape::escape(word)))
        .concat();
    format!(
        "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">
<plist version=\"1.0\">
<dict>
  <key>Label</key>
  <string>{label}</string>
  <key>ProgramArguments</key>
  <array>
{strings}  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ProcessType</key>
  <string>Background</string>
</dict>
</plist>
"
    )
}

/// What installing or removing would do.
fn shown(service: &Service, install: bool) -> String {
    let commands = |commands: &[Vec<String>]| -> String {
        commands.iter().map(|command| format!("would run {}\n", command.join(" "))).collect()
    };
    let file = service.file.display();
    if install {
        format!("would write {file}:\n\n{}\n{}", service.text, commands(&service.start))
    } else {
        format!("{}would remove {file}\n", commands(&service.stop))
    }
}

fn execute(command: &[String]) -> Result<(), Failure> {
    let line = command.join(" ");
    let (program, arguments) = command.split_first().expect("a command has a program");
    let ended = Command::new(program).args(arguments).stdin(Stdio::null()).output();
    let why = match ended {
        Ok(ended) if ended.status.success() => return Ok(()),
        Ok(ended) => String::from_utf8_lossy(&ended.stderr).trim().to_owned(),
        Err(error) => error.to_string(),
    };
    Err(Failure::new(format!("`{line}` did not work")).because(why).hint(format!("run `{line}` yourself")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(starter: Starter, folder: &str) -> Service {
        service(starter, Path::new("/home/ada"), None, Path::new("/opt/pass muster/bin/passmuster"), Path::new(folder))
            .expect("the paths are text")
    }

    #[test]
    fn paths_keep_their_blanks_and_signs_for_systemd() {
        let unit = made(Starter::Systemd, "/home/ada/100% \"mine\" $HOME\\x");
        let line = unit.text.lines().find(|line| line.starts_with("ExecStart")).expect("it has one");
        let expected = r#"ExecStart="/opt/pass muster/bin/passmuster" -C "/home/ada/100%% \"mine\" $$HOME\\x" watch"#;
        assert_eq!(line, expected);
        assert!(unit.text.contains("Description=passmuster watch in /home/ada/100%% \"mine\" $HOME\\x\n"));
        assert!(unit.file.starts_with("/home/ada/.config/systemd/user"), "{}", unit.file.display());
    }

    #[test]
    fn paths_keep_their_signs_for_launchd() {
        let agent = made(Starter::Launchd, "/Users/ada/a & <b> \"c\"");
        assert!(agent.text.contains("<string>/Users/ada/a &amp; &lt;b&gt; &quot;c&quot;</string>"), "{}", agent.text);
        assert!(agent.text.contains("<string>/opt/pass muster/bin/passmuster</string>"));
        let name = agent.file.file_name().and_then(|name| name.to_str()).expect("it has a name");
        assert!(agent.text.contains(&format!("<string>{}</string>", name.trim_end_matches(".plist"))));
    }

    #[test]
    fn each_work_tree_has_a_service_of_its_own() {
        assert_ne!(made(Starter::Systemd, "/a").file, made(Starter::Systemd, "/b").file);
        assert_eq!(made(Starter::Systemd, "/a"), made(Starter::Systemd, "/a"));
    }

    #[test]
    fn a_path_with_a_line_feed_writes_no_lines_of_its_own() {
        let folder = Path::new("/a\nExecStartPre=/bin/evil");
        let refused = service(Starter::Systemd, Path::new("/h"), None, Path::new("/p"), folder);
        assert!(refused.expect_err("it is refused").message.contains("cannot stand in the file"));
    }
}
