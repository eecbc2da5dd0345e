//! Programs that run another program: `env A=b git …`, `sudo -u me git …`, `timeout 60 git …`.

use super::Text;
use super::expansions::name_length;

struct Wrapper {
    name: &'static str,
    /// Options that take the next argument.
    valued: &'static [&'static str],
    /// Options with which it runs nothing.
    inert: &'static [&'static str],
    /// Arguments of its own before the program.
    arguments: usize,
}

const fn plain(name: &'static str, valued: &'static [&'static str]) -> Wrapper {
    Wrapper { name, valued, inert: &[], arguments: 0 }
}

const WRAPPERS: [Wrapper; 14] = [
    plain("env", &["-u", "--unset", "-C", "--chdir", "-S", "--split-string"]),
    plain("sudo", &["-u", "-g", "-h", "-p", "-C", "-T", "-r", "-t", "-D", "-R", "--user", "--group"]),
    plain("doas", &["-u", "-C"]),
    plain("nice", &["-n", "--adjustment"]),
    plain("ionice", &["-c", "-n", "-p"]),
    plain("nohup", &[]),
    plain("setsid", &[]),
    plain("stdbuf", &["-i", "-o", "-e"]),
    plain("time", &["-f", "-o", "--format", "--output"]),
    plain("exec", &["-a"]),
    plain("builtin", &[]),
    plain("caffeinate", &["-t", "-w"]),
    Wrapper { name: "command", valued: &[], inert: &["-v", "-V"], arguments: 0 },
    Wrapper { name: "timeout", valued: &["-k", "-s", "--kill-after", "--signal"], inert: &[], arguments: 1 },
];

/// The program that runs in the end, without its directory and `.exe`, and its arguments.
pub(crate) fn program(words: &[Text]) -> Option<(&str, &[Text])> {
    let mut words = words;
    loop {
        let (first, rest) = words.split_first()?;
        let path = first.as_known()?;
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let name = name.strip_suffix(".exe").unwrap_or(name);
        let Some(wrapper) = WRAPPERS.iter().find(|wrapper| wrapper.name == name) else {
            return Some((name, rest));
        };
        words = wrapper.wrapped(rest)?;
    }
}

impl Wrapper {
    /// What is left of the arguments at the program that is run.
    fn wrapped<'w>(&self, arguments: &'w [Text]) -> Option<&'w [Text]> {
        let mut rest = arguments;
        let mut own = self.arguments;
        while let Some((first, behind)) = rest.split_first() {
            let option = first.marked();
            let name = name_length(option);
            if self.inert.contains(&option) {
                return None;
            }
            if option.starts_with('-') {
                let values = usize::from(self.valued.contains(&option));
                rest = behind.get(values..)?;
            } else if name > 0 && option.get(name..).is_some_and(|tail| tail.starts_with('=')) {
                rest = behind;
            } else if own > 0 {
                own -= 1;
                rest = behind;
            } else {
                break;
            }
        }
        Some(rest)
    }
}
