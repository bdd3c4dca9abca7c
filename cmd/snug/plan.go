package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"snug/userns"
	"snug/userns/rootfs"
)

// printPlan prints what would be done.
func (r *runCmd) printPlan(p *userns.Plan) error {
	if r.JSON {
		e := json.NewEncoder(os.Stdout)
		e.SetIndent("", "  ")
		d := planDocument(p)
		d.Profiles = r.profileDocument()
		return e.Encode(d)
	}
	return describePlan(os.Stdout, p, r.profileRows()...)
}

// document is a plan for programs. A string that is not UTF-8 is quoted as in Go.
type document struct {
	Schema      int             `json:"schema"`
	Profiles    []profileDoc    `json:"profiles,omitempty"`
	Command     []string        `json:"command"`
	Candidates  []string        `json:"candidates"`
	Dir         string          `json:"dir"`
	Namespaces  []string        `json:"namespaces"`
	UIDMap      string          `json:"uid_map"`
	GIDMap      string          `json:"gid_map"`
	MapHelpers  bool            `json:"map_helpers"`
	Caps        []string        `json:"capabilities"`
	NoNewPrivs  bool            `json:"no_new_privs"`
	NestedUsers bool            `json:"nested_user_namespaces"`
	Seccomp     bool            `json:"seccomp"`
	SeccompLog  bool            `json:"seccomp_log,omitempty"`
	Supervised  bool            `json:"supervised,omitempty"` // refused calls are reported
	Landlock    landlockDoc     `json:"landlock"`
	Hostname    string          `json:"hostname,omitempty"`
	View        []rootfs.Step   `json:"view"`
	TmpfsSize   string          `json:"tmpfs_size"`
	Rlimits     []userns.Rlimit `json:"rlimits"`
	Cgroup      *cgroupDocument `json:"cgroup,omitempty"`
	Env         []string        `json:"env"`
	Withheld    []string        `json:"env_withheld"`
	AsPid1      bool            `json:"as_pid_1"`
	TimeoutNS   int64           `json:"timeout_ns,omitempty"`
	StopSignal  int             `json:"stop_signal"`
	StopNS      int64           `json:"stop_timeout_ns"`
}

// cgroupDocument is what would be asked of a cgroup: interface files and their values,
// and properties of systemd's as they were typed.
type cgroupDocument struct {
	Limits     []string `json:"limits"`
	Properties []string `json:"properties"`
	BestEffort bool     `json:"best_effort"`
}

func planDocument(p *userns.Plan) *document {
	d := &document{
		Schema: 1, Command: allUTF8(p.Args), Candidates: allUTF8(p.Paths), Dir: asUTF8(p.Dir),
		Namespaces: p.Namespaces(), UIDMap: p.UIDs.String(), GIDMap: p.GIDs.String(),
		MapHelpers: p.HelpUIDs || p.HelpGIDs, Caps: p.Caps.Names(), NoNewPrivs: true,
		NestedUsers: p.NestedUsers, Seccomp: p.Filter != nil, SeccompLog: logged(p), Supervised: p.Supervisor != nil,
		Landlock: landlockDocument(&p.Landlock), Hostname: asUTF8(p.Hostname), View: viewUTF8(p.View), TmpfsSize: p.TmpfsSize,
		Rlimits: append([]userns.Rlimit{}, p.Rlimits...), Env: allUTF8(p.Env), Withheld: append([]string{}, p.Withheld...), AsPid1: p.AsPid1,
		TimeoutNS: p.Timeout.Nanoseconds(), StopSignal: int(p.StopSignal), StopNS: p.StopTimeout.Nanoseconds(),
	}
	if c, ok := p.Cgroup.(*cage); ok {
		d.Cgroup = &cgroupDocument{append([]string{}, c.opts.Limits.Lines()...), c.properties(), c.opts.BestEffort}
	}
	return d
}

// asUTF8 is s, or if JSON could not hold its bytes, s quoted as in Go.
func asUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strconv.QuoteToASCII(s)
}

func allUTF8(list []string) []string { return each(list, asUTF8) }

// each is a list of what f makes of every string; never nil, which JSON would write as null.
func each(list []string, f func(string) string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = f(s)
	}
	return out
}

func viewUTF8(view []rootfs.Step) []rootfs.Step {
	out := append([]rootfs.Step{}, view...)
	for i := range out {
		for _, s := range []*string{&out[i].Path, &out[i].Source, &out[i].Link} {
			*s = asUTF8(*s)
		}
	}
	return out
}

// describePlan prints a plan for people: what is there, and how.
func describePlan(out io.Writer, p *userns.Plan, first ...[2]string) error {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	row := func(what, how string) { fmt.Fprintf(w, "%s\t%s\n", plain(what), plain(how)) }
	for _, r := range first {
		row(r[0], r[1])
	}
	row("command", quoted(p.Args))
	row("starts in", p.Dir)
	row("namespaces", strings.Join(p.Namespaces(), " "))
	row("user ids", idLine(p.UIDs.String(), p.HelpUIDs, "newuidmap"))
	row("group ids", idLine(p.GIDs.String(), p.HelpGIDs, "newgidmap"))
	row("capabilities", orNone(strings.Join(p.Caps.Names(), " ")))
	row("privileges", "no_new_privs, bounding set = capabilities"+nested(p))
	row("system calls", filterLine(p))
	describeLandlock(row, &p.Landlock)
	row("hostname", p.Hostname)
	for _, l := range p.Rlimits {
		row("limit "+l.Name, amount(l.Soft))
	}
	if c, ok := p.Cgroup.(*cage); ok {
		c.describe(row)
	}
	row("private size", p.TmpfsSize)
	if p.Timeout > 0 {
		row("time limit", p.Timeout.String())
	}
	row("withheld", orNone(strings.Join(p.Withheld, " ")))
	for i := range p.View {
		if what, how := viewLine(&p.View[i]); what != "" && !covered(p.View[i+1:], p.View[i].Path) {
			row(what, how)
		}
	}
	return w.Flush()
}

func idLine(m string, helped bool, helper string) string {
	if helped {
		return m + " (inner:outer:count, by " + helper + ")"
	}
	return m + " (inner:outer:count)"
}

func nested(p *userns.Plan) string {
	if p.NestedUsers {
		return ""
	}
	if p.NestedByFilter {
		return ", no user namespaces inside (by the filter alone: /proc/sys is read-only here)"
	}
	return ", no user namespaces inside"
}

func filterLine(p *userns.Plan) string {
	if p.Filter == nil {
		return "not filtered"
	}
	line := "filtered, " + strconv.Itoa(p.Filter.Len()) + " instructions"
	if logged(p) {
		line += ", refused ones go to the kernel's log"
	}
	if p.Supervisor != nil {
		line += ", snug answers where it refuses"
	}
	return line
}

// logged says whether the kernel writes down what the filter refuses.
func logged(p *userns.Plan) bool { return p.FilterFlags&unix.SECCOMP_FILTER_FLAG_LOG != 0 }

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func quoted(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		if out[i] = w; w == "" || strings.ContainsAny(w, " \t\n\"'\\$`") {
			out[i] = strconv.Quote(w)
		}
	}
	return strings.Join(out, " ")
}

func amount(n uint64) string {
	if n == userns.Unlimited {
		return "unlimited"
	}
	return strconv.FormatUint(n, 10)
}

// covered says whether one of steps mounts something on path.
func covered(steps []rootfs.Step, path string) bool {
	return slices.ContainsFunc(steps, func(s rootfs.Step) bool { return s.Path == path })
}

// viewLine is a line of the view; the mount points made for others are left out.
func viewLine(s *rootfs.Step) (what, how string) {
	at := "/" + s.Path
	switch s.Op {
	case rootfs.OpBind:
		return "  " + at, bindLine(s, at)
	case rootfs.OpMkdir:
		if s.Mode == 0o755 && strings.Count(s.Path, "/") > 0 {
			return "", ""
		}
		return "  " + at, "private directory, mode " + strconv.FormatUint(uint64(s.Mode), 8)
	case rootfs.OpSymlink:
		return "  " + at, "-> " + s.Link
	case rootfs.OpHold:
		return "  " + at, holdLine(s.Hold)
	case rootfs.OpMkfile, rootfs.OpRemove:
		return "", ""
	}
	return "  " + at, "fresh " + string(s.Op)
}

func holdLine(h rootfs.Hold) string {
	switch h {
	case rootfs.HoldAbsent:
		return "not there, and can't be made"
	case rootfs.HoldHidden:
		return "hidden, since it may be a secret"
	case rootfs.HoldLink:
		return "stays this link"
	case rootfs.HoldPlace:
		return "read-write, stays in its place"
	}
	return string(h)
}

func bindLine(s *rootfs.Step, at string) string {
	how := "read-write"
	if s.ReadOnly {
		how = "read-only"
	}
	if s.Devices {
		how += ", devices"
	}
	switch {
	case s.Inner:
		return how + ", the same as /" + s.Source
	case s.Source != at:
		return how + ", from " + s.Source
	}
	return how
}
