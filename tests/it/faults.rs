//! Kill, Ctrl-C, a lock, a full disk: nothing half-written is ever seen, and the next run works.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::run::{Bench, HEADER, SmallDisk, code, files, generate, lamsach, project, stderr};

/// Data large enough that a run takes a moment.
fn data(home: &Path) -> (std::path::PathBuf, std::path::PathBuf) {
    let folder = generate(home, &["--citizens", "400000", "--list", "150000", "--seed", "3"]);
    (folder.join("tiem_chung.csv"), folder.join("dan_cu.csv"))
}

fn start(list: &Path, reference: &Path, out: &Path) -> Command {
    let mut command = lamsach();
    command
        .arg("reconcile")
        .arg(list)
        .arg("--against")
        .arg(reference)
        .arg("-o")
        .arg(out)
        .args(["--as-of", "2026-06-30", "--quiet", "--force", "--lang", "en"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()) || child.id() > 0);
}

#[test]
fn a_killed_run_leaves_the_old_folder_or_none() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let (list, reference) = data(home.path());
    let out = home.path().join("out");
    let whole = home.path().join("whole");
    assert!(start(&list, &reference, &whole).status().expect("the tool starts").success());
    let expected = files(&whole);
    let mut n_killed = 0;
    for round in 0..24_u64 {
        let mut child = start(&list, &reference, &out).spawn().expect("the tool starts");
        std::thread::sleep(Duration::from_millis(5 + round * 37 % 700));
        child.kill().expect("the child is ours");
        let status = child.wait().expect("the child ends");
        n_killed += u32::from(status.code().is_none());
        if out.exists() {
            assert!(files(&out) == expected, "round {round}: a folder that is not whole");
        }
    }
    assert!(n_killed >= 8, "too few runs were killed to mean anything: {n_killed}");
    assert!(start(&list, &reference, &out).status().expect("the tool starts").success());
    assert!(files(&out) == expected);
    let left: Vec<String> = fs::read_dir(home.path())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with('.'))
        .collect();
    assert_eq!(left, Vec::<String>::new(), "the next run cleans up");
}

#[test]
fn a_killed_cleaning_leaves_the_old_folder_or_none() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let (list, _) = data(home.path());
    let clean = |out: &Path| {
        let mut command = lamsach();
        command.arg("clean").arg(&list).arg("-o").arg(out).args([
            "--as-of",
            "2026-06-30",
            "--quiet",
            "--force",
        ]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let (out, whole) = (home.path().join("out"), home.path().join("whole"));
    assert!(clean(&whole).status().expect("the tool starts").success());
    let expected = files(&whole);
    let mut n_killed = 0;
    for round in 0..12_u64 {
        let mut child = clean(&out).spawn().expect("the tool starts");
        std::thread::sleep(Duration::from_millis(5 + round * 31 % 400));
        child.kill().expect("the child is ours");
        n_killed += u32::from(child.wait().expect("the child ends").code().is_none());
        assert!(!out.exists() || files(&out) == expected, "round {round}: a folder that is not whole");
    }
    assert!(n_killed >= 4, "too few runs were killed to mean anything: {n_killed}");
    assert!(clean(&out).status().expect("the tool starts").success());
    assert!(files(&out) == expected);
}

#[test]
fn ctrl_c_and_term_end_a_run_with_their_codes_and_without_output() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let (list, reference) = data(home.path());
    for (name, expected, trouble) in [("-INT", 130, "L1300"), ("-TERM", 143, "L1430")] {
        let mut n_stopped = 0;
        for round in 0..12_u64 {
            let out = home.path().join(format!("out{name}{round}"));
            let child = start(&list, &reference, &out).spawn().expect("the tool starts");
            std::thread::sleep(Duration::from_millis(30 + round * 25));
            // Twice, as `timeout` does: the process and its group are told of the same wish.
            signal(&child, name);
            signal(&child, name);
            let output = child.wait_with_output().expect("the child ends");
            match output.status.code() {
                Some(0) => {}
                Some(code) if code == expected => {
                    n_stopped += 1;
                    assert!(stderr(&output).contains(trouble), "{}", stderr(&output));
                    assert!(!out.exists());
                }
                other => panic!("{name}: {other:?} {}", stderr(&output)),
            }
            let left = fs::read_dir(home.path()).expect("the folder").flatten();
            let left: Vec<_> =
                left.filter(|entry| entry.file_name().to_string_lossy().starts_with('.')).collect();
            assert!(left.is_empty(), "{left:?}");
        }
        assert!(n_stopped >= 1, "no run was stopped by {name}");
    }
}

#[test]
fn a_held_lock_is_said_and_waited_for_by_nobody() {
    let bench = Bench::new();
    let lock = fs::File::create(bench.path(".out.lock")).expect("a file");
    lock.lock().expect("nobody else holds it");
    let run = bench.reconcile(format!("{HEADER}\nK,A B,1990,Nam,001090000011\n").as_bytes(), &[]);
    assert_eq!(run.code(), 75);
    assert!(run.stderr().contains("error[L7501]"), "{}", run.stderr());
    drop(lock);
    let run = bench.reconcile(format!("{HEADER}\nK,A B,1990,Nam,001090000011\n").as_bytes(), &[]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
}

#[test]
fn a_full_disk_is_said_and_leaves_nothing() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let Some(disk) = SmallDisk::of(home.path(), "128k") else {
        // Without the right to mount, the device that is always full stands for the disk: `folder` maps the
        // same error kind there.
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("the device");
        let error = std::io::Write::write_all(&mut &full, b"x").expect_err("it is full");
        let trouble = lamsach::record::Trouble::writing(&error, "x");
        assert_eq!(trouble.code, lamsach::record::TroubleCode::DiskFull);
        return;
    };
    let out = disk.path().join("out");
    let samples = project().join("samples");
    let run = start(&samples.join("tiem_chung.csv"), &samples.join("dan_cu.csv.gz"), &out).output();
    let run = run.expect("the tool starts");
    assert_eq!(code(&run), 4, "{}", stderr(&run));
    assert!(stderr(&run).contains("error[L0402]"), "{}", stderr(&run));
    assert!(disk.names().is_empty(), "{:?}", disk.names());
}

#[test]
fn a_memory_limit_is_kept() {
    let bench = Bench::new();
    let list = format!("{HEADER}\nK,A B,1990,Nam,001090000011\n");
    let run = bench.reconcile(list.as_bytes(), &["--memory", "1MiB"]);
    assert_eq!(run.code(), 4);
    assert!(run.stderr().contains("error[L0403]"), "{}", run.stderr());
    assert!(!run.out.exists());
}
