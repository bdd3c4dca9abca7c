package cgroupv2

import (
	"errors"
	"iter"
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// held is a file of the scope's cgroup and a judgement of its content.
type held struct {
	file  string
	holds func(content string) bool

	// spare says that there is nothing to hold where the file isn't: "no limit".
	spare bool
	// beyond asks about what the file can't show. It says why not, or nothing.
	beyond func(d dir) (why, fix string)
	// or is another way for the kernel to do the same.
	or *held
	// fix is what to do where the file says something else.
	fix string
}

// judge says why the kernel doesn't hold it, and what to do; nothing if it does.
func (h held) judge(d dir) (why, fix string) {
	why, fix = h.look(d)
	if why != "" && h.or != nil {
		if other, _ := h.or.judge(d); other == "" {
			return "", ""
		}
	}
	return why, fix
}

func (h held) look(d dir) (why, fix string) {
	content, err := d.read(h.file)
	switch {
	case errors.Is(err, unix.ENOENT) && h.spare:
		return "", ""
	case errors.Is(err, unix.ENOENT):
		return h.absent(d)
	case err != nil:
		return "the scope's " + h.file + " can't be read: " + err.Error(), "try again"
	case !h.holds(content):
		return h.otherwise(content)
	case h.beyond != nil:
		return h.beyond(d)
	}
	return "", ""
}

// absent is why the file isn't there: the controller is missing, or the kernel lacks it.
func (h held) absent(d dir) (why, fix string) {
	controller, _, _ := strings.Cut(h.file, ".")
	list, err := d.read("cgroup.controllers")
	if err != nil {
		return "the scope is gone: " + err.Error(), "try again"
	}
	if slices.Contains(strings.Fields(list), controller) {
		return "this kernel has no " + h.file, "leave it out, or use a kernel that has it"
	}
	if on, mount := byVersion1(controller); on {
		return "the controller " + controller + " is taken by cgroup v1 (" + mount + "), so cgroup v2 can't have it",
			"boot with systemd.unified_cgroup_hierarchy=1"
	}
	return "the controller " + controller + " is not delegated to you: systemd takes the property and can't give it to the kernel",
		delegationFix(controller)
}

func (h held) otherwise(content string) (why, fix string) {
	said := "is empty"
	if content != "" {
		said = "says " + shown(strings.ReplaceAll(content, "\n", "; "))
	}
	if fix = h.fix; fix == "" {
		fix = "see what systemd says: journalctl --user -n 20"
	}
	return "systemd says that it is done, but the kernel's " + h.file + " " + said, fix
}

// is holds if the file says exactly that.
func is(want string) func(string) bool {
	return func(content string) bool { return content == want }
}

// anything holds if the file is there, so that the controller is.
func anything(string) bool { return true }

// above opens the cgroups above, the nearest first, as far as they can be seen.
func above(d dir) iter.Seq[dir] {
	return func(yield func(dir) bool) {
		for at := path.Dir(d.path); at != path.Dir(at); at = path.Dir(at) {
			up, err := openDir(at)
			if err != nil {
				return
			}
			more := yield(up)
			up.close()
			if !more {
				return
			}
		}
	}
}
