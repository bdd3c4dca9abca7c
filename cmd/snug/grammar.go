package main

import (
	"os"
	"reflect"

	"github.com/alecthomas/kong"

	"snug/cmd/snug/why"
	"snug/seccomp/notify"
	"snug/userns/profile"
)

// grammar is everything that can be typed.
type grammar struct {
	Run     runCmd     `cmd:"" help:"Run a command in a sandbox."`
	Learn   learnCmd   `cmd:"" help:"Run a command with no system call refused, and print the profile it needs."`
	Ps      psCmd      `cmd:"" aliases:"list" help:"List sandboxes."`
	Exec    execCmd    `cmd:"" help:"Run a command in a sandbox that runs."`
	Logs    logsCmd    `cmd:"" help:"Print what a detached sandbox has printed."`
	Inspect inspectCmd `cmd:"" help:"Say all that is known of sandboxes, as JSON."`
	Stats   statsCmd   `cmd:"" help:"Say what sandboxes use now, and of what limit: once, or again and again."`
	Top     topCmd     `cmd:"" help:"Watch on the screen what sandboxes use."`
	Stop    stopCmd    `cmd:"" help:"Have a sandbox end: by its stop signal, and by KILL if that isn't enough."`
	Kill    killCmd    `cmd:"" help:"Kill every process of a sandbox, frozen or not, or send its command a signal."`
	Freeze  freezeCmd  `cmd:"" aliases:"pause" help:"Stop every process of a sandbox where it is."`
	Thaw    thawCmd    `cmd:"" aliases:"resume,unpause" help:"Let a frozen sandbox go on."`
	Wait    waitCmd    `cmd:"" help:"Wait for detached sandboxes to end, and print their exit status."`
	Rm      rmCmd      `cmd:"" help:"Remove the record and the log of sandboxes that have ended."`
	Doctor  doctorCmd  `cmd:"" help:"Say what works here, what is lost without the rest, and what to do about it."`
	Profile profileCmd `cmd:"" help:"List, show and check profiles, and clear what their caches kept."`
	Allow   allowCmd   `cmd:"" help:"Say yes to a project's own .snug.toml, as it is now."`
	Deny    denyCmd    `cmd:"" help:"Take that back."`
	Demo    demoCmd    `cmd:"" help:"Show how a sandbox is made, with real commands and their real output."`
	Version versionCmd `cmd:"" help:"Say which snug this is."`

	Completion completionCmd `cmd:"" help:"Print a completion script for bash, zsh or fish."`

	ShowVersion bool `name:"version" help:"Say which snug this is."`
}

// runCmd is `snug run`. Values stay as they were typed: what they mean is
// worked out in spec*.go, for both readers alike. The order among the flags of
// type "ordered" is kept in Ordered.
type runCmd struct {
	MapRootUser    bool     `short:"r" group:"id" help:"Be root inside: /proc/self/uid_map says 0 UID 1."`
	MapCurrentUser bool     `short:"c" group:"id" help:"Be yourself inside (the default)."`
	MapAuto        bool     `group:"id" help:"Be root inside, with all subordinate ids of /etc/subuid as 1 and up."`
	MapUsers       []string `sep:"none" placeholder:"INNER:OUTER:COUNT" aliases:"uidmap" group:"id" help:"Map a range of user ids. Repeatable."`
	MapGroups      []string `sep:"none" placeholder:"INNER:OUTER:COUNT" aliases:"gidmap" group:"id" help:"Map a range of group ids. Repeatable."`
	CapAdd         []string `sep:"none" placeholder:"CAP" group:"id" help:"Keep a capability in the user namespace."`
	CapDrop        []string `sep:"none" placeholder:"CAP" group:"id" help:"Drop a capability that -r or --map-auto gives, or ALL."`
	AllowUserns    bool     `group:"id" help:"Let the command make user namespaces of its own."`
	Seccomp        string   `placeholder:"default|log|none|FILE" group:"id" help:"Filter system calls by the default list, by it with a record in the kernel's log, not at all, or by a profile (Docker's JSON, TOML, or snug's text)."`
	SeccompAdd     []string `sep:"none" placeholder:"CALL" group:"id" help:"Allow a system call besides: keyctl, or 'socket if int0 == AF_VSOCK'. Repeatable."`
	SeccompDrop    []string `sep:"none" placeholder:"CALL" group:"id" help:"Refuse a system call (EPERM), whatever the profile says. Repeatable."`
	NoLandlock     bool     `group:"id" help:"Do without Landlock, which holds files, abstract sockets and signals besides all else."`
	Require        []string `sep:"none" placeholder:"NAME" group:"id" help:"Don't run without NAME, whatever else is on the line: landlock, cgroup, limits, seccomp, userns-off, net, pid, terminal. Repeatable."`

	Profile []string `sep:"none" placeholder:"NAME" group:"fs" help:"Start from a profile: see snug profile ls. Repeatable, later ones over earlier ones, and flags over all."`
	RoTry   ordered  `type:"ordered" placeholder:"PATH" group:"fs" help:"Show PATH, read-only, if it is there."`
	RwTry   ordered  `type:"ordered" placeholder:"PATH" group:"fs" help:"Open PATH for writing, if it is there."`
	Cache   ordered  `type:"ordered" placeholder:"PATH" group:"fs" help:"Have a directory at PATH that is the sandbox's own, and kept for the project's next run."`

	Project    string   `placeholder:"DIR" group:"fs" help:"The directory that is writable, instead of the current one."`
	NoProject  bool     `group:"fs" help:"Nothing of the host is writable."`
	AllowWrite []string `sep:"none" placeholder:"NAME" group:"fs" help:"Let a name in the project be written that makes something run outside later: .vscode, .git/hooks, or . for all. Repeatable."`
	Bind       ordered  `type:"ordered" placeholder:"SRC DST" group:"fs" help:"Bind SRC on DST, writable."`
	BindTry    ordered  `type:"ordered" placeholder:"SRC DST" group:"fs" help:"The same, if SRC exists."`
	RoBind     ordered  `type:"ordered" placeholder:"SRC DST" group:"fs" help:"Bind SRC on DST, read-only."`
	RoBindTry  ordered  `type:"ordered" placeholder:"SRC DST" group:"fs" help:"The same, if SRC exists."`
	DevBind    ordered  `type:"ordered" placeholder:"SRC DST" group:"fs" help:"Bind SRC on DST, with working device nodes."`
	DevTry     ordered  `name:"dev-bind-try" type:"ordered" placeholder:"SRC DST" group:"fs" help:"The same, if SRC exists."`
	Volume     ordered  `short:"v" type:"ordered" placeholder:"SRC:DST[:ro]" group:"fs" help:"Bind SRC on DST."`
	Ro         ordered  `type:"ordered" placeholder:"PATH" group:"fs" help:"Show PATH, read-only, where it is."`
	Rw         ordered  `type:"ordered" placeholder:"PATH" group:"fs" help:"Open PATH for writing, where it is."`
	NoProc     bool     `group:"fs" help:"Leave /proc empty, where a container lets nobody mount a fresh one."`
	Tmpfs      ordered  `type:"ordered" placeholder:"DST" group:"fs" help:"Mount a private tmpfs."`
	Dir        ordered  `type:"ordered" placeholder:"DST" group:"fs" help:"Make a directory."`
	Symlink    ordered  `type:"ordered" placeholder:"TARGET DST" group:"fs" help:"Make a symlink at DST."`
	Rootfs     string   `placeholder:"DIR[:rw]" aliases:"chroot" group:"fs" help:"See DIR as the root, read-only unless :rw."`
	Chdir      string   `placeholder:"DIR" short:"w" aliases:"workdir,cwd" group:"fs" help:"Start in DIR inside."`
	TmpfsSize  string   `placeholder:"SIZE" group:"fs" help:"Bound all private directories together (default 25% of memory)."`

	Setenv   ordered  `type:"ordered" placeholder:"KEY VALUE" group:"env" help:"Set a variable (KEY=VALUE works, too)."`
	Unsetenv ordered  `type:"ordered" placeholder:"KEY" group:"env" help:"Remove a variable."`
	Clearenv ordered  `type:"orderedflag" group:"env" help:"Start from no variables at all."`
	Env      ordered  `short:"e" type:"ordered" placeholder:"KEY[=VALUE]" group:"env" help:"Set a variable, or pass on your own."`
	EnvFile  ordered  `type:"ordered" placeholder:"FILE" group:"env" help:"Set the variables of a file of KEY=VALUE lines."`
	EnvKeep  []string `sep:"none" placeholder:"KEY" group:"env" help:"Pass a variable on although it looks like a secret."`

	ShareNet    bool   `group:"ns" help:"Use the host's network."`
	Net         string `placeholder:"none|host" aliases:"network" group:"ns" help:"none (the default) or host (--share-net)."`
	SharePid    bool   `group:"ns" help:"See the host's processes (and signal your own, with --no-landlock)."`
	ShareIpc    bool   `group:"ns" help:"Share System V and POSIX IPC."`
	ShareUts    bool   `group:"ns" help:"Share the host name."`
	ShareCgroup bool   `group:"ns" help:"Share the view of the cgroup tree."`
	Hostname    string `placeholder:"NAME" group:"ns" help:"The host name inside (default localhost)."`

	Timeout     string   `placeholder:"TIME" group:"proc" help:"End it after TIME: 30, 30s, 5m, 1h30m."`
	StopSignal  string   `placeholder:"SIG" group:"proc" help:"What --timeout and TERM send first (default TERM)."`
	StopTimeout string   `placeholder:"TIME" group:"proc" help:"Then KILL after TIME (default 10s)."`
	Rlimit      []string `sep:"none" placeholder:"NAME=SOFT[:HARD]" group:"proc" help:"Set a resource limit of setrlimit(2). Repeatable."`
	AsPid1      bool     `name:"as-pid-1" group:"proc" help:"Run the command as pid 1, without a reaper."`

	TTY   bool `name:"tty" short:"t" group:"proc" help:"Give the command a terminal of its own, even if snug has none."`
	NoTTY bool `name:"no-tty" short:"T" group:"proc" help:"Leave the caller's terminal to the command, which has one of its own otherwise."`

	DieWithParent bool `group:"proc" help:"End when the process that started snug ends, too."`

	Memory     string   `short:"m" placeholder:"SIZE" group:"limit" help:"At most SIZE of memory (512M, 1.5G, 25%), and no swap."`
	MemorySwap string   `placeholder:"SIZE" group:"limit" help:"At most SIZE of memory and swap together, or max."`
	MemoryHigh string   `placeholder:"SIZE" group:"limit" help:"Above SIZE, slow down and give memory back."`
	Cpus       string   `name:"cpus" placeholder:"N" aliases:"cpu-quota" group:"limit" help:"At most N CPUs' worth of time (1.5, 50%)."`
	CpuWeight  string   `placeholder:"N" group:"limit" help:"Share of the CPUs against others, 1 to 10000 (others have 100)."`
	CpusetCpus string   `placeholder:"LIST" group:"limit" help:"Only these CPUs (0-3,5)."`
	PidsLimit  string   `placeholder:"N" group:"limit" help:"At most N processes and threads (default 2048 per user inside), or max."`
	IoMax      []string `sep:"none" placeholder:"PATH:rbps=N,..." group:"limit" help:"Hold back the disk of PATH: rbps, wbps (bytes), riops, wiops, each a second. Repeatable."`
	IoWeight   string   `placeholder:"N" group:"limit" help:"Share of the disks against others, 1 to 10000 (others have 100)."`
	Property   []string `sep:"none" placeholder:"NAME=VALUE" group:"limit" help:"Give the sandbox's scope a resource property of systemd's. Repeatable."`
	Limits     string   `placeholder:"strict|best-effort" group:"limit" help:"What can't be enforced is an error (strict, the default) or said on standard error."`
	Cgroup     bool     `group:"limit" help:"A cgroup of its own, for snug freeze, even without a limit."`

	Name   string `placeholder:"NAME" group:"life" help:"Call it NAME, for snug ps, exec, stop and others (else: the command's name and a number)."`
	Detach bool   `short:"d" group:"life" help:"Print its name and leave it running, whatever becomes of the terminal. What it prints is for snug logs."`
	Rm     bool   `name:"rm" group:"life" help:"With --detach: remove its record and its log when it ends."`
	LogMax string `placeholder:"SIZE" group:"life" help:"With --detach: keep the last SIZE of what it prints (default 16M), or max."`

	Report       bool   `group:"report" help:"Say at the end which system calls were refused, which files were hidden or read-only, which hosts were tried, by which program, and what would allow each."`
	Stats        bool   `group:"report" help:"Say at the end what was used, in one line on standard error."`
	StatusFile   string `placeholder:"FILE" group:"report" help:"Write how it started and ended to FILE, as JSON."`
	JSONStatusFd string `name:"json-status-fd" placeholder:"FD" group:"report" help:"Write that to descriptor FD."`

	DryRun  bool `group:"out" help:"Print what would be done, in words, and do nothing."`
	Explain bool `group:"out" help:"Print the system calls that would be made, and make none."`
	JSON    bool `name:"json" group:"out" help:"Print --dry-run, --print and errors as JSON."`
	Verbose bool `group:"out" help:"Say what was withheld from the command."`

	Print  string `placeholder:"bwrap|unshare|systemd-run|oci" group:"out" help:"Print what another program would have to be told for the same, and do nothing. What it can't do is said."`
	Bundle string `placeholder:"DIR" group:"out" help:"Where --print oci makes a bundle for crun or runc, instead of printing its config.json."`

	// What users of bubblewrap type, and snug does anyway.
	UnshareAll    bool `hidden:""`
	UnshareUser   bool `hidden:""`
	UnsharePid    bool `hidden:""`
	UnshareNet    bool `hidden:""`
	UnshareUts    bool `hidden:""`
	UnshareIpc    bool `hidden:""`
	UnshareCgroup bool `hidden:""`
	NewSession    bool `hidden:""`
	DisableUserns bool `hidden:""`

	Args []string `arg:"" passthrough:"partial" placeholder:"CMD" help:"The command and its arguments."`

	Ordered []typed `kong:"-"`

	exactLimits bool // no limit is held by less than a cgroup

	refusals *notify.Refusals // of a run with --report, or with a profile that kills
	witness  *why.Witness     // of a run with --report
	lesson   *notify.Lesson   // of snug learn
	stdout   *os.File         // the command's, if it isn't snug's own
	ran      bool             // the command did
	stack    profile.Stack    // the profiles it started from
	notes    []string         // what a profile of the project's makes worth saying
	caches   caches           // that are kept
	traps    bool             // the profile has traps, which no supervisor can see
}

// ordered is a flag whose place among the others matters.
type ordered struct{}

// typed is one such flag, as it was typed.
type typed struct {
	flag   string
	values []string
	from   *profile.Value // of a profile, if it wasn't typed
}

// Help is what `snug run --help` says besides the flags.
func (*runCmd) Help() string {
	return `Examples:

    snug run -- make                  build in the current directory, which is all it can write
    snug run -r -- ./install.sh       as root inside, as yourself outside
    snug run --profile go -- go test ./...
    snug run --ro ~/.cargo -- cargo build --offline
    snug run --no-project --timeout 10s -- ./untrusted
    snug run -m 512M --cpus 1.5 --pids-limit 200 -- make -j8

Exit status: the command's own; 128+n after signal n; 124 time limit; 125 snug failed; 126 not executable; 127 not found.`
}

var groups = []kong.Group{
	{Key: "id", Title: "Who you are inside:"},
	{Key: "fs", Title: "What is there:"},
	{Key: "env", Title: "Environment:"},
	{Key: "ns", Title: "What is shared with the host:"},
	{Key: "proc", Title: "Process:"},
	{Key: "limit", Title: "Limits:"},
	{Key: "life", Title: "Its name and its life:"},
	{Key: "report", Title: "Accounts:"},
	{Key: "out", Title: "Instead of running:"},
}

// parse reads args with kong and does what they say.
func parse(args []string) int {
	g := new(grammar)
	exit := -1
	k, err := newParser(g, kong.Exit(func(code int) { exit = code }))
	if err != nil {
		return report(os.Stderr, err)
	}
	if len(args) == 0 {
		k.Stdout = os.Stderr
		k.Parse([]string{"--help"})
		return exitFailed
	}
	switch args[0] { // not for people
	case "__complete":
		return completeNow(args[1:])
	case "__man":
		return writeManual(args[1:])
	}
	ctx, err := k.Parse(args)
	switch {
	case exit >= 0: // --help has been printed
		return max(exit, 0)
	case g.ShowVersion:
		return g.Version.Run()
	case err != nil && wantsJSON(args):
		return reportJSON(os.Stderr, &usageError{err})
	case err != nil:
		return report(os.Stderr, &usageError{err})
	}
	if of := ctx.Selected().Parent; of != nil && of.Name == "profile" {
		return g.Profile.run(ctx.Selected().Name)
	}
	switch ctx.Selected().Name {
	case "run":
		g.Run.Args = withoutDashes(g.Run.Args)
		return g.Run.Run()
	case "learn":
		g.Learn.Args = withoutDashes(g.Learn.Args)
		g.Learn.Ordered = g.Run.Ordered // where the mappers put them
		return g.Learn.Run()
	case "exec":
		g.Exec.Args = withoutDashes(g.Exec.Args)
		g.Exec.Ordered = g.Run.Ordered
		return g.Exec.Run()
	case "ps", "logs", "inspect", "stats", "top", "stop", "kill", "freeze", "thaw", "wait", "rm":
		return ctx.Selected().Target.Addr().Interface().(interface{ Run() int }).Run()
	case "doctor":
		return g.Doctor.Run()
	case "allow":
		return g.Allow.Run()
	case "deny":
		return g.Deny.Run()
	case "demo":
		return g.Demo.Run()
	case "completion":
		return g.Completion.Run()
	}
	return g.Version.Run()
}

// wantsJSON says whether --json is among the flags of a line that can't be read.
func wantsJSON(args []string) bool {
	for _, a := range args {
		if a == "--" {
			break
		}
		if a == "--json" {
			return true
		}
	}
	return false
}

func newParser(g *grammar, more ...kong.Option) (*kong.Kong, error) {
	return kong.New(g, append([]kong.Option{
		kong.Name("snug"),
		kong.Description("A room of its own for any command, no root needed."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.ExplicitGroups(groups),
		kong.KindMapper(reflect.String, kong.MapperFunc(decodeString)),
		kong.NamedMapper("ordered", kong.MapperFunc(g.Run.decode)),
		kong.NamedMapper("orderedflag", flagMapper{&g.Run}),
	}, more...)...)
}

// withoutDashes takes off the one -- that kong leaves before the command.
func withoutDashes(args []string) []string {
	if len(args) > 0 && args[0] == "--" {
		return args[1:]
	}
	return args
}

type usageError struct{ error }

func (e *usageError) Unwrap() error { return e.error }

func (e *usageError) Cause() string {
	return "what stands before the command is for snug, and it has to know every word of it"
}

func (e *usageError) Hint() string { return "see: snug --help, snug run --help" }
