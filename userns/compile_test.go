package userns

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"snug/userns/internal/launch"
)

// call is one line of Explain with the number of the call.
type call struct {
	nr   uintptr
	step launch.Step
	line string
}

// calls compiles a plan and has it explained.
func calls(t *testing.T, p *Plan) (*launch.Program, []call) {
	t.Helper()
	prog := p.compile(doors{})
	var b bytes.Buffer
	if err := launch.Explain(&b, prog, p.cloneFlags()); err != nil {
		t.Fatal(err)
	}
	var all []call
	for line := range strings.Lines(b.String()) {
		if !strings.HasPrefix(line, "# ") && !strings.HasPrefix(line, "clone3(") {
			i := len(all)
			all = append(all, call{prog.Calls[i].Nr, prog.Steps[i], strings.TrimSpace(line)})
		}
	}
	if len(all) != len(prog.Calls) {
		t.Fatalf("%d calls, %d lines", len(prog.Calls), len(all))
	}
	return prog, all
}

// each runs f for every plan, with both kinds of pid 1.
func each(t *testing.T, f func(t *testing.T, p *Plan, prog *launch.Program, all []call)) {
	for name, spec := range specs() {
		for _, portable := range []bool{false, true} {
			h := testHost()
			h.Portable = portable
			p, err := Resolve(spec, h)
			if err != nil {
				t.Fatal(err)
			}
			t.Run(name+map[bool]string{true: ", portable"}[portable], func(t *testing.T) {
				prog, all := calls(t, p)
				f(t, p, prog, all)
			})
		}
	}
}

// find is the index of the first call that looks like that, or -1.
func find(all []call, pattern string) int {
	return slices.IndexFunc(all, func(c call) bool { return regexp.MustCompile(pattern).MatchString(c.line) })
}

// findLast is the index of the last.
func findLast(all []call, pattern string) int {
	for i := len(all) - 1; i >= 0; i-- {
		if regexp.MustCompile(pattern).MatchString(all[i].line) {
			return i
		}
	}
	return -1
}

func TestOrderOfCalls(t *testing.T) {
	const execs = `^execve(at)?\(`
	each(t, func(t *testing.T, p *Plan, prog *launch.Program, all []call) {
		if !strings.HasPrefix(all[0].line, "rt_sigprocmask(0, ") || !strings.HasPrefix(all[1].line, "prctl(1, 9,") {
			t.Errorf("it doesn't begin with signals blocked and a death signal:\n%s\n%s", all[0].line, all[1].line)
		}
		if !regexp.MustCompile(execs).MatchString(all[len(all)-1].line) {
			t.Errorf("it doesn't end with an execve: %s", all[len(all)-1].line)
		}
		order := []string{`^(openat|write)\(.*(uid_map|<control>)`, `^pivot_root\(`, `^umount2\(".", MNT_DETACH\)`, `^chdir\(`,
			`^dup3\(`, `^close_range\(.*CLOEXEC`, `^prctl\(47, 4`, `^prctl\(24,`, `^capset\(`, `^prctl\(38, 1`, `^seccomp\(`, execs}
		at := make([]int, len(order))
		for i, pattern := range order {
			if at[i] = find(all, pattern); at[i] < 0 {
				t.Errorf("no %s", pattern)
			}
			if p.Terminal == nil && strings.Contains(pattern, "dup3") || strings.Contains(pattern, "close_range") {
				at[i] = findLast(all, pattern) // a process that waits lets go of the caller's first
			}
		}
		if !slices.IsSorted(at) {
			t.Errorf("order %v of\n%s", at, strings.Join(order, "\n"))
		}
		if wait := find(all, `^write\(<control>`); wait >= 0 && !p.portable && find(all, `^close_range\(`) > wait {
			t.Errorf("it waits at %d with the caller's descriptors in its hands", wait)
		}
		for i, c := range all {
			if i < at[len(at)-1] && regexp.MustCompile(execs).MatchString(c.line) {
				t.Errorf("call %d runs something: %s", i, c.line)
			}
		}
		if p.AsPid1 {
			return
		}
		if i := find(all, `^prctl\(1, 0,`); i != len(all)-2 {
			t.Errorf("the death signal is dropped at %d of %d, not at the end", i, len(all))
		}
	})
}

// The domain is made while every place can still be reached, and closed when nothing
// new can be gained any more, but before the filter, which needn't allow that.
func TestOrderOfLandlock(t *testing.T) {
	each(t, func(t *testing.T, p *Plan, prog *launch.Program, all []call) {
		made, closed := find(all, `^landlock_create_ruleset\(`), find(all, `^landlock_restrict_self\(`)
		if enforced := p.Landlock.Enforced(); (made >= 0) != enforced || (closed >= 0) != enforced {
			t.Fatalf("made at %d, closed at %d, enforced %v", made, closed, enforced)
		} else if !enforced {
			return
		}
		order := []int{find(all, `^umount2\(`), findLast(all, `^close_range\(.*CLOEXEC`), made, findLast(all, `^landlock_add_rule\(`),
			find(all, `^prctl\(24,`), find(all, `^prctl\(38, 1`), closed, find(all, `^seccomp\(`)}
		if p.Landlock.Files == 0 {
			order[3] = made
		}
		if !slices.IsSorted(order) {
			t.Errorf("order %v", order)
		}
		// Standard input is lent for the rules, and given back.
		lent, back := find(all, `^close\(0\)`), find(all, `^fcntl\(\$\d+, 0, 0\) \(must be 0\)`)
		if p.Landlock.Files != 0 && (lent < made || findLast(all, `^fcntl\(\$\d+, 0, 0\) \(must be 0\)`) < findLast(all, `^close\(0\)`) || back < lent) {
			t.Errorf("standard input is closed at %d, and back at %d", lent, back)
		}
	})
}

// What would change the memory that the new process shares with its caller, or
// the caller's own flags, is nowhere.
func TestCallsThatMustNotBe(t *testing.T) {
	each(t, func(t *testing.T, p *Plan, prog *launch.Program, all []call) {
		for i, c := range all {
			switch c.nr {
			case unix.SYS_SETUID, unix.SYS_SETGID, unix.SYS_SETRESUID, unix.SYS_SETRESGID, unix.SYS_SETREUID, unix.SYS_SETREGID,
				unix.SYS_SETFSUID, unix.SYS_SETFSGID, unix.SYS_MMAP, unix.SYS_MUNMAP, unix.SYS_MPROTECT, unix.SYS_BRK,
				unix.SYS_CLONE, unix.SYS_EXIT, unix.SYS_EXIT_GROUP, unix.SYS_CHROOT, unix.SYS_SETNS:
				t.Errorf("call %d: %s", i, c.line)
			case unix.SYS_PRCTL:
				if strings.HasPrefix(c.line, "prctl(4, ") { // PR_SET_DUMPABLE is the memory's
					t.Errorf("call %d: %s", i, c.line)
				}
			}
		}
	})
}

// The assembler loads slots for the first four arguments only.
func TestSlotsAreEarlyArguments(t *testing.T) {
	each(t, func(t *testing.T, p *Plan, prog *launch.Program, all []call) {
		for i, c := range prog.Calls {
			for slot := range launch.Slot(len(all) + 1) {
				if c.Args[4] == launch.Held(slot) || c.Args[5] == launch.Held(slot) {
					t.Errorf("call %d: %s", i, all[i].line)
				}
			}
		}
	})
}

// Until pivot_root an absolute path is the host's: only what is read from there
// may have one.
func TestPathsBeforeTheNewRoot(t *testing.T) {
	allowed := regexp.MustCompile(`^(mount\("none", "/", NULL, MS_REC\|MS_PRIVATE, NULL\)` + // make private
		`|move_mount\(\$\d+, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH\)` + // the new root
		`|openat\(AT_FDCWD, "/proc/self/(uid_map|gid_map|setgroups)", O_WRONLY\|O_CLOEXEC\)` +
		`|openat\(AT_FDCWD, "/proc/self/exe", O_CLOEXEC\|O_PATH\)` +
		`|open_tree\(AT_FDCWD, "/[^"]*", OPEN_TREE_CLONE` + // the source of a bind
		`|symlinkat\("[^"]*", \$\d+, "[^/"][^"]*"\))`) // what a link says
	each(t, func(t *testing.T, p *Plan, prog *launch.Program, all []call) {
		pivot := find(all, `^pivot_root`)
		for _, c := range all[:pivot] {
			if strings.Contains(c.line, `"/`) && !allowed.MatchString(c.line) {
				t.Errorf("an absolute path: %s", c.line)
			}
			if strings.Contains(c.line, `..`) && !strings.HasPrefix(c.line, "symlinkat(") && !strings.Contains(c.line, "{...}") {
				t.Errorf("a path upwards: %s", c.line)
			}
		}
	})
}

// A bind is attached only after it was made as read-only and harmless as it is
// to be, and that for all that is mounted in it.
func TestBindsAreRestrictedFirst(t *testing.T) {
	kept := regexp.MustCompile(`^open_tree\(.* = (\$\d+)$`)
	each(t, func(t *testing.T, p *Plan, prog *launch.Program, all []call) {
		for i, c := range all {
			m := kept.FindStringSubmatch(c.line)
			if m == nil || strings.Contains(c.line, `".held", `) { // a link of our own
				continue
			}
			next := slices.IndexFunc(all[i+1:], func(c call) bool { return strings.Contains(c.line, "("+m[1]+",") })
			if want := "mount_setattr(" + m[1] + `, "", AT_EMPTY_PATH|AT_RECURSIVE, `; next < 0 || !strings.HasPrefix(all[i+1+next].line, want) {
				t.Errorf("after %s: %s", c.line, all[i+1+max(next, 0)].line)
			}
		}
	})
}

func TestCapabilitiesThatAreDropped(t *testing.T) {
	each(t, func(t *testing.T, p *Plan, prog *launch.Program, all []call) {
		dropped := 0
		for _, c := range all {
			if strings.HasPrefix(c.line, "prctl(24, ") {
				dropped++
			}
		}
		if want := knownToKernels - len(p.Caps.Names()); dropped != want {
			t.Errorf("%d dropped from the bounding set, want %d", dropped, want)
		}
		raised := find(all, `^prctl\(47, 2,`) >= 0
		if raised != p.Ambient {
			t.Errorf("ambient raised: %v, want %v", raised, p.Ambient)
		}
	})
}

func TestNestedUsersAreForbidden(t *testing.T) {
	each(t, func(t *testing.T, p *Plan, prog *launch.Program, all []call) {
		i := find(all, `max_user_namespaces`)
		if (i >= 0) == p.NestedUsers {
			t.Errorf("call %d, nested %v", i, p.NestedUsers)
		}
		if i >= 0 && !strings.HasPrefix(all[i+1].line, `write($`) {
			t.Errorf("after it: %s", all[i+1].line)
		}
	})
}
