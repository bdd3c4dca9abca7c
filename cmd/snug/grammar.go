package main

import (
	"os"
	"reflect"

	"github.com/alecthomas/kong"
)

// grammar is everything that can be typed.
type grammar struct {
	Run     runCmd     `cmd:"" help:"Run a command in a sandbox."`
	Demo    demoCmd    `cmd:"" help:"Show how a sandbox is made, with real commands and their real output."`
	Version versionCmd `cmd:"" help:"Say which snug this is."`

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
	Seccomp        string   `placeholder:"default|none|FILE" group:"id" help:"Filter system calls by the default list, not at all, or by a profile (JSON as Docker's, or snug's own text)."`

	Project   string  `placeholder:"DIR" group:"fs" help:"The directory that is writable, instead of the current one."`
	NoProject bool    `group:"fs" help:"Nothing of the host is writable."`
	Bind      ordered `type:"ordered" placeholder:"SRC DST" group:"fs" help:"Bind SRC on DST, writable."`
	BindTry   ordered `type:"ordered" placeholder:"SRC DST" group:"fs" help:"The same, if SRC exists."`
	RoBind    ordered `type:"ordered" placeholder:"SRC DST" group:"fs" help:"Bind SRC on DST, read-only."`
	RoBindTry ordered `type:"ordered" placeholder:"SRC DST" group:"fs" help:"The same, if SRC exists."`
	DevBind   ordered `type:"ordered" placeholder:"SRC DST" group:"fs" help:"Bind SRC on DST, with working device nodes."`
	DevTry    ordered `name:"dev-bind-try" type:"ordered" placeholder:"SRC DST" group:"fs" help:"The same, if SRC exists."`
	Volume    ordered `short:"v" type:"ordered" placeholder:"SRC:DST[:ro]" group:"fs" help:"Bind SRC on DST."`
	Ro        ordered `type:"ordered" placeholder:"PATH" group:"fs" help:"Show PATH, read-only, where it is."`
	Rw        ordered `type:"ordered" placeholder:"PATH" group:"fs" help:"Open PATH for writing, where it is."`
	Tmpfs     ordered `type:"ordered" placeholder:"DST" group:"fs" help:"Mount a private tmpfs."`
	Dir       ordered `type:"ordered" placeholder:"DST" group:"fs" help:"Make a directory."`
	Symlink   ordered `type:"ordered" placeholder:"TARGET DST" group:"fs" help:"Make a symlink at DST."`
	Rootfs    string  `placeholder:"DIR[:rw]" aliases:"chroot" group:"fs" help:"See DIR as the root, read-only unless :rw."`
	Chdir     string  `placeholder:"DIR" short:"w" aliases:"workdir,cwd" group:"fs" help:"Start in DIR inside."`
	TmpfsSize string  `placeholder:"SIZE" group:"fs" help:"Bound all private directories together (default 25% of memory)."`

	Setenv   ordered  `type:"ordered" placeholder:"KEY VALUE" group:"env" help:"Set a variable (KEY=VALUE works, too)."`
	Unsetenv ordered  `type:"ordered" placeholder:"KEY" group:"env" help:"Remove a variable."`
	Clearenv ordered  `type:"orderedflag" group:"env" help:"Start from no variables at all."`
	Env      ordered  `short:"e" type:"ordered" placeholder:"KEY[=VALUE]" group:"env" help:"Set a variable, or pass on your own."`
	EnvFile  ordered  `type:"ordered" placeholder:"FILE" group:"env" help:"Set the variables of a file of KEY=VALUE lines."`
	EnvKeep  []string `sep:"none" placeholder:"KEY" group:"env" help:"Pass a variable on although it looks like a secret."`

	ShareNet    bool   `group:"ns" help:"Use the host's network."`
	Net         string `placeholder:"none|host" aliases:"network" group:"ns" help:"none (the default) or host (--share-net)."`
	SharePid    bool   `group:"ns" help:"See the host's processes, and be able to signal your own."`
	ShareIpc    bool   `group:"ns" help:"Share System V and POSIX IPC."`
	ShareUts    bool   `group:"ns" help:"Share the host name."`
	ShareCgroup bool   `group:"ns" help:"Share the view of the cgroup tree."`
	Hostname    string `placeholder:"NAME" group:"ns" help:"The host name inside (default localhost)."`

	Timeout     string   `placeholder:"TIME" group:"proc" help:"End it after TIME: 30, 30s, 5m, 1h30m."`
	StopSignal  string   `placeholder:"SIG" group:"proc" help:"What --timeout and TERM send first (default TERM)."`
	StopTimeout string   `placeholder:"TIME" group:"proc" help:"Then KILL after TIME (default 10s)."`
	PidsLimit   string   `placeholder:"N" group:"proc" help:"At most N processes and threads per user inside (default 2048), or max."`
	Rlimit      []string `sep:"none" placeholder:"NAME=SOFT[:HARD]" group:"proc" help:"Set a resource limit of setrlimit(2). Repeatable."`
	AsPid1      bool     `name:"as-pid-1" group:"proc" help:"Run the command as pid 1, without a reaper."`

	DieWithParent bool `group:"proc" help:"End when the process that started snug ends, too."`

	DryRun  bool `group:"out" help:"Print what would be done, in words, and do nothing."`
	Explain bool `group:"out" help:"Print the system calls that would be made, and make none."`
	JSON    bool `name:"json" group:"out" help:"Print --dry-run, and errors, as JSON."`
	Verbose bool `group:"out" help:"Say what was withheld from the command."`

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
}

// ordered is a flag whose place among the others matters.
type ordered struct{}

// typed is one such flag, as it was typed.
type typed struct {
	flag   string
	values []string
}

// Help is what `snug run --help` says besides the flags.
func (*runCmd) Help() string {
	return `Examples:

    snug run -- make                  build in the current directory, which is all it can write
    snug run -r -- ./install.sh       as root inside, as yourself outside
    snug run --ro ~/.cargo -- cargo build --offline
    snug run --no-project --timeout 10s -- ./untrusted

Exit status: the command's own; 128+n after signal n; 124 time limit; 125 snug failed; 126 not executable; 127 not found.`
}

var groups = []kong.Group{
	{Key: "id", Title: "Who you are inside:"},
	{Key: "fs", Title: "What is there:"},
	{Key: "env", Title: "Environment:"},
	{Key: "ns", Title: "What is shared with the host:"},
	{Key: "proc", Title: "Process and limits:"},
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
	switch ctx.Selected().Name {
	case "run":
		g.Run.Args = withoutDashes(g.Run.Args)
		return g.Run.Run()
	case "demo":
		return g.Demo.Run()
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
