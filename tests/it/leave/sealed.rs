//! Folders and files sealed and opened: what comes back, for whom, and what damage does.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

use super::{CANARY, Office, list, sha256, tree};
use crate::run::{code, lamsach, stderr, stdout};

impl Office {
    /// Runs `encrypt` or `decrypt`.
    fn seal(&self, command: &str, from: &Path, (option, keys): (&str, &str), out: &str) -> Output {
        lamsach()
            .arg(command)
            .arg(from)
            .arg(option)
            .arg(self.path(keys))
            .arg("-o")
            .arg(self.path(out))
            .output()
            .expect("the tool starts")
    }

    /// Makes a key; the file of its recipient has `.pub` behind its name.
    fn keygen(&self, name: &str) {
        let output = lamsach().args(["keygen", "-o"]).arg(self.path(name)).output().expect("the tool starts");
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        assert!(!stderr(&output).contains("AGE-SECRET"));
        fs::write(self.path(&format!("{name}.pub")), stdout(&output)).expect("a temporary file");
    }
}

#[test]
fn what_is_sealed_comes_back_and_only_with_its_key() {
    let office = Office::new(&list());
    for key in ["a", "b", "c"] {
        office.keygen(key);
    }
    let mode = |path: &Path| fs::metadata(path).expect("written").permissions().mode() & 0o777;
    assert_eq!(mode(&office.path("a")), 0o600);
    let both =
        [fs::read(office.path("a.pub")), fs::read(office.path("b.pub"))].map(|key| key.expect("a key"));
    fs::write(office.path("both"), both.concat()).expect("a temporary file");
    let run = office.path("run");
    let output = office.seal("encrypt", &run, ("--to", "both"), "sealed");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let sealed = tree(&office.path("sealed"));
    for (name, bytes) in &sealed {
        assert!(name == "manifest.json" || bytes.starts_with(b"age-encryption.org/v1\n"), "{name}");
        assert_eq!(mode(&office.path("sealed").join(name)), 0o600);
    }
    assert_eq!(mode(&office.path("sealed")), 0o700);
    assert_eq!(sealed.len(), tree(&run).len() + 1);
    // Nothing in clear follows from the content: whoever guesses it could find out that the guess is right.
    let clear = String::from_utf8(sealed["manifest.json"].clone()).expect("text");
    let plain: serde_json::Value = serde_json::from_slice(&tree(&run)["manifest.json"]).expect("a manifest");
    assert!(!clear.contains(plain["run_id"].as_str().expect("a run id")));
    for bytes in tree(&run).values() {
        assert!(!clear.contains(&sha256(bytes)));
    }
    let named: serde_json::Value = serde_json::from_str(&clear).expect("a manifest");
    for file in named["files"].as_array().expect("files") {
        let bytes = &sealed[file["path"].as_str().expect("a path")];
        assert_eq!(file["sha256"], sha256(bytes).as_str());
    }
    for key in ["a", "b"] {
        let output =
            office.seal("decrypt", &office.path("sealed"), ("--identity", key), key.repeat(2).as_str());
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        assert_eq!(tree(&office.path(&key.repeat(2))), tree(&run), "to the byte, the manifest as well");
    }
    let output = office.seal("decrypt", &office.path("sealed"), ("--identity", "c"), "cc");
    assert_eq!(code(&output), 3);
    assert!(stderr(&output).contains("L0345"), "{}", stderr(&output));
    assert!(!office.path("cc").exists());

    // One file, sealed and opened by itself.
    let output = office.seal("encrypt", &office.list, ("--to", "a.pub"), "one");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let output =
        office.seal("decrypt", &office.path("one").join("list.csv.age"), ("--identity", "a"), "alone");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(fs::read_to_string(office.path("alone").join("list.csv")).expect("opened"), list());
    // What is sealed is not taken for a run, nor what is not for sealed.
    let check = |output: Output, word: &str| {
        assert_eq!(code(&output), 2, "{}", stderr(&output));
        assert!(stderr(&output).contains(word), "{}", stderr(&output));
    };
    check(office.seal("encrypt", &office.path("sealed"), ("--to", "a.pub"), "x"), "L0233");
    check(office.seal("decrypt", &run, ("--identity", "a"), "x"), "L0236");
    check(office.seal("decrypt", &office.list, ("--identity", "a"), "x"), "L0236");
    check(office.seal("encrypt", &run, ("--to", "a"), "x"), "L0232");
    check(office.seal("decrypt", &office.path("sealed"), ("--identity", "a.pub"), "x"), "L0232");
    let again = lamsach().args(["keygen", "-o"]).arg(office.path("a")).output().expect("the tool starts");
    check(again, "L0235");
    assert!(!office.path("x").exists());
}

#[test]
fn nothing_that_was_damaged_is_opened() {
    let office = Office::new(&list());
    office.keygen("a");
    assert_eq!(code(&office.seal("encrypt", &office.path("run"), ("--to", "a.pub"), "sealed")), 0);
    let folder = office.path("sealed");
    let whole = tree(&folder);
    let check = |what: &str| {
        let output = office.seal("decrypt", &folder, ("--identity", "a"), "x");
        let told = stderr(&output);
        assert_eq!(code(&output), 3, "{what}: {told}");
        assert!(["L0346", "L0345", "L0301"].iter().any(|code| told.contains(code)), "{what}: {told}");
        assert!(!office.path("x").exists(), "{what}");
        let left = fs::read_dir(office.home.path()).expect("a folder").flatten();
        assert!(
            !left.into_iter().any(|entry| entry.file_name().to_string_lossy().ends_with(".partial")),
            "{what}"
        );
    };
    let put = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).expect("a temporary file");
    for (name, bytes) in whole.iter().filter(|(name, _)| name.ends_with(".age")) {
        for at in [0, 30, bytes.len() / 2, bytes.len() - 1] {
            let mut other = bytes.clone();
            other[at] ^= 1;
            put(name, &other);
            check(&format!("{name}: byte {at}"));
        }
        for length in [0, 10, bytes.len() / 2, bytes.len() - 1] {
            put(name, &bytes[..length]);
            check(&format!("{name}: {length} bytes"));
        }
        put(name, &[&bytes[..], b"x"].concat());
        check(&format!("{name}: a byte more"));
        fs::remove_file(folder.join(name)).expect("a file");
        check(&format!("{name}: gone"));
        put(name, bytes);
    }
    // Both are whole, but each stands where the other was sealed.
    put("verdicts.csv.age", &whole["corrections.csv.age"]);
    put("corrections.csv.age", &whole["verdicts.csv.age"]);
    check("exchanged");
    put("verdicts.csv.age", &whole["verdicts.csv.age"]);
    put("corrections.csv.age", &whole["corrections.csv.age"]);
    let clear = String::from_utf8(whole["manifest.json"].clone()).expect("text");
    put("manifest.json", clear.replace("findings.csv.age", "other.csv.age").as_bytes());
    check("another name in clear");
    put("manifest.json", clear.as_bytes());
    assert_eq!(code(&office.seal("decrypt", &folder, ("--identity", "a"), "x")), 0);

    // A folder is sealed as its run left it, or not at all.
    for (name, bytes) in [("note.txt", &b"x"[..]), ("verdicts.csv", b"file\n")] {
        let path = office.path("run").join(name);
        let before = fs::read(&path).ok();
        fs::write(&path, bytes).expect("a temporary file");
        let output = office.seal("encrypt", &office.path("run"), ("--to", "a.pub"), "y");
        assert_eq!(code(&output), 3);
        assert!(stderr(&output).contains("L0343") && stderr(&output).contains(name), "{}", stderr(&output));
        assert!(!office.path("y").exists());
        match before {
            Some(before) => fs::write(&path, before).expect("a temporary file"),
            None => fs::remove_file(&path).expect("a file"),
        }
    }
}

#[test]
fn a_sealed_export_is_the_plain_one() {
    let office = Office::new(&list());
    office.keygen("a");
    let keys = office.path("a.pub").to_string_lossy().into_owned();
    for template in ["tra_loi", "tiem_chung_nhap"] {
        let values = ["--disclose", "values"];
        let plain = office.exported(template, &format!("{template}.plain"), &values);
        let sealed = office.exported(
            template,
            &format!("{template}.sealed"),
            &[&values[..], &["--encrypt-to", &keys]].concat(),
        );
        let files = tree(&sealed);
        assert!(files.iter().all(|(name, _)| name == "manifest.json" || name.ends_with(".age")));
        let opened = format!("{template}.opened");
        let output = office.seal("decrypt", &sealed, ("--identity", "a"), &opened);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let without_clock = |folder: &Path| {
            let mut files = tree(folder);
            let manifest: serde_json::Value =
                serde_json::from_slice(&files.remove("manifest.json").expect("a manifest")).expect("json");
            (files, manifest["files"].clone(), manifest["run_key"].clone())
        };
        assert_eq!(without_clock(&office.path(&opened)), without_clock(&plain));
    }
}

#[test]
fn no_cell_is_told_outside_the_files() {
    let text = list()
        .replace("T0", CANARY)
        .replace("VÕ THỊ ÉN", &format!("VÕ {CANARY}"))
        .replace("0912345678", CANARY);
    let office = Office::new(&text);
    office.keygen("a");
    let keys = office.path("a.pub").to_string_lossy().into_owned();
    let values = ["--disclose", "values", "--with-column", "Bệnh nền"];
    let mut told = Vec::new();
    for (out, more) in
        [("plain", &[][..]), ("sealed", &["--encrypt-to", &keys][..]), ("json", &["--json"][..])]
    {
        let output = office.export("tra_loi", out, &[&values[..], more].concat());
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        told.push(output);
    }
    told.push(office.seal("encrypt", &office.path("plain"), ("--to", "a.pub"), "again"));
    told.push(office.seal("decrypt", &office.path("again"), ("--identity", "a"), "opened"));
    let bad = office.collected(
        "bad.collected",
        &[&format!("list.csv,2,{CANARY},,sex,,{CANARY},approved,1,SX04,,").replacen(CANARY, "T", 1)],
    );
    let output = office.export("tra_loi", "bad", &[&values[..], &["--approved", &bad]].concat());
    assert_eq!(code(&output), 3);
    told.push(output);
    for output in &told {
        assert!(!stderr(output).contains(CANARY) && !stdout(output).contains(CANARY));
    }
    let plain = tree(&office.path("plain"));
    assert!(String::from_utf8_lossy(&plain["tra_loi.csv"]).contains(CANARY), "the word would be seen");
    for name in ["summary.json", "manifest.json"] {
        assert!(!String::from_utf8_lossy(&plain[name]).contains(CANARY), "{name}");
    }
    for folder in ["sealed", "again"] {
        for (name, bytes) in tree(&office.path(folder)) {
            let is_there = bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes());
            assert!(!is_there, "{folder}/{name}");
        }
    }
}
