package main

import "strings"

// What the grammar doesn't say, and where the rest is in what --help says of a command.

// helpBlock is a paragraph, or lines to be taken as they are.
type helpBlock struct {
	text    string
	literal bool
}

// help is what the Help of a command says, by the sections of a manual page.
type help struct {
	about, examples []helpBlock
	exit            string
}

// readHelp sorts paragraphs: "Exit status:" begins one, and "Examples:" stands above those that
// are indented.
func readHelp(text string) (h help) {
	inExamples := false
	for b := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		literal := strings.HasPrefix(b, "    ")
		switch exit, isExit := strings.CutPrefix(b, "Exit status: "); {
		case strings.TrimSpace(b) == "":
		case isExit:
			h.exit, inExamples = capitalised(exit), false
		case strings.TrimSpace(b) == "Examples:":
			inExamples = true
		case literal && inExamples:
			h.examples = append(h.examples, literalBlock(b))
		case literal:
			h.about = append(h.about, literalBlock(b))
		default:
			h.about, inExamples = append(h.about, helpBlock{text: b}), false
		}
	}
	return h
}

func literalBlock(b string) helpBlock {
	lines := strings.Split(b, "\n")
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "    ")
	}
	return helpBlock{strings.Join(lines, "\n"), true}
}

func capitalised(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

const manualAbout = `snug runs a command as you, an ordinary user, in its own user, mount, pid, ipc, uts, cgroup and network namespaces. The command can write the current directory and nothing else of yours; it sees no other file in your home, no other process, no network, no socket of your session and no secret of your environment. When it ends, nothing of it is left. Nothing typed is the safe choice: every flag of snug-run(1) that opens something has to be said.`

const manualExit = `0; 125 snug itself failed, or the line was not understood. A command that runs another one ends with that one's status; see there.`

// manualCommandExit is for commands that run one.
const manualCommandExit = `The command's own; 128+n after signal n; 124 time limit; 125 snug failed; 126 not executable; 127 not found.`

var manualEnvironment = [...][2]string{
	{"NO_COLOR", "If it is set and not empty, nothing is coloured. Colours are for terminals only, and say nothing that the words don't."},
	{"SNUG_PORTABLE", "If it is 1, sandboxes are made by the executor for other architectures, which confines just as much."},
	{"DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR", "Where the user's systemd manager is asked for a cgroup, if a limit needs one."},
	{"PATH", "Where the command is looked for, inside."},
}

var manualFiles = [...][2]string{
	{"/etc/subuid, /etc/subgid", "The subordinate ids that --map-auto, --map-users and --map-groups may map, see subuid(5)."},
	{"/etc/apparmor.d/snug", "The profile that lets snug make user namespaces where AppArmor keeps others from it (Ubuntu 23.10 and newer)."},
	{"/sys/fs/cgroup", "Where limits are set, in a cgroup of the sandbox's own."},
}

var manualSeeAlso = [...][2]string{
	{"bwrap", "1"}, {"unshare", "1"}, {"user_namespaces", "7"}, {"seccomp", "2"}, {"landlock", "7"}, {"cgroups", "7"}, {"systemd.resource-control", "5"},
}

// manualExamples are those of commands whose help has none; "" is snug's own page.
func manualExamples(command string) []helpBlock {
	text := ""
	switch command {
	case "":
		text = "snug run -- make\nsnug run -m 512M --cpus 1.5 -- make -j8\nsnug run -r -- cat /proc/self/uid_map\nsnug doctor"
	case "freeze", "thaw", "kill":
		text = "snug run --cgroup -- make -j8 &\nsnug " + command + " make"
	case "doctor":
		text = "snug doctor\nsnug doctor --json | jq -r '.checks[] | select(.state == \"no\") | .fix'"
	case "demo":
		text = "snug demo"
	case "version":
		text = "snug version --json"
	}
	if text == "" {
		return nil
	}
	return []helpBlock{{text, true}}
}
