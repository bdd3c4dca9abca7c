package userns

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"snug/userns/landlock"
	"snug/userns/probe"
	"snug/userns/rootfs"
)

// needsLandlock skips where there is none, or an older one.
func needsLandlock(t *testing.T, abi int) {
	t.Helper()
	needsSandbox(t)
	if have, err := probe.Landlock(); have < abi {
		t.Skipf("this kernel's Landlock has ABI %d (%v), and this takes %d", have, err, abi)
	}
}

// behind runs spec with its Landlock domain changed, and says which lines succeed.
func behind(t *testing.T, spec *Spec, change func(*landlock.Domain), lines ...string) map[string]bool {
	t.Helper()
	spec.Args = append([]string{"/bin/sh", "-c", `for line; do if (eval "$line") >/dev/null 2>&1; then echo y; else echo n; fi; done`, "sh"}, lines...)
	h, err := Gather(spec)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Resolve(spec, h)
	if err != nil {
		t.Fatal(err)
	}
	change(&p.Landlock)
	var out bytes.Buffer
	s, err := p.Start(context.Background(), spec.Stdin, &out, os.Stderr)
	if err == nil {
		err = s.Wait()
	}
	answers := strings.Fields(out.String())
	if err != nil || len(answers) != len(lines) {
		t.Fatalf("%v, %q", err, answers)
	}
	got := map[string]bool{}
	for i, line := range lines {
		got[line] = answers[i] == "y"
	}
	return got
}

func unchanged(*landlock.Domain) {}

// without drops the rule for a place, as if the view had it read-only.
func without(path string) func(*landlock.Domain) {
	return func(d *landlock.Domain) {
		d.Rules = slices.DeleteFunc(d.Rules, func(r landlock.Rule) bool { return "/"+r.Path == path })
	}
}

// TestSecondWall takes the first one away: a place is mounted read-write, and only
// Landlock has it read-only.
func TestSecondWall(t *testing.T) {
	needsLandlock(t, landlock.FilesABI)
	for _, ids := range []IDs{MapSelf, MapRoot} {
		dir := t.TempDir()
		must(t, os.Mkdir(dir+"/d", 0o755))
		for _, name := range []string{"f", "g", "d/f"} {
			must(t, os.WriteFile(filepath.Join(dir, name), []byte("old"), 0o644))
		}
		writes := []string{"echo x >/srv/t/f", "echo x >>/srv/t/f", ": >/srv/t/new", "mkdir /srv/t/made", "rm -f /srv/t/g && [ ! -e /srv/t/g ]",
			"mv /srv/t/f /srv/t/h", "mv /srv/t/d/f /srv/t/i", "ln /srv/t/f /srv/t/l", "ln -s f /srv/t/s", "mkfifo /srv/t/p", "rm -r /srv/t/d",
			"ln /srv/t/f /tmp/l"}
		if abi, _ := probe.Landlock(); abi >= 3 {
			writes = append(writes, "truncate -s 0 /srv/t/f")
		}
		spec := func() *Spec {
			return &Spec{IDs: ids, Mounts: []rootfs.Mount{{Source: dir, Target: "/srv/t"}}}
		}
		for line, ok := range behind(t, spec(), without("/srv/t"), writes...) {
			if ok {
				t.Errorf("%v: behind the second wall alone: %s", ids, line)
			}
		}
		for line, ok := range behind(t, spec(), without("/srv/t"), "cat /srv/t/f", "ls /srv/t/d", "cd /srv/t", "echo x >/tmp/f") {
			if !ok {
				t.Errorf("%v: refused: %s", ids, line)
			}
		}
		if got, err := os.ReadFile(dir + "/f"); string(got) != "old" {
			t.Errorf("%v: the file has %q, %v", ids, got, err)
		}
		// The same without the wall: it was Landlock that refused.
		if got := behind(t, spec(), unchanged, "echo x >/srv/t/f", ": >/srv/t/new"); !got["echo x >/srv/t/f"] || !got[": >/srv/t/new"] {
			t.Errorf("%v: with the rule: %v", ids, got)
		}
	}
}

// TestDirectoryAsStream: a descriptor is a way out of the view for mounts, not for
// Landlock.
func TestDirectoryAsStream(t *testing.T) {
	needsLandlock(t, landlock.FilesABI)
	dir := t.TempDir()
	must(t, os.WriteFile(dir+"/secret", []byte("s"), 0o644))
	lines := []string{"cat /proc/self/fd/0/secret", "ls /proc/self/fd/0/", "echo x >/proc/self/fd/0/new", "echo x >/proc/self/fd/0/secret"}
	for want, how := range map[bool]Landlock{false: LandlockRequired, true: NoLandlock} {
		d, err := os.Open(dir)
		must(t, err)
		for line, got := range behind(t, &Spec{Stdin: d, Landlock: how}, unchanged, lines...) {
			if got != want {
				t.Errorf("Landlock %v: %s: got %v", !want, line, got)
			}
		}
		d.Close()
	}
}

// TestStreamsOpenAgain: /dev/stdin and the like work, as far as the stream itself does.
func TestStreamsOpenAgain(t *testing.T) {
	needsLandlock(t, landlock.FilesABI)
	dir := t.TempDir()
	must(t, os.WriteFile(dir+"/in", []byte("input\n"), 0o644))
	in, err := os.Open(dir + "/in")
	must(t, err)
	out, err := os.OpenFile(dir+"/out", os.O_WRONLY|os.O_CREATE, 0o644)
	must(t, err)
	log, err := os.OpenFile(dir+"/log", os.O_RDWR|os.O_CREATE, 0o644)
	must(t, err)
	spec := shell(`cat /dev/stdin >/dev/stdout; echo written >/dev/stderr; cat /proc/self/fd/2 >/dev/stdout
		{ echo x >>/proc/self/fd/0; } 2>/dev/null && echo changed >>/dev/stderr
		cat /proc/self/fd/1 >>/dev/stderr 2>/dev/null`)
	spec.Stdin, spec.Stdout, spec.Stderr = in, out, log
	Run(context.Background(), spec)
	for name, want := range map[string]string{"in": "input\n", "out": "written\n", "log": "written\n"} {
		if got, err := os.ReadFile(dir + "/" + name); string(got) != want {
			t.Errorf("%s: got %q, want %q, %v", name, got, want, err)
		}
	}
	// Pipes and sockets belong to no directory.
	if got := output(t, shell(`echo a | cat /dev/stdin; echo b >/dev/stdout; cat /dev/null >/dev/stderr`)); got != "a\nb\n" {
		t.Errorf("pipes: got %q", got)
	}
}

// TestWorkBehindLandlock: what may be written can be worked in as ever.
func TestWorkBehindLandlock(t *testing.T) {
	needsLandlock(t, landlock.FilesABI)
	lines := map[string]bool{}
	for _, line := range []string{
		"mkdir -p a/b c && echo 1 >a/b/f && mv a/b/f c/g && ln c/g a/h && mv c a/b && truncate -s 0 a/h && rm -r a",
		"mkdir -p /tmp/a/b /tmp/c && echo 1 >/tmp/a/b/f && mv /tmp/a/b/f /tmp/c/g && ln /tmp/c/g /tmp/a/h && mv /tmp/c /tmp/a/b && rm -r /tmp/a",
		"echo 1 >/tmp/x && mv /tmp/x . && mv x /tmp && rm /tmp/x",
		"echo 1 >/tmp/x && mv /tmp/x /dev/shm/ && ln /dev/shm/x ~/y && mv ~/y /run/lock/ && mv /run/lock/y /var/tmp/ && rm /tmp/y /dev/shm/x",
		"ln -s a l && mkfifo p && rm l p",
		"cp /bin/true t && ./t && cp t /tmp && /tmp/t && rm t /tmp/t",
		"echo 500 >/proc/self/oom_score_adj", "echo name >/proc/self/comm",
		"mkdir -p ~/.cache/x && echo 1 >~/.cache/x/y && mv ~/.cache/x ~/z",
		"echo x >/dev/null", "head -c 1 /dev/zero", "stty -F /dev/ptmx",
		"sh -c 'sleep 100 & kill $!; wait $!; [ $? = 143 ]'", "[ -d /proc/1/task ]",
	} {
		lines[line] = true
	}
	for name, change := range map[string]func(*Spec){"self": func(*Spec) {}, "root": func(s *Spec) { s.IDs = MapRoot }, "pid 1": func(s *Spec) { s.AsPid1 = true },
		"shared": func(s *Spec) { s.Share = ShareNet | SharePID | ShareIPC }} {
		for _, how := range []Landlock{LandlockRequired, NoLandlock} {
			t.Run(fmt.Sprintf("%s, %v", name, how), func(t *testing.T) {
				spec := &Spec{Project: newProject(t), Landlock: how}
				change(spec)
				succeeds(t, spec, lines)
			})
		}
	}
}

// TestLandlockStates: what is said to be enforced is, and what is required is had.
func TestLandlockStates(t *testing.T) {
	command := []string{"x"}
	for name, c := range map[string]struct {
		spec  Spec
		abi   int
		err   error
		files bool
		scope []string
		lacks string
		bad   string // the cause of an error, if it is required
	}{
		"whole":          {Spec{}, 6, nil, true, []string{"abstract_unix_socket", "signal"}, "", ""},
		"no scopes":      {Spec{}, 5, nil, true, []string{}, "sockets signals", ""},
		"and shared":     {Spec{Share: ShareNet}, 5, nil, true, []string{}, "sockets signals", "no scopes"},
		"or processes":   {Spec{Share: SharePID}, 2, nil, true, []string{}, "sockets signals", "no scopes"},
		"too old":        {Spec{}, 1, nil, false, []string{}, "files sockets signals", "moved from one directory to another"},
		"nested":         {Spec{AllowUserns: true}, 7, nil, false, []string{"abstract_unix_socket", "signal"}, "files", "forbid all mounts"},
		"switched off":   {Spec{}, 0, unix.EOPNOTSUPP, false, []string{}, "files sockets signals", "started without it"},
		"none":           {Spec{}, 0, unix.ENOSYS, false, []string{}, "files sockets signals", "has no Landlock"},
		"in a container": {Spec{}, 0, unix.EPERM, false, []string{}, "files sockets signals", "seccomp filter of a container"},
	} {
		h := testHost()
		h.LandlockABI, h.LandlockErr = c.abi, c.err
		c.spec.Args = command
		p, err := Resolve(&c.spec, h)
		if err != nil {
			t.Fatal(err)
		}
		var lacks []string
		for _, l := range p.Landlock.Lacks {
			lacks = append(lacks, l.What[strings.LastIndexByte(l.What, ' ')+1:])
			if l.Why == "" || l.Fix == "" {
				t.Errorf("%s: %s: no cause or no fix", name, l.What)
			}
		}
		if got := strings.Join(lacks, " "); got != c.lacks || (p.Landlock.Files != 0) != c.files || p.Landlock.ABI != c.abi {
			t.Errorf("%s: lacks %s, files %v, ABI %d", name, got, p.Landlock.Files.Names(), p.Landlock.ABI)
		}
		if diff := cmp.Diff(c.scope, p.Landlock.Scope.Names()); diff != "" {
			t.Errorf("%s: scopes (-want +got):\n%s", name, diff)
		}
		c.spec.Landlock = LandlockRequired
		_, err = Resolve(&c.spec, h)
		var e *Error
		if (err != nil) != (c.bad != "") || errors.As(err, &e) && (!strings.Contains(e.Why, c.bad) || !strings.Contains(e.Fix, "--require landlock")) {
			t.Errorf("%s, required: %v, want %q", name, err, c.bad)
		}
	}
}

// TestRulesFollowTheView: for every plan, what may be written has a rule at or above it,
// and what is read-only has none, or is listed.
func TestRulesFollowTheView(t *testing.T) {
	for name, spec := range specs() {
		p, err := Resolve(spec, testHost())
		must(t, err)
		if p.Landlock.Files == 0 {
			continue
		}
		for i, s := range p.View {
			if s.Op == rootfs.OpSymlink || s.Op == rootfs.OpMkfile || mountedOn(p.View[i+1:], s.Path) {
				continue
			}
			allowed := slices.ContainsFunc(p.Landlock.Rules, func(r landlock.Rule) bool {
				return r.Allow&landlock.Write != 0 && rootfs.Within("/"+s.Path, "/"+r.Path)
			})
			second := s.Inner && !s.ReadOnly // by the rule for the first place
			switch listed := slices.Contains(p.Landlock.Bare, s.Path); {
			case placeOf(&s).Writable && !allowed && !second:
				t.Errorf("%s: /%s may be written, and no rule says so", name, s.Path)
			case s.Op == rootfs.OpBind && s.ReadOnly && allowed != listed:
				t.Errorf("%s: /%s is read-only; a rule allows writing: %v, and that is listed: %v", name, s.Path, allowed, listed)
			}
		}
	}
}

// TestSandboxTells: a caller of Start learns what is enforced.
func TestSandboxTells(t *testing.T) {
	needsLandlock(t, landlock.FilesABI)
	s, err := Start(context.Background(), &Spec{Args: []string{"true"}})
	must(t, err)
	must(t, s.Wait())
	if d := s.Plan().Landlock; !d.Enforced() || d.Files == 0 || len(d.Rules) < 3 {
		t.Errorf("got %+v", d)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
