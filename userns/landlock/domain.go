package landlock

import "strings"

// Domain is what the processes of a sandbox are held to. The zero value is nothing.
type Domain struct {
	ABI   int    // the kernel's; 0 is none
	Files Access // rights that are refused where no rule allows them
	Scope Scope
	Rules []Rule
	Bare  []string // read-only places in writable ones, see the package's comment
	Lacks []Lack   // what is not enforced, and why
}

// Rule allows some rights at Path, which is relative to the root of the view, and
// below it.
type Rule struct {
	Path  string
	Allow Access
}

// Lack is something that is not enforced.
type Lack struct {
	What     string
	Why, Fix string
}

// What can be lacking.
const (
	LackFiles   = "rules for files"
	LackSockets = "a scope for abstract sockets"
	LackSignals = "a scope for signals"
)

// Enforced says whether there is anything to be held to.
func (d *Domain) Enforced() bool { return d.Files != 0 || d.Scope != 0 }

// Place is a place of the view.
type Place struct {
	Path     string // relative to the root of the view
	Writable bool
	Devices  bool // device nodes work
	File     bool // it is no directory
	Kernel   bool // the kernel makes all files in it: there are none to be made or removed
}

// Root makes the rule for the root of the view.
func (d *Domain) Root() {
	d.Rules = make([]Rule, 0, 16)
	d.allow("", Read)
}

// Add makes a rule for p, if there has to be one. What is above p comes before p.
func (d *Domain) Add(p Place) {
	need, have := p.rights()&d.Files, d.above(p.Path)
	switch {
	case !p.Writable && have != 0:
		d.Bare = append(d.Bare, p.Path)
	case need&^(have|Read) != 0:
		d.allow(p.Path, need)
	}
}

func (d *Domain) allow(path string, a Access) {
	d.Rules = append(d.Rules, Rule{path, a & d.Files})
}

// above are the rights that a rule for writing allows at path already.
func (d *Domain) above(path string) (have Access) {
	for _, r := range d.Rules {
		if r.Allow&Write != 0 && strings.HasPrefix(path, r.Path) && (len(path) == len(r.Path) || path[len(r.Path)] == '/') {
			have |= r.Allow
		}
	}
	return have
}

// everything is every right there is. All places that may be written get all of it:
// a file can't be moved to where it would gain a right (EXDEV).
const everything = ^Access(0)

func (p *Place) rights() Access {
	allow := Read
	switch {
	case p.Writable && p.Kernel:
		allow |= Write | Device
	case p.Writable:
		allow = everything
	case p.Devices:
		allow |= Device
	}
	if p.File {
		allow &= OfFile
	}
	return allow
}
