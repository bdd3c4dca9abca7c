package confine

// An allowance is a check that a plain run doesn't stand, why, and how README.md
// says so under "What is not confined".
type allowance struct{ name, why, readme string }

// allowed holds nothing critical or high, and nothing that a peer closes.
var allowed = []allowance{
	{"time-namespace", "it would hide when the machine was started, and no more: CLOCK_REALTIME has no namespace", "when it was started"},
	{"proc-keys", "names without contents; a mount more for every start", "`/proc/keys`"},
	{"proc-hardware", "they tell machines apart, and tell nothing of files", "`/proc/interrupts`"},
	{"project-new-repositories", "there is no end of directories that could hold one, and making one is what git clone does", "repository that the command makes"},
	{"project-setuid", "a package's install script has to, and inside it has no effect", "set-user-ID"},
	{"memory-limit", "takes a cgroup, which takes a word with systemd: it is for who asks", "Memory and CPU time, unless you say so"},
}
