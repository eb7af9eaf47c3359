//! Starting the real binary and reading what it wrote.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::rc::Rc;

/// The root of the project.
pub fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The tool with a poor world around it, as cron gives.
pub fn lamsach() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lamsach"));
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LANG", "C");
    command
}

/// The exit code of a finished process.
pub fn code(output: &Output) -> i32 {
    output.status.code().expect("the tool was not killed")
}

/// Standard error as text.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("messages are UTF-8")
}

/// Standard output as text.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("results are UTF-8")
}

/// A small reference and a folder to work in.
pub struct Bench {
    pub home: Rc<tempfile::TempDir>,
}

/// The header of a list of the vaccination source.
pub const HEADER: &str = "Mã đối tượng,Họ và tên,Ngày sinh,Giới tính,Số CMND/CCCD";

/// Invented citizens: number, name, birth date, sex.
pub const CITIZENS: [(&str, &str, &str, &str); 6] = [
    ("001090000011", "NGUYỄN VĂN AN", "01/02/1990", "Nam"),
    ("079185000022", "TRẦN THỊ BƯỞI", "15/08/1985", "Nữ"),
    ("048201000033", "LÊ HOÀNG CÚC", "30/12/2001", "Nam"),
    ("092300000044", "PHẠM THU DUNG", "05/05/2000", "Nữ"),
    ("031075000055", "ĐỖ ĐỨC ĐẠT", "20/11/1975", "Nam"),
    ("056168000066", "VÕ THỊ ÉN", "09/09/1968", "Nữ"),
];

impl Bench {
    /// A bench with the citizens above as reference.
    pub fn new() -> Self {
        let bench = Self { home: Rc::new(tempfile::tempdir().expect("a temporary folder")) };
        let mut text = String::from("Số định danh cá nhân,Họ và tên,Ngày sinh,Giới tính\n");
        for (number, name, birth, sex) in CITIZENS {
            text.push_str(&format!("{number},{name},{birth},{sex}\n"));
        }
        bench.write("reference.csv", text.as_bytes());
        bench
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).expect("a temporary file");
        path
    }

    /// Reconciles a list with the reference.
    pub fn reconcile(&self, list: &[u8], more: &[&str]) -> Run {
        let list = self.write("list.csv", list);
        self.reconcile_file(&list, more)
    }

    /// Cleans a list by itself.
    pub fn clean(&self, list: &[u8], more: &[&str]) -> Run {
        let list = self.write("list.csv", list);
        self.start(lamsach().arg("clean").arg(&list), more)
    }

    /// Runs a command that writes the folder `out`.
    fn start(&self, command: &mut Command, more: &[&str]) -> Run {
        let out = self.path("out");
        let output = command
            .arg("-o")
            .arg(&out)
            .arg("--force")
            .args(if more.contains(&"--as-of") { &[][..] } else { &["--as-of", "2026-06-30"][..] })
            .args(more)
            .output()
            .expect("the tool starts");
        Run { output, out, _home: Rc::clone(&self.home) }
    }

    pub fn reconcile_file(&self, list: &Path, more: &[&str]) -> Run {
        let reference = self.path("reference.csv");
        self.start(lamsach().arg("reconcile").arg(list).arg("--against").arg(reference), more)
    }
}

/// A finished run.
pub struct Run {
    pub output: Output,
    pub out: PathBuf,
    /// The folder of the bench stays as long as anything in it is looked at.
    _home: Rc<tempfile::TempDir>,
}

impl Run {
    pub fn code(&self) -> i32 {
        code(&self.output)
    }

    pub fn stderr(&self) -> String {
        stderr(&self.output)
    }

    /// The rows of a table of the run, cells by column name.
    pub fn table(&self, name: &str) -> Vec<Vec<(String, String)>> {
        let mut reader = csv::Reader::from_path(self.out.join(name)).expect("the table was written");
        let names: Vec<String> = reader.headers().expect("a header").iter().map(ToOwned::to_owned).collect();
        reader
            .records()
            .map(|record| {
                let record = record.expect("our own CSV can be read");
                names.iter().cloned().zip(record.iter().map(ToOwned::to_owned)).collect()
            })
            .collect()
    }

    /// One line per row: the given columns joined by spaces.
    pub fn rows(&self, name: &str, columns: &[&str]) -> Vec<String> {
        let cell = |row: &[(String, String)], column: &str| {
            let found = row.iter().find(|(name, _)| name == column);
            found.map(|(_, cell)| cell.clone()).unwrap_or_else(|| panic!("no column {column}"))
        };
        let row = |row: Vec<(String, String)>| {
            columns.iter().map(|column| cell(&row, column)).collect::<Vec<_>>().join(" ")
        };
        self.table(name).into_iter().map(row).collect()
    }

    /// `line reason` of every record in quarantine.
    pub fn quarantine(&self) -> Vec<String> {
        self.rows("quarantine.csv", &["line", "reason"])
    }

    pub fn summary(&self) -> serde_json::Value {
        let text = fs::read_to_string(self.out.join("summary.json")).expect("a summary");
        serde_json::from_str(&text).expect("a summary is JSON")
    }
}

/// Names and bytes of all files of a run, without the facts of one run.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .expect("a folder of a run")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.file_name().is_some_and(|name| name != "manifest.json"))
        .map(|path| {
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            (name, fs::read(&path).expect("a file of the run"))
        })
        .collect();
    files.sort();
    files
}

/// Invented data of this many citizens and records, in `data` below a folder.
pub fn generate(home: &Path, more: &[&str]) -> PathBuf {
    let folder = home.join("data");
    let made = lamsach().arg("generate").args(more).arg("-o").arg(&folder).output().expect("the tool starts");
    assert_eq!(code(&made), 0, "{}", stderr(&made));
    folder
}

/// Runs a command with 1, 2 and 16 threads and holds that the seven files are the same.
pub fn same_on_any_threads(home: &Path, arguments: &[&OsStr]) {
    let mut first = None;
    for threads in ["1", "2", "16"] {
        let out = home.join(threads);
        let output = lamsach()
            .args(arguments)
            .arg("-o")
            .arg(&out)
            .args(["--as-of", "2022-06-30", "--quiet", "--threads", threads])
            .output()
            .expect("the tool starts");
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let found = files(&out);
        assert_eq!(found.len(), 7);
        let first = first.get_or_insert_with(|| found.clone());
        assert!(*first == found, "{threads} threads write other bytes than one");
    }
}

/// A disk of a few bytes.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// A disk of this size in a folder; nothing without the right to mount one.
    pub fn of(home: &Path, size: &str) -> Option<Self> {
        let disk = Self(home.join("disk"));
        fs::create_dir(&disk.0).expect("a folder");
        let options = format!("size={size},mode=700");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&disk.0).status();
        mounted.is_ok_and(|status| status.success()).then_some(disk)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// What lies on it.
    pub fn names(&self) -> Vec<std::ffi::OsString> {
        fs::read_dir(&self.0).expect("the disk").map(|entry| entry.expect("an entry").file_name()).collect()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Where nothing was mounted there is nothing to take away.
        let _ = Command::new("umount").arg(&self.0).stderr(std::process::Stdio::null()).status();
    }
}
