package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"golang.org/x/sys/unix"

	"snug/seccomp"
	"snug/seccomp/notify"
	"snug/userns"
)

// filteredStatus is how a command ends that was killed by SIGSYS, or a shell whose last
// command was.
const filteredStatus = 128 + int(unix.SIGSYS)

// filtered is said of an end by SIGSYS that nobody watched. The monitor says it, too, which
// takes 256 bytes at most.
func (r *runCmd) filtered(p *userns.Plan) string {
	switch {
	case p.Filter == nil:
		return ""
	case r.traps:
		return "snug: a process was killed for a system call (SIGSYS)\n" +
			"  cause: the profile traps calls, and it had no handler for that signal\n" +
			"  fix: write kill for trap in the profile, and snug says which call it was\n"
	}
	return "snug: a process was killed for a system call (SIGSYS)\n" +
		"  cause: most likely it was a 32-bit call (int 0x80): the filter kills for those\n" +
		"  fix: build for 64 bits, or see which call it was: snug run --report\n"
}

// refusedCall is a refused call for programs.
type refusedCall struct {
	Name     string   `json:"name"`
	Calls    []string `json:"calls"` // examples, if they differ
	Action   string   `json:"action"`
	Times    uint64   `json:"times"`
	Programs []string `json:"programs"`
	Allow    string   `json:"allow,omitempty"` // the flag that would let it pass
}

func (r *runCmd) refusedCalls() []refusedCall {
	if r.refusals == nil {
		return nil
	}
	list := []refusedCall{}
	for _, x := range r.refusals.List() {
		list = append(list, refusedCall{x.Name, each(x.Calls, plain), x.Action.String(), x.Times, each(x.Programs, plain), r.wouldAllow(&x)})
	}
	return list
}

// tellReport is --report, and what a profile that kills has killed for.
func (r *runCmd) tellReport(w io.Writer) {
	if r.refusals == nil {
		return
	}
	list := r.refusals.List()
	for i := range list {
		if list[i].Action.Kills() {
			r.tellKill(w, &list[i])
		}
	}
	switch {
	case !r.Report:
	case r.JSON:
		paths, more := r.hiddenPaths()
		document := map[string]any{"schema": 1, "refused": r.refusedCalls(), "paths": paths, "hosts": r.triedHosts()}
		if more {
			document["incomplete"] = true
		}
		json.NewEncoder(w).Encode(document)
	default:
		r.tellRefused(w, list)
		r.tellPaths(w)
		r.tellHosts(w)
	}
}

// tellRefused lists calls that were refused.
func (r *runCmd) tellRefused(w io.Writer, list []notify.Refused) {
	var total uint64
	for i := range list {
		total += list[i].Times
	}
	if total == 0 {
		fmt.Fprintln(w, "snug: report: no system call was refused")
		return
	}
	fmt.Fprintf(w, "snug: report: %s\n", times(total, "system call was refused", "system calls were refused"))
	for i := range list {
		x := &list[i]
		fmt.Fprintf(w, "%8dx %s: %s, to %s\n", x.Times, plain(x.Calls[0]), fate(x.Action), programs(x))
		for _, also := range x.Calls[1:] {
			fmt.Fprintf(w, "          %s\n", plain(also))
		}
		if x.Others {
			fmt.Fprintln(w, "          and others")
		}
		fmt.Fprintf(w, "          %s\n", r.advice(x))
	}
}

func (r *runCmd) tellKill(w io.Writer, x *notify.Refused) {
	tell(w, programs(x)+" was killed for a system call: "+plain(x.Calls[0]), "the filter kills for it"+byDoor(x), r.advice(x))
}

// byDoor explains a kill that no profile could have avoided.
func byDoor(x *notify.Refused) string {
	if seccomp.ArchByAudit(x.First.Arch) == seccomp.Native() {
		return ""
	}
	return ": it came in as another architecture's, whose numbers mean other calls"
}

func programs(x *notify.Refused) string { return plain(strings.Join(x.Programs, ", ")) }

func fate(a seccomp.Action) string {
	if a.Kills() {
		return "killed"
	}
	return unix.ErrnoName(a.Errno())
}

// advice says what to do about a refused call.
func (r *runCmd) advice(x *notify.Refused) string {
	flag := r.wouldAllow(x)
	switch {
	case flag == "" && (seccomp.ArchByAudit(x.First.Arch) != seccomp.Native() || strings.HasSuffix(x.Name, "(x32)")):
		return "no profile can allow it: build the program for " + seccomp.Native().String()
	case flag == "":
		return "no profile can allow it: snug has no name for it"
	}
	return "allow it, if it is needed: " + flag
}

// wouldAllow is the flag that lets a call pass; "" if none does. Whatever a command needs
// for sandboxes of its own goes together.
func (r *runCmd) wouldAllow(x *notify.Refused) string {
	if f, ok := seccomp.Default(seccomp.Userns, seccomp.Native()); ok && !r.AllowUserns && r.ownProfile() && f.Decide(&x.First) == seccomp.Allow {
		return "--allow-userns"
	}
	s := x.Statement()
	switch {
	case s == "":
		return ""
	case strings.Contains(s, " "):
		return "--seccomp-add '" + s + "'"
	}
	return "--seccomp-add " + s
}

// ownProfile says whether the filter is snug's own, which --allow-userns changes.
func (r *runCmd) ownProfile() bool {
	return r.Seccomp == "" || r.Seccomp == "default" || r.Seccomp == "log"
}
