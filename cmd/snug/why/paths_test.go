package why

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"snug/userns"
	"snug/userns/rootfs"
)

// machine is a host by what exists there and what of that can't be written.
type machine struct{ files, fixed string }

func (m machine) exists(path string) bool {
	return slices.ContainsFunc(strings.Fields(m.files), func(f string) bool { return within(f, path) })
}

func (m machine) writable(path string) bool {
	return m.exists(path) && !slices.ContainsFunc(strings.Fields(m.fixed), func(f string) bool { return within(path, f) })
}

// usual is a view as of a plain run in /home/u/p, with things shown besides.
var usual = &userns.Plan{Project: "/home/u/p", View: []rootfs.Step{
	{Op: rootfs.OpBind, Path: "usr", Source: "/usr", ReadOnly: true},
	{Op: rootfs.OpBind, Path: "opt", Source: "/opt", ReadOnly: true},
	{Op: rootfs.OpMkdir, Path: "home"}, {Op: rootfs.OpMkdir, Path: "mnt"}, {Op: rootfs.OpMkdir, Path: "tmp"},
	{Op: rootfs.OpMkdir, Path: "run"}, {Op: rootfs.OpMkdir, Path: "run/user"}, {Op: rootfs.OpMkdir, Path: "run/user/1000"},
	{Op: rootfs.OpMkdir, Path: "dev"}, {Op: rootfs.OpBind, Path: "dev/null", Source: "/dev/null", Devices: true},
	{Op: rootfs.OpProc, Path: "proc"},
	{Op: rootfs.OpMkdir, Path: "home/u"}, {Op: rootfs.OpMkdir, Path: "home/u/p"},
	{Op: rootfs.OpBind, Path: "home/u/p", Source: "/home/u/p"},
	{Op: rootfs.OpHold, Path: "home/u/p/.git", Source: "home/u/p", Hold: rootfs.HoldPlace},
	{Op: rootfs.OpHold, Path: "home/u/p/.git/hooks", Source: "home/u/p", Hold: rootfs.HoldFile, ReadOnly: true},
	{Op: rootfs.OpHold, Path: "home/u/p/.vscode", Source: "home/u/p", Hold: rootfs.HoldAbsent, ReadOnly: true},
	{Op: rootfs.OpMkdir, Path: "home/u/go"}, {Op: rootfs.OpMkdir, Path: "home/u/go/pkg"},
	{Op: rootfs.OpBind, Path: "home/u/go/pkg", Source: "/home/u/go/pkg", ReadOnly: true},
	{Op: rootfs.OpMkdir, Path: "mnt/in"}, {Op: rootfs.OpBind, Path: "mnt/in", Source: "/home/u/data", ReadOnly: true},
}}

func seen(list ...file) *Witness {
	w := &Witness{View: View{Place: usual.Place, Homes: []string{"/home/u"}}, files: map[string]*file{}}
	for _, f := range list {
		f.times, f.programs = 1, []string{"x"}
		w.files[fmt.Sprint(f.state)+f.path] = &f
	}
	return w
}

// said writes a report as a line an entry.
func said(w *Witness, o outside) string {
	list, _ := w.paths(o)
	var b strings.Builder
	for _, p := range list {
		fmt.Fprintf(&b, "%s %s %d [%s] %s\n", p.State, p.Path, p.Count, p.About, p.Allow)
	}
	return b.String()
}

func hidden(path string) file     { return file{path: path} }
func written(path string) file    { return file{path: path, changes: true} }
func made(path string) file       { return file{path: path, changes: true, makes: true} }
func in(s State, f file) file     { f.state = s; return f }
func readOnlyAt(path string) file { return in(ReadOnly, written(path)) }

func TestPaths(t *testing.T) {
	host := machine{files: `/home/u/.cargo/config.toml /home/u/.cargo/credentials.toml /home/u/.cargo/bin/cargo
		/home/u/.cargo/registry/a/1 /home/u/.cargo/registry/b/2 /home/u/.cache/go-build/0 /home/u/.config/gh/hosts.yml
		/home/u/.config/app/x /home/u/.config/other/y /home/u/.ssh/id /home/u/.ssh/known_hosts /home/u/.bashrc
		/home/u/p/.git/hooks/pre-commit /home/u/go/pkg/mod/m /home/u/data/d /home/u/.terminfo/x /home/u/lib/a /home/u/lib/b /home/u/go/bin/t
		/home/o/x /run/docker.sock /run/user/1000/bus /run/nscd/socket /tmp/.X11-unix/X0 /tmp/x /dev/kvm /usr/lib/x /opt/mine/a /opt/mine/b /mnt/d/f`,
		fixed: "/usr /home/o"}
	for _, c := range []struct {
		name string
		seen *Witness
		want string
	}{
		{"missing outside, too", seen(hidden("/home/u/.nothing"), made("/home/u/no/thing"), hidden("/tmp/none")), ""},
		{"one file", seen(hidden("/home/u/.cargo/config.toml")), "hidden /home/u/.cargo/config.toml 1 [] --ro /home/u/.cargo/config.toml"},
		{"a program", seen(hidden("/home/u/.cargo/bin/cargo")), "hidden /home/u/.cargo/bin/cargo 1 [] --ro /home/u/.cargo/bin"},
		{"files of a directory", seen(hidden("/home/u/.cargo/registry/a/1"), hidden("/home/u/.cargo/registry/b/2"), hidden("/home/u/.cargo/registry/no")),
			"hidden /home/u/.cargo/registry 2 [] --ro /home/u/.cargo/registry"},
		{"files around a secret", seen(hidden("/home/u/.cargo/registry/a/1"), hidden("/home/u/.cargo/config.toml")), "hidden /home/u/.cargo 2 [] --ro /home/u/.cargo"},
		{"a secret", seen(hidden("/home/u/.cargo/credentials.toml")), "hidden /home/u/.cargo/credentials.toml 1 [your crates.io token] --ro /home/u/.cargo/credentials.toml"},
		{"different programs' settings", seen(hidden("/home/u/.config/app/x"), hidden("/home/u/.config/other/y"), hidden("/home/u/.config/gh/hosts.yml")),
			"hidden /home/u/.config/app/x 1 [] --ro /home/u/.config/app/x\nhidden /home/u/.config/gh/hosts.yml 1 [your GitHub token] --ro /home/u/.config/gh/hosts.yml\nhidden /home/u/.config/other/y 1 [] --ro /home/u/.config/other/y"},
		{"keys", seen(hidden("/home/u/.ssh/id"), hidden("/home/u/.ssh/known_hosts")), "hidden /home/u/.ssh 2 [your ssh keys] --ro /home/u/.ssh"},
		{"a cache", seen(made("/home/u/.cache/go-build/1/x"), written("/home/u/.cache/go-build/0")), "hidden /home/u/.cache/go-build/0 1 [] --rw /home/u/.cache/go-build/0"},
		{"a file in a hidden directory", seen(made("/home/u/.cache/new")), "hidden /home/u/.cache/new 1 [] --rw /home/u/.cache"},
		{"what a shell runs", seen(hidden("/home/u/.bashrc")), "hidden /home/u/.bashrc 1 [] --ro /home/u/.bashrc"},
		{"writing what a shell runs", seen(written("/home/u/.bashrc")), "hidden /home/u/.bashrc 1 [it makes something run outside later] --rw /home/u/.bashrc"},
		{"the home", seen(hidden("/home/u"), hidden("/home")), "hidden /home 1 [] \nhidden /home/u 1 [] "},
		{"somebody else's", seen(hidden("/home/o/x"), made("/home/o/new/y")), "hidden /home/o/x 1 [] --ro /home/o/x"},
		{"sockets", seen(hidden("/run/docker.sock"), hidden("/run/user/1000/bus"), hidden("/tmp/.X11-unix/X0")),
			"hidden /run/docker.sock 1 [docker's service: who reaches it is root of this machine] --ro /run/docker.sock\n" +
				"hidden /run/user/1000/bus 1 [your session's bus: a way to run programs outside] --ro /run/user/1000/bus\n" +
				"hidden /tmp/.X11-unix/X0 1 [your screen and keyboard (X11)] --ro /tmp/.X11-unix/X0"},
		{"noise is last", seen(hidden("/home/u/.terminfo/x"), hidden("/run/nscd/socket"), hidden("/tmp/x")),
			"hidden /tmp/x 1 [] --ro /tmp/x\nhidden /home/u/.terminfo/x 1 [] --ro /home/u/.terminfo/x\nhidden /run/nscd/socket 1 [the name service cache] --ro /run/nscd/socket"},
		{"a device", seen(hidden("/dev/kvm")), "hidden /dev/kvm 1 [] --dev-bind /dev/kvm /dev/kvm"},
		{"another disk", seen(hidden("/mnt/d/f")), "hidden /mnt/d/f 1 [] --ro /mnt/d/f"},
		{"not the caller's to write", seen(readOnlyAt("/usr/lib/x"), in(ReadOnly, made("/usr/new"))), ""},
		{"the caller's to write", seen(readOnlyAt("/opt/mine/a"), readOnlyAt("/opt/mine/b"), in(ReadOnly, made("/opt/mine/c"))), "read-only /opt/mine 3 [] --rw /opt/mine"},
		{"shown read-only", seen(in(ReadOnly, made("/home/u/go/pkg/mod/new"))), "read-only /home/u/go/pkg/mod/new 1 [] --rw /home/u/go/pkg/mod"},
		{"shown elsewhere", seen(readOnlyAt("/mnt/in/d"), in(ReadOnly, made("/mnt/in/e"))), "read-only /mnt/in 2 [] --bind /home/u/data /mnt/in"},
		{"protected", seen(in(Guarded, written("/home/u/p/.git/hooks/pre-commit")), in(Guarded, made("/home/u/p/.git/hooks/new"))),
			"protected /home/u/p/.git/hooks 2 [it makes something run outside later] --allow-write .git/hooks"},
		{"not to be made", seen(in(Guarded, made("/home/u/p/.vscode")), in(Guarded, made("/home/u/p/.vscode/tasks.json"))),
			"protected /home/u/p/.vscode 2 [it makes something run outside later] --allow-write .vscode"},
		{"to stay in place", seen(in(Guarded, made("/home/u/p/.git"))), "protected /home/u/p/.git 1 [it makes something run outside later] --allow-write .git"},
	} {
		if got := strings.TrimSuffix(said(c.seen, host), "\n"); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// TestNothingWide: whatever is touched, no flag opens a home, or all of them, or a secret that
// isn't said to be one.
func TestNothingWide(t *testing.T) {
	var all []file
	files := []string{"/home/u", "/home", "/home/u/x"}
	for _, k := range known {
		full := k.path
		if !strings.HasPrefix(full, "/") {
			full = "/home/u/" + full
		}
		files = append(files, full+"/in", strings.ReplaceAll(full, "*", "1000"))
	}
	for _, f := range files {
		all = append(all, hidden(f), written(f+"/w"), made(f+"/n"))
	}
	host := machine{files: strings.Join(files, " ")}
	w := seen(all...)
	list, _ := w.paths(host)
	for _, p := range list {
		words := strings.Fields(p.Allow)
		if p.Allow == "" {
			continue
		}
		opened := words[len(words)-1]
		if within("/home/u", opened) {
			t.Errorf("%s is proposed for %s", p.Allow, p.Path)
		}
		for i := range known {
			if k := &known[i]; k.keeps && matches([]string{"/home/u"}, k.path, opened) && !p.Decision {
				t.Errorf("%s opens %s without a word", p.Allow, k.path)
			}
		}
	}
	if len(list) < 20 {
		t.Errorf("only %d lines", len(list))
	}
}

// TestCredentials: what snug hides in every home is opened by a decision, whatever else is
// said of it.
func TestCredentials(t *testing.T) {
	for _, name := range userns.Credentials() {
		full := "/home/u/" + name
		if strings.Contains(full, " ") {
			continue // the machine of these tests can't have one
		}
		list, _ := seen(hidden(full), hidden(full+"/in")).paths(machine{files: full + " " + full + "/in"})
		if len(list) == 0 {
			t.Errorf("%s: not a word", full)
		}
		for _, p := range list {
			if !p.Decision {
				t.Errorf("%s: %q is proposed for %s without a word", full, p.Allow, p.Path)
			}
		}
	}
}

// TestEveryLineCounts: what is merged is still counted.
func TestEveryLineCounts(t *testing.T) {
	var all []file
	var names strings.Builder
	for i := range 500 {
		all = append(all, hidden(fmt.Sprintf("/home/u/.cargo/registry/%d/x", i)))
		names.WriteString(" " + all[i].path)
	}
	list, _ := seen(all...).paths(machine{files: names.String()})
	if len(list) != 1 || list[0].Count != 500 || list[0].Times != 500 || list[0].Path != "/home/u/.cargo/registry" {
		t.Errorf("got %+v", list)
	}
}
