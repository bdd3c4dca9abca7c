package userns

import (
	"golang.org/x/sys/unix"

	"snug/userns/internal/launch"
	"snug/userns/landlock"
)

// landlock makes the ruleset, and returns its descriptor. It comes while the process may
// still look into every directory of the view.
//
// The descriptor that a rule is for stands in memory, so its number has to be known: it
// is 0, which is free while standard input is aside, and the next open gets the lowest
// that is free.
func (c *compiler) landlock(image launch.Arg) launch.Arg {
	d := &c.plan.Landlock
	if !d.Enforced() {
		return launch.Arg{}
	}
	c.Step("landlock", "ruleset")
	attr := rulesetAttr(d)
	set := launch.Held(c.Keep(unix.SYS_LANDLOCK_CREATE_RULESET, c.Bytes(attr), launch.Int(len(attr)), launch.Int(0)))
	if d.Files == 0 {
		return set
	}
	c.streamRules(set)
	c.Step("landlock", "ruleset")
	stdin := c.Aside(launch.Int(0))
	c.Add(unix.SYS_CLOSE, launch.Int(0))
	// The view has no links on the way to a place.
	how := openHow(unix.O_PATH|unix.O_CLOEXEC, unix.RESOLVE_NO_SYMLINKS|unix.RESOLVE_NO_MAGICLINKS)
	arg, size := c.Bytes(how), launch.Int(len(how))
	for _, r := range d.Rules {
		path := "/" + r.Path
		c.Step("landlock rule for", path)
		c.Add(unix.SYS_OPENAT2, launch.Int(unix.AT_FDCWD), c.Text(path), arg, size).Expect(0)
		c.rule(set, r.Allow, 0)
		c.Add(unix.SYS_CLOSE, launch.Int(0))
	}
	if c.plan.portableInit() && !c.plan.AsPid1 {
		c.imageRule(set, image)
	}
	c.Step("landlock", "ruleset")
	c.Add(unix.SYS_FCNTL, stdin, launch.Int(unix.F_DUPFD), launch.Int(0)).Expect(0)
	return set
}

func (c *compiler) rule(set launch.Arg, allow landlock.Access, fd int) *launch.Call {
	return c.Add(unix.SYS_LANDLOCK_ADD_RULE, set, launch.Int(unix.LANDLOCK_RULE_PATH_BENEATH), c.Bytes(pathBeneath(allow, fd)), launch.Int(0))
}

// streamRules let the command open its streams once more, as /dev/stdin and the like:
// they may be files from outside the view.
func (c *compiler) streamRules(set launch.Arg) {
	for fd, allow := range c.doors {
		c.Step("landlock rule for", streamNames[fd])
		// EBADFD: a pipe or a socket, which needs no rule. ENOMSG: no right is given.
		c.rule(set, allow&c.plan.Landlock.Files, fd).Tolerate(unix.EBADFD).Tolerate(unix.ENOMSG)
	}
}

var streamNames = [...]string{"standard input", "standard output", "standard error"}

// imageRule lets pid 1 be executed, whose file needn't be in the view.
func (c *compiler) imageRule(set, image launch.Arg) {
	c.Step("landlock rule for", "pid 1's image")
	c.Add(unix.SYS_FCNTL, image, launch.Int(unix.F_DUPFD), launch.Int(0)).Expect(0)
	c.rule(set, landlock.Read&landlock.OfFile, 0)
	c.Add(unix.SYS_CLOSE, launch.Int(0))
}

// confine closes the domain around the process. It takes no_new_privs.
func (c *compiler) confine(set launch.Arg) {
	if !c.plan.Landlock.Enforced() {
		return
	}
	c.Step("landlock", "domain")
	c.Add(unix.SYS_LANDLOCK_RESTRICT_SELF, set, launch.Int(0))
	c.Add(unix.SYS_CLOSE, set)
}
