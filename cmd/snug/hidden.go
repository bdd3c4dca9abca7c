package main

import (
	"fmt"
	"io"
	"strings"

	"snug/cmd/snug/why"
	"snug/userns"
	"snug/userns/landlock"
)

// hiddenPath is a file of the host's, or a directory for several, that the sandbox kept from
// a command, for programs.
type hiddenPath struct {
	Path     string   `json:"path"`
	State    string   `json:"state"` // hidden, read-only, protected
	Change   bool     `json:"change"`
	Paths    int      `json:"paths"` // how many it stands for
	Times    uint64   `json:"times"`
	Programs []string `json:"programs"`
	Allow    string   `json:"allow,omitempty"` // the flag that would open it
	About    string   `json:"about,omitempty"`
	Decision bool     `json:"decision,omitempty"` // to open it is one: a secret, or a way out
}

// triedHost is an address that a command had no network for, for programs.
type triedHost struct {
	Address  string   `json:"address,omitempty"`
	Name     string   `json:"name,omitempty"`
	Times    uint64   `json:"times"`
	Programs []string `json:"programs"`
	About    string   `json:"about,omitempty"`
	Allow    string   `json:"allow,omitempty"`
}

// expect tells the witness of a report what the sandbox will be.
func (r *runCmd) expect(p *userns.Plan, h *userns.Host) {
	if r.witness == nil {
		return
	}
	r.witness.View = why.View{
		Place:    p.Place,
		Homes:    h.Homes,
		Rootfs:   r.Rootfs != "",
		ShareNet: p.Share&userns.ShareNet != 0,
		Nested:   p.NestedUsers,
		Scoped:   p.Landlock.Scope&landlock.Sockets != 0,
	}
}

// hiddenPaths also tells whether there were so many that some were forgotten.
func (r *runCmd) hiddenPaths() (list []hiddenPath, more bool) {
	if r.witness == nil {
		return nil, false
	}
	list = []hiddenPath{}
	all, more := r.witness.Paths()
	for i := range all {
		p := &all[i]
		list = append(list, hiddenPath{asUTF8(p.Path), p.State.String(), p.Changes, p.Count, p.Times, each(p.Programs, plain), p.Allow, p.About, p.Decision})
	}
	return list, more
}

func (r *runCmd) triedHosts() []triedHost {
	if r.witness == nil {
		return nil
	}
	list := []triedHost{}
	for _, h := range r.witness.Hosts() {
		list = append(list, triedHost{asUTF8(h.Address), asUTF8(h.Name), h.Times, each(h.Programs, plain), h.About, h.Allow})
	}
	return list
}

// mostLines of a report are for people; programs get all.
const mostLines = 20

// tellPaths lists files that were hidden or read-only.
func (r *runCmd) tellPaths(w io.Writer) {
	list, more := r.witness.Paths()
	var total uint64
	for i := range list {
		total += uint64(list[i].Count)
	}
	switch {
	case total == 0 && more:
		fmt.Fprintln(w, "snug: report: so many paths were tried that snug has lost count: some may be hidden or read-only")
		return
	case total == 0:
		return
	}
	fmt.Fprintf(w, "snug: report: %s\n", times(total, "path was hidden or read-only", "paths were hidden or read-only"))
	for i := range list[:min(len(list), mostLines)] {
		p := &list[i]
		fmt.Fprintf(w, "%8dx %s%s: %s, to %s\n", p.Times, why.Quote(p.Path), several(p.Count), p.State, plain(strings.Join(p.Programs, ", ")))
		fmt.Fprintf(w, "          %s\n", opening(p))
	}
	if rest := len(list) - mostLines; rest > 0 || more {
		fmt.Fprintln(w, "          and others (--json lists all that are known)")
	}
}

func several(n int) string {
	if n == 1 {
		return ""
	}
	return " (" + count(uint64(n)) + " paths in it)"
}

// opening says what to do about a path.
func opening(p *why.Path) string {
	do := "show it"
	if p.Changes {
		do = "open it for writing"
	}
	switch {
	case p.Allow == "":
		return "no flag is proposed: it would open more than this"
	case p.Decision:
		return p.About + ": to open it is a decision: " + p.Allow
	}
	if p.About != "" {
		do = p.About + ": " + do
	}
	return do + ", if it is needed: " + p.Allow
}

// tellHosts lists what was tried without a network.
func (r *runCmd) tellHosts(w io.Writer) {
	list := r.witness.Hosts()
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(w, "snug: report: %s\n", times(uint64(len(list)), "host was tried without a network", "hosts were tried without a network"))
	for i := range list[:min(len(list), mostLines)] {
		h := &list[i]
		fmt.Fprintf(w, "%8dx %s, by %s\n", h.Times, called(h), plain(strings.Join(h.Programs, ", ")))
		fmt.Fprintf(w, "          allow it, if it is needed: %s\n", h.Allow)
	}
	if len(list) > mostLines {
		fmt.Fprintln(w, "          and others (--json lists all that are known)")
	}
}

// called is a host's name, its address, and what it is.
func called(h *why.Host) string {
	var words []string
	if h.Name != "" {
		words = append(words, why.Quote(h.Name))
	}
	if strings.HasPrefix(h.Address, "@") {
		words = append(words, why.Quote(h.Address))
	} else if h.Address != "" {
		words = append(words, h.Address)
	}
	s := strings.Join(words, " at ")
	if h.About != "" {
		s += " (" + h.About + ")"
	}
	return s
}
