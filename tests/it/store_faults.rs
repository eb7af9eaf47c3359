//! Damaged, foreign, locked and killed stores: what is damaged is found and never used, and what was there stays.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use lamsach::reference::store::StoreManifest;

use crate::run::{code, generate, lamsach, project, stderr, stdout};
use crate::store::{Answers, answers, build, must, update};

const DAY: [&str; 2] = ["--as-of", "2026-12-01"];

/// An updated store, its list, its extract and the delta.
struct Built {
    home: tempfile::TempDir,
    list: PathBuf,
    extract: PathBuf,
    delta: PathBuf,
    store: PathBuf,
}

impl Built {
    fn new(n_citizens: &str, n_changes: &str) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let numbers = ["--citizens", n_citizens, "--list", "700", "--delta", n_changes, "--seed", "8"];
        let data = generate(home.path(), &numbers);
        let [list, extract, delta] =
            ["tiem_chung.csv", "dan_cu.csv", "dan_cu.thay_doi.csv"].map(|name| data.join(name));
        let store = home.path().join("store");
        build(&[&extract], &store, &DAY);
        Self { home, list, extract, delta, store }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn manifest(&self) -> StoreManifest {
        serde_json::from_slice(&fs::read(self.store.join("reference.json")).expect("a manifest"))
            .expect("JSON")
    }

    fn put(&self, manifest: &StoreManifest) {
        let text = serde_json::to_vec_pretty(manifest).expect("plain data");
        fs::write(self.store.join("reference.json"), text).expect("room");
    }

    fn reconcile(&self) -> Output {
        lamsach()
            .arg("reconcile")
            .arg(&self.list)
            .arg("--against")
            .arg(&self.store)
            .arg("-o")
            .arg(self.path("out"))
            .args(["--replace", "--force", "--quiet", "--lang", "en"])
            .args(DAY)
            .output()
            .expect("the tool starts")
    }

    fn verify(&self) -> Output {
        run(&["reference", "verify"], &[&self.store], &["--lang", "en", "--quiet"])
    }

    /// A run against the store answers as it should, or says that the store is damaged.
    fn is_right_or_refused(&self, expected: &Answers, what: &str) -> bool {
        let _ = fs::remove_dir_all(self.path("out"));
        let output = self.reconcile();
        if code(&output) == 5 {
            assert!(stderr(&output).contains("error[L050"), "{what}: {}", stderr(&output));
            assert!(!self.path("out").exists(), "{what}");
            return false;
        }
        assert_eq!(code(&output), 0, "{what}: {}", stderr(&output));
        for (name, bytes) in &expected.tables {
            assert!(fs::read(self.path("out").join(name)).expect("a table") == *bytes, "{what}: {name}");
        }
        true
    }
}

fn run(arguments: &[&str], paths: &[&Path], more: &[&str]) -> Output {
    lamsach().args(arguments).args(paths).args(more).output().expect("the tool starts")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_damaged_file_is_found_and_never_used() {
    let built = Built::new("5000", "300");
    update(&built.store, &[&built.delta], &DAY);
    let expected = answers(&built.list, &[&built.store], &DAY);
    let files = names(&built.store);
    assert_eq!(files.len(), 15, "{files:?}");
    assert_eq!(code(&built.verify()), 0);
    let (mut n_right, mut n_refused) = (0, 0);
    for name in &files {
        let path = built.store.join(name);
        let whole = fs::read(&path).expect("a file of the store");
        let step = whole.len() / 5 + 1;
        let mut damaged: Vec<(String, Option<Vec<u8>>)> = (0..whole.len())
            .step_by(step)
            .map(|at| {
                let mut bytes = whole.clone();
                bytes[at] ^= 1 << (at % 8);
                (format!("{name} at {at}"), Some(bytes))
            })
            .collect();
        damaged.push((format!("{name} cut"), Some(whole[..whole.len() / 2].to_vec())));
        damaged.push((format!("{name} without its end"), Some(whole[..whole.len() - 1].to_vec())));
        damaged.push((format!("{name} longer"), Some([&whole[..], b" "].concat())));
        damaged.push((format!("{name} removed"), None));
        for (what, bytes) in damaged {
            match bytes {
                // White space behind the manifest says nothing.
                Some(_) if ["reference.json longer", "reference.json without its end"].contains(&&*what) => {
                    continue;
                }
                Some(bytes) => fs::write(&path, bytes).expect("room"),
                None => fs::remove_file(&path).expect("it is there"),
            }
            let found = built.verify();
            if what == "reference.json removed" {
                assert_eq!(code(&found), 5, "{what}");
                assert!(stderr(&found).contains("error[L0505]"), "{what}: {}", stderr(&found));
                continue;
            }
            assert_eq!(code(&found), 5, "{what}: {}", stderr(&found));
            let said = stdout(&found) + &stderr(&found);
            let table = name.replace(".index.arrow", ".arrow");
            assert!(said.contains(name) || said.contains(&table) || what.contains("L0503"), "{what}: {said}");
            match built.is_right_or_refused(&expected, &what) {
                true => n_right += 1,
                false => n_refused += 1,
            }
        }
        fs::write(&path, whole).expect("room");
    }
    // Both happen: what is never read does no harm, what is read is refused.
    assert!(n_right > 10 && n_refused > 20, "{n_right} right, {n_refused} refused");
    assert_eq!(code(&built.verify()), 0);
    assert!(built.is_right_or_refused(&expected, "mended"));
}

#[test]
fn every_bit_of_the_manifest_counts() {
    let built = Built::new("1000", "0");
    let path = built.store.join("reference.json");
    let whole = fs::read(&path).expect("a manifest");
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 7);
        fs::write(&path, bytes).expect("room");
        let trouble = lamsach::reference::store::read_manifest(&built.store).expect_err("damaged");
        assert_eq!(trouble.code.exit(), lamsach::record::Exit::Reference, "byte {at}");
    }
}

#[test]
fn a_store_of_another_version_or_other_rules_says_so_and_how_to_build_anew() {
    let built = Built::new("1000", "100");
    let good = built.manifest();
    let commands = |built: &Built, more: &[&str]| {
        let store = built.store.as_path();
        let more = [&["--lang", "en"], more].concat();
        [
            run(&["reference", "verify"], &[store], &more),
            run(&["reference", "info"], &[store], &more),
            run(&["reference", "update"], &[store, &built.delta], &more),
            run(
                &["reconcile"],
                &[&built.list],
                &[
                    &more[..],
                    &["--against", store.to_str().expect("ours")],
                    &["-o"],
                    &[built.path("out").to_str().expect("ours")],
                ]
                .concat(),
            ),
        ]
    };
    let says = |built: &Built, what: &str, more: &[&str]| {
        for output in commands(built, more) {
            assert_eq!(code(&output), 5, "{what}: {}", stderr(&output));
            let said = stderr(&output);
            assert!(said.contains("error[L0503]") && said.contains(what), "{what}: {said}");
            assert!(said.contains("lamsach reference build"), "{what}: {said}");
        }
        assert!(!built.path("out").exists());
    };
    let other = StoreManifest { format_version: 2, ..good.clone() }.sealed();
    built.put(&other);
    says(&built, "format", &[]);
    let mut other = good.clone();
    other.tool.version = "0.0.9".to_owned();
    built.put(&other.sealed());
    says(&built, "0.0.9", &[]);
    built.put(&good);
    let rules = built.path("rules");
    fs::create_dir_all(rules.join("lexicon")).expect("a folder");
    let titles = fs::read_to_string(project().join("rules/lexicon/titles.csv")).expect("titles");
    fs::write(
        rules.join("lexicon/titles.csv"),
        titles.lines().take(3).map(|line| format!("{line}\n")).collect::<String>(),
    )
    .expect("room");
    says(&built, "rules", &["--rules", rules.to_str().expect("ours")]);
    // With the rules that it was built by it is fine again, and so is one that is built anew.
    assert_eq!(code(&built.verify()), 0);
    let more = [&DAY[..], &["--rules", rules.to_str().expect("ours")]].concat();
    build(&[&built.extract], &built.store, &more);
    assert!(commands(&built, &more[2..]).iter().all(|output| code(output) == 0));
    assert_eq!(code(&built.verify()), 5);
}

#[test]
fn stores_and_runs_are_never_put_in_each_others_place() {
    let built = Built::new("1000", "100");
    let before = fs::read(built.store.join("reference.json")).expect("a manifest");
    let refused = |output: &Output, expected: (i32, &str)| {
        assert_eq!(code(output), expected.0, "{}", stderr(output));
        assert!(stderr(output).contains(&format!("error[{}]", expected.1)), "{}", stderr(output));
    };
    let (store, extract) = (built.store.to_str().expect("ours"), built.extract.to_str().expect("ours"));
    let over = run(&["reconcile"], &[&built.list], &["--against", extract, "-o", store, "--replace"]);
    refused(&over, (2, "L0205"));
    let over = run(&["clean"], &[&built.list], &["-o", store, "--replace"]);
    refused(&over, (2, "L0205"));
    assert_eq!(fs::read(built.store.join("reference.json")).expect("a manifest"), before);
    assert_eq!(code(&built.reconcile()), 0);
    let out = built.path("out");
    let over =
        run(&["reference", "build"], &[&built.extract], &["-o", out.to_str().expect("ours"), "--replace"]);
    refused(&over, (2, "L0205"));
    assert!(out.join("verdicts.csv").exists());
    let again = run(&["reference", "build"], &[&built.extract], &["-o", store]);
    refused(&again, (2, "L0206"));
    for (command, folder, expected) in [
        ("info", &out, "L0505"),
        ("verify", &out, "L0505"),
        ("update", &out, "L0505"),
        ("info", &built.path("none"), "L0501"),
        ("verify", &built.path("none"), "L0501"),
    ] {
        let paths: &[&Path] = if command == "update" { &[folder, &built.delta] } else { &[folder] };
        refused(&run(&["reference", command], paths, &[]), (5, expected));
    }
    let missing = run(&["reference", "update"], &[&built.path("none"), &built.delta], &[]);
    assert_eq!(code(&missing), 5, "{}", stderr(&missing));
    for wrong in [&["--threads", "0"][..], &["--memory", "viel"], &["--as-of", "1/1/26"], &["--nonsense"]] {
        let output = run(&["reference", "update"], &[&built.store, &built.delta], wrong);
        assert_eq!(code(&output), 2, "{wrong:?}: {}", stderr(&output));
    }
    let number = run(&["reference", "info"], &[&built.store], &["--number", "12"]);
    assert_eq!(code(&number), 2, "{}", stderr(&number));
    assert_eq!(fs::read(built.store.join("reference.json")).expect("a manifest"), before);
}

#[test]
fn a_store_that_is_being_changed_is_changed_by_nobody_else() {
    let built = Built::new("1000", "100");
    let lock = fs::File::create(built.path(".store.lock")).expect("a file");
    lock.lock().expect("nobody else holds it");
    let store = built.store.to_str().expect("ours");
    for output in [
        run(&["reference", "update"], &[&built.store, &built.delta], &[]),
        run(&["reference", "build"], &[&built.extract], &["--replace", "-o", store]),
    ] {
        assert_eq!(code(&output), 75, "{}", stderr(&output));
        assert!(stderr(&output).contains("error[L7501]"), "{}", stderr(&output));
    }
    // Who only reads does not ask.
    assert_eq!(code(&built.verify()), 0);
    assert_eq!(code(&built.reconcile()), 0);
    drop(lock);
    update(&built.store, &[&built.delta], &DAY);
}

/// The command that changes the store: a new one in its place, or an update.
fn changing(built: &Built, is_build: bool) -> Command {
    let mut command = lamsach();
    match is_build {
        true => {
            command.args(["reference", "build", "--replace"]).arg(&built.extract).arg("-o").arg(&built.store)
        }
        false => command.args(["reference", "update"]).arg(&built.store).arg(&built.delta),
    };
    command.args(DAY).args(["--quiet", "--lang", "en"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// Nothing stands beside the store or in it that its manifest does not name.
fn is_tidy(built: &Built) {
    let beside: Vec<String> =
        names(built.home.path()).into_iter().filter(|name| name.starts_with('.')).collect();
    assert_eq!(beside, Vec::<String>::new());
    let mut named: Vec<String> = built.manifest().files.into_iter().map(|file| file.path).collect();
    named.push("reference.json".to_owned());
    named.sort();
    assert_eq!(names(&built.store), named);
}

#[test]
fn a_killed_build_or_update_leaves_the_store_as_it_was() {
    let built = Built::new("150000", "40000");
    let path = built.store.join("reference.json");
    for is_build in [true, false] {
        let (mut n_killed, mut n_left) = (0, 0);
        let begun = std::time::Instant::now();
        assert!(changing(&built, is_build).status().expect("the tool starts").success());
        let whole_ms = begun.elapsed().as_millis() as u64;
        // Invented moments, spread over the time that it takes.
        let mut moment = 12_345_u64;
        for round in 0..25 {
            let before = fs::read(&path).expect("a manifest");
            moment = moment.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let mut child = changing(&built, is_build).spawn().expect("the tool starts");
            std::thread::sleep(Duration::from_millis(2 + (moment >> 33) % whole_ms));
            child.kill().expect("the child is ours");
            let ended = child.wait().expect("the child ends").code();
            assert!(ended.is_none_or(|code| code == 0), "round {round}: {ended:?}");
            let was_killed = ended.is_none();
            n_killed += u32::from(was_killed);
            let after = fs::read(&path).expect("a manifest");
            // One that was killed after its last step has done its work.
            n_left += u32::from(was_killed && before == after);
            // A build that ends within the second of the one before writes the same manifest.
            assert!(was_killed || is_build || before != after, "round {round}: done, and nothing changed");
            let verified = built.verify();
            assert_eq!(code(&verified), 0, "round {round}: {}{}", stdout(&verified), stderr(&verified));
        }
        assert!(n_killed >= 10 && n_left >= 10, "too few were killed to mean anything: {n_killed} {n_left}");
        assert!(changing(&built, is_build).status().expect("the tool starts").success());
        is_tidy(&built);
        assert_eq!(code(&built.verify()), 0);
    }
}

#[test]
fn a_stopped_build_or_update_says_so_and_leaves_the_store_as_it_was() {
    let built = Built::new("150000", "40000");
    let path = built.store.join("reference.json");
    for (signal, expected, trouble) in [("-INT", 130, "L1300"), ("-TERM", 143, "L1430")] {
        for is_build in [true, false] {
            let mut n_stopped = 0;
            for round in 0..6_u64 {
                let before = fs::read(&path).expect("a manifest");
                let child = changing(&built, is_build).spawn().expect("the tool starts");
                std::thread::sleep(Duration::from_millis(40 + round * 25));
                let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
                assert!(sent.is_ok());
                let output = child.wait_with_output().expect("the child ends");
                if code(&output) != 0 {
                    assert_eq!(code(&output), expected, "{}", stderr(&output));
                    assert!(stderr(&output).contains(trouble), "{}", stderr(&output));
                    assert_eq!(fs::read(&path).expect("a manifest"), before);
                    n_stopped += 1;
                }
                is_tidy(&built);
            }
            assert!(n_stopped >= 1, "nothing was stopped by {signal}");
            assert_eq!(code(&built.verify()), 0);
        }
    }
}

#[test]
fn a_full_disk_leaves_the_store_as_it_was() {
    let built = Built::new("1000", "100");
    let disk = built.path("disk");
    fs::create_dir(&disk).expect("a folder");
    let mounted =
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=512k,mode=700", "tmpfs"]).arg(&disk).status();
    if !mounted.is_ok_and(|status| status.success()) {
        // `faults` says what stands for a full disk where nothing can be mounted.
        return;
    }
    // Packed, so that the room asked for beforehand is less than what is written.
    let packed = built.path("dan_cu.csv.gz");
    let gzip = Command::new("gzip").arg("-c").arg(&built.extract).output().expect("gzip");
    fs::write(&packed, gzip.stdout).expect("room");
    let store = disk.join("store");
    let here = Built { store: store.clone(), extract: packed, ..built };
    build(&[&here.extract], &store, &DAY);
    let before = (names(&store), fs::read(store.join("reference.json")).expect("a manifest"));
    let mut big = fs::File::create(disk.join("big")).expect("a file");
    while std::io::Write::write_all(&mut big, &[1; 4096]).is_ok() {}
    let full = big.metadata().expect("a file").len();
    big.set_len(full - (64 << 10)).expect("a shorter file");
    drop(big);
    let runs = [true, false].map(|is_build| changing(&here, is_build).output().expect("the tool starts"));
    let after = (names(&store), fs::read(store.join("reference.json")).expect("a manifest"));
    let (verified, left) = (here.verify(), names(&disk));
    let unmounted = Command::new("umount").arg(&disk).status();
    assert!(unmounted.is_ok_and(|status| status.success()));
    for run in &runs {
        assert_eq!(code(run), 4, "{}", stderr(run));
        assert!(stderr(run).contains("error[L0402]"), "{}", stderr(run));
    }
    assert!(before == after, "{:?} {:?}", before.0, after.0);
    assert_eq!(code(&verified), 0);
    assert_eq!(left, ["big", "store"]);
}

#[test]
fn readers_are_not_disturbed_by_updates() {
    let built = Built::new("20000", "1000");
    let mut manifests = vec![answers(&built.list, &[&built.store], &DAY)];
    let other = built.path("other");
    build(&[&built.extract], &other, &DAY);
    update(&other, &[&built.delta], &DAY);
    manifests.push(answers(&built.list, &[&other], &DAY));
    assert!(manifests[0].tables != manifests[1].tables, "the delta must show");
    let (done, list, store) = (std::sync::atomic::AtomicBool::new(false), &built.list, &built.store);
    let (old, new) = (&manifests[0], &manifests[1]);
    let [n_old, n_new, n_verified] = std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = [0, 0, 0];
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                let found = answers(list, &[store], &DAY);
                let is_old = found.tables == old.tables;
                assert!(is_old || found.tables == new.tables, "neither the old nor the new answer");
                seen[usize::from(!is_old)] += 1;
                must(&["reference", "verify"], &[store], &["--quiet"]);
                seen[2] += 1;
            }
            seen
        });
        for round in 0..24 {
            match round % 4 {
                3 => drop(build(&[&built.extract], store, &DAY)),
                _ => drop(update(store, &[&built.delta], &DAY)),
            }
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        reader.join().expect("every reader is served")
    });
    assert!(n_old > 0 && n_new > 0 && n_verified > 4, "{n_old} old, {n_new} new, {n_verified} verified");
}
