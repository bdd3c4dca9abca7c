package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"snug/cgroupv2"
	"snug/idmap"
	"snug/seccomp"
	"snug/userns"
	"snug/userns/rootfs"
)

// peerPlan has something for every word that a peer has.
func peerPlan() *userns.Plan {
	p := testPlan()
	p.Args = []string{"make", "two words", "", "a'b", "$HOME"}
	p.Env = []string{"PATH=/usr/bin:/bin", "A=b c"}
	p.View = slices.Concat(p.View[:8], []rootfs.Step{
		{Op: rootfs.OpBind, Path: "data", Source: "/srv/a:b c", ReadOnly: true},
		{Op: rootfs.OpBind, Path: "gpu", Source: "/dev/dri", Devices: true, NoExec: true},
		{Op: rootfs.OpTmpfs, Path: "cache", Mode: 0o700, Size: "1m"},
		{Op: rootfs.OpSymlink, Path: "home/u/link", Link: "p", Fresh: true},
		{Op: rootfs.OpMkdir, Path: "dev/pts", Mode: 0o755}, {Op: rootfs.OpDevpts, Path: "dev/pts"},
		{Op: rootfs.OpProc, Path: "proc"}, {Op: rootfs.OpSysfs, Path: "sys"},
		{Op: rootfs.OpMkfile, Path: "run/machine-id", Mode: 0o444},
		{Op: rootfs.OpBind, Path: "var/tmp", Source: "tmp", Inner: true},
		{Op: rootfs.OpBind, Path: "sys/power", Source: "sys/fs/cgroup", Inner: true, ReadOnly: true},
		{Op: rootfs.OpBind, Path: "etc/machine-id", Source: "run/machine-id", Inner: true, ReadOnly: true, File: true},
		{Op: rootfs.OpBind, Path: "proc/sys", Source: "proc/sys", Inner: true, ReadOnly: true},
		{Op: rootfs.OpSymlink, Path: ".held", Link: "/proc/protected-by-snug", Fresh: true},
		{Op: rootfs.OpHold, Path: "home/u/p/.git/hooks", Source: "home/u/p", Hold: rootfs.HoldFile, ReadOnly: true},
		{Op: rootfs.OpHold, Path: "home/u/p/.git", Source: "home/u/p", Hold: rootfs.HoldPlace},
		{Op: rootfs.OpHold, Path: "home/u/p/.envrc", Source: "home/u/p", Hold: rootfs.HoldAbsent, Link: ".held", ReadOnly: true},
		{Op: rootfs.OpHold, Path: "home/u/p/.vscode", Source: "home/u/p", Hold: rootfs.HoldLink, ReadOnly: true},
		{Op: rootfs.OpHold, Path: "home/u/p/key", Source: "home/u/p", Hold: rootfs.HoldHidden, Link: ".held", ReadOnly: true},
		{Op: rootfs.OpHold, Path: "home/u/p/.git/commondir", Source: "home/u/p", Hold: rootfs.HoldFile, ReadOnly: true},
		{Op: rootfs.OpRemove, Path: ".held", Fresh: true},
		{Op: rootfs.OpBind, Path: "odd", Source: "proc/self", Inner: true},
	})
	p.Project, p.Placeholders = "/home/u/p", []userns.Placeholder{{Name: ".git/commondir", File: true}, {Name: ".envrc"}}
	c := &cage{}
	c.opts.Limits = cgroupv2.Limits{Memory: 64 << 20, MemorySwap: 96 << 20, CPUs: 1.5, PIDs: 100, IOWeight: 50}
	c.opts.Properties = []cgroupv2.Property{property("MemoryLow=1M")}
	p.Cgroup = c
	p.Filter, _ = seccomp.Default(seccomp.Strict, seccomp.ArchAMD64)
	return p
}

func property(text string) cgroupv2.Property {
	p, err := cgroupv2.ParseProperty(text)
	if err != nil {
		panic(err)
	}
	return p
}

func TestPrint(t *testing.T) {
	for _, f := range forms {
		line := f.of(peerPlan())
		line.filter = []byte("a program for the kernel") // each architecture has its own
		if f.name != "bwrap" {
			line.filter = nil
		}
		var b bytes.Buffer
		line.script(&b)
		golden(t, "print-"+f.name+".txt", b.String())
		b.Reset()
		if err := encodePeer(&b, f.name, line); err != nil {
			t.Fatal(err)
		}
		golden(t, "print-"+f.name+".json", b.String())
	}
}

func TestPrintOCI(t *testing.T) {
	profile := &seccomp.Profile{Default: seccomp.Errno(unix.ENOSYS), Rules: []seccomp.Rule{
		{Names: []string{"ioctl"}, Action: seccomp.Errno(unix.EPERM), Conds: []seccomp.Cond{{Arg: 1, Op: seccomp.MaskedEqual, Value: unix.TIOCSTI, Mask: seccomp.Low}}},
		{Names: []string{"read", "write"}, Action: seccomp.Allow}}}
	b, err := ociOf(peerPlan(), profile, false)
	if err != nil {
		t.Fatal(err)
	}
	text, err := b.text()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "print-oci.json", string(text))
	golden(t, "print-oci.txt", strings.Join(b.lacks, "\n")+"\n")
}

// Whoever is nobody special is root for runc, which needs that, and for crun if he wants.
func TestOCIIDs(t *testing.T) {
	for _, c := range []struct {
		ids   idmap.Map
		exact bool
		user  uint32
		maps  ociExtent
		said  string
	}{
		{idmap.Single(1000, 1000), false, 0, ociExtent{0, 1000, 1}, "ids are 0 inside"},
		{idmap.Single(1000, 1000), true, 1000, ociExtent{1000, 1000, 1}, "runc can't run it"},
		{idmap.Single(0, 1000), false, 0, ociExtent{0, 1000, 1}, ""},
	} {
		b, err := ociOf(&userns.Plan{Args: []string{"true"}, UIDs: c.ids, GIDs: c.ids}, nil, c.exact)
		if err != nil {
			t.Fatal(err)
		}
		l := b.config.Linux
		if b.config.Process.User.UID != c.user || len(l.UIDs) != 1 || l.UIDs[0] != c.maps || l.GIDs[0] != c.maps {
			t.Errorf("%v, %v: got user %d, maps %v %v", c.ids, c.exact, b.config.Process.User.UID, l.UIDs, l.GIDs)
		}
		if all := strings.Join(b.lacks, "\n"); c.said != "" && !strings.Contains(all, c.said) {
			t.Errorf("%v, %v: nothing says %q:\n%s", c.ids, c.exact, c.said, all)
		}
	}
}

// A word is one word for bash, and the same, whatever is in it; and what is printed of it is
// no order to a terminal.
func TestShellWords(t *testing.T) {
	words := []string{"", "plain", "two words", "a'b", `a\b"$HOME`, "`id`", "$(id)", "!x", "~", "a\nb", evil, "\x1b]0;x\a", "é", "\xc3", "-n", "#", "a=b", "{a,b}", "*", "\u009bx", "\x7f0"}
	for b := byte(1); b < 255; b++ {
		words = append(words, string([]byte{b}), "x"+string([]byte{b, 'a', '0'}))
	}
	script := []string{"printf '%s\\0'"}
	for _, w := range words {
		q := shellWord(w)
		harmless(t, "a word", q)
		script = append(script, q)
	}
	out, err := exec.Command("bash", "-c", strings.Join(script, " ")).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(out), strings.Join(words, "\x00")+"\x00"; got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestNamesInPrint(t *testing.T) {
	p := peerPlan()
	p.Args, p.Dir, p.Hostname, p.Env = []string{evil}, "/"+evil, evil, []string{evil + "=" + evil}
	p.View = append(p.View, rootfs.Step{Op: rootfs.OpBind, Path: evil, Source: "/" + evil}, rootfs.Step{Op: rootfs.OpBind, Path: evil, Source: evil, Inner: true},
		rootfs.Step{Op: rootfs.OpBind, Path: evil + "/x", Source: "/" + evil, Devices: true, ReadOnly: true, NoExec: true}, rootfs.Step{Op: rootfs.OpSymlink, Path: "home/" + evil, Link: evil})
	for _, f := range forms {
		var b bytes.Buffer
		f.of(p).script(&b)
		harmless(t, f.name, b.String())
		b.Reset()
		if err := encodePeer(&b, f.name, f.of(p)); err != nil || !json.Valid(b.Bytes()) {
			t.Errorf("%s: %v, %s", f.name, err, b.Bytes())
		}
		harmless(t, f.name+" as JSON", b.String())
	}
	// JSON can't hold such a name, and another one must not be mounted in its place.
	b, err := ociOf(p, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.text(); err == nil {
		t.Error("oci: a name that is no UTF-8 is in it")
	}
}

// What goes wrong leaves nothing behind, and a directory with something in it is left alone.
func TestBundleLeavesNothing(t *testing.T) {
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "mine"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	good := &bundle{dirs: []ociDir{{"usr", 0o755}, {"tmp", 0o1777}}, files: []string{"etc/x"}, links: [][2]string{{"bin", "usr/bin"}, {"esc", "../../.."}}}
	if err := good.write(full, nil); err == nil {
		t.Error("it wrote into a directory that isn't empty")
	}
	fresh := filepath.Join(t.TempDir(), "b")
	if err := good.write(fresh, []byte("{}")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(fresh, "rootfs/tmp")); err != nil || info.Mode() != os.ModeDir|os.ModeSticky|0o777 {
		t.Errorf("tmp: %v, %v", info, err)
	}
	for _, bad := range []*bundle{
		{dirs: []ociDir{{"../out", 0o755}}},
		{links: [][2]string{{"x", "/etc"}}, dirs: []ociDir{{"x", 0o755}}},
		{links: [][2]string{{"esc", ".."}, {"esc/out", "/"}}},
	} {
		dir := filepath.Join(t.TempDir(), "b")
		if err := bad.write(dir, []byte("{}")); err == nil {
			t.Errorf("%+v: no error", bad)
		}
		if entries, _ := os.ReadDir(filepath.Dir(dir)); len(entries) > 0 {
			t.Errorf("%+v: left %v", bad, entries)
		}
	}
}

func TestPrintRefusals(t *testing.T) {
	for line, want := range map[string]string{
		"run --no-project --print docker true":                `--print "docker": not understood`,
		"run --no-project --bundle /tmp/x true":               "only --print oci makes a bundle",
		"run --no-project --print bwrap --bundle /tmp/x true": "only --print oci makes a bundle",
		"run --no-project --print bwrap --dry-run true":       "exclude each other",
		"run --no-project --print oci --bundle / true":        "write --bundle /: directory not empty",
	} {
		status, stdout, stderr := captured(t, strings.Fields(line)...)
		if status != 125 || stdout != "" || !strings.Contains(stderr, want) || !strings.Contains(stderr, "  fix: ") {
			t.Errorf("%s: got %d, %q, %s", line, status, stdout, stderr)
		}
	}
}
