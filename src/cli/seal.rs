//! `lamsach encrypt`, `decrypt` and `keygen`.

use serde_json::json;

use super::args::Common;
use super::leave_args::{Decrypt, Encrypt, Keygen};
use super::terminal::{complain, number, print};
use super::{language, options};
use crate::pipeline::Stop;
use crate::record::{Exit, Trouble};
use crate::report::mask::shown;
use crate::rulebook::Language;
use crate::seal::{self, Asked, Identities, Recipients, SealDone};

pub(super) fn encrypt(args: &Encrypt, stop: &Stop) -> Result<Exit, Trouble> {
    let recipients = Recipients::read(&args.to)?;
    let asked = Asked {
        from: &args.from,
        out: &args.output,
        replace: args.replace,
        stop: &|| stop.check(),
        clock: &options::clock,
    };
    let done = seal::encrypt(&asked, &recipients)?;
    tell(&done, &args.common, ("đã mã hóa", "encrypted"), &recipients.shown());
    Ok(Exit::Success)
}

pub(super) fn decrypt(args: &Decrypt, stop: &Stop) -> Result<Exit, Trouble> {
    let identities = Identities::read(&args.identity)?;
    let asked = Asked {
        from: &args.from,
        out: &args.output,
        replace: args.replace,
        stop: &|| stop.check(),
        clock: &options::clock,
    };
    let done = seal::decrypt(&asked, &identities)?;
    tell(&done, &args.common, ("đã mở", "opened"), &[]);
    Ok(Exit::Success)
}

pub(super) fn keygen(args: &Keygen) -> Result<Exit, Trouble> {
    let recipient = seal::generate(&args.output, &options::clock())?;
    if args.common.json {
        print(&format!("{:#}\n", json!({ "recipient": recipient, "file": args.output })));
        return Ok(Exit::Success);
    }
    print(&format!("{recipient}\n"));
    if !args.common.quiet {
        let file = shown(&args.output.display().to_string());
        complain(&match language(&args.common) {
            Language::Vietnamese => format!(
                "lamsach: khóa bí mật ở {file}: giữ kín và sao lưu; mất khóa là mất dữ liệu đã mã hóa. Gửi dòng age1... cho nơi mã hóa\n"
            ),
            Language::English => format!(
                "lamsach: the secret key is in {file}: keep it secret and keep a copy; what is sealed is lost without it. Give age1... to whoever seals\n"
            ),
        });
    }
    Ok(Exit::Success)
}

fn tell(done: &SealDone, common: &Common, words: (&str, &str), recipients: &[String]) {
    if common.json {
        let said = json!({
            "folder": done.folder, "files": done.n_files, "bytes": done.n_bytes, "recipients": recipients,
        });
        print(&format!("{said:#}\n"));
        return;
    }
    if common.quiet {
        return;
    }
    let language = language(common);
    let (files, kib) = (number(done.n_files as u64, language), number(done.n_bytes >> 10, language));
    let folder = shown(&done.folder.display().to_string());
    print(&match language {
        Language::Vietnamese => format!("{} {files} tệp, {kib} KiB: {folder}\n", words.0),
        Language::English => format!("{} {files} files, {kib} KiB: {folder}\n", words.1),
    });
}
