package profile

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBuiltin(t *testing.T) {
	want := []string{"agent", "build", "go", "node", "offline-shell", "python", "rust"}
	if diff := cmp.Diff(want, BuiltinNames()); diff != "" {
		t.Fatal(diff)
	}
	for _, name := range want {
		text, _ := BuiltinText(name)
		if _, err := Parse(name, BuiltIn, []byte(text)); err != nil {
			t.Errorf("%v", err)
			continue
		}
		if p, ok := Builtin(name); !ok || p.Description() == "" || len(p.Description()) > 70 {
			t.Errorf("%s: %v, described as %q", name, ok, p.Description())
		}
		golden(t, name+".txt", strings.Join(append(lines(of(t, name)), of(t, name).Loosens()...), "\n")+"\n")
	}
	for _, name := range []string{"", "../key", "go.toml", "nothing"} {
		if _, ok := Builtin(name); ok {
			t.Errorf("%q is a profile", name)
		}
	}
}

func of(t *testing.T, names ...string) (s Stack) {
	t.Helper()
	for _, name := range names {
		p, ok := Builtin(name)
		if !ok {
			t.Fatal(name)
		}
		s = append(s, p)
	}
	return s
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if os.Getenv("UPDATE") != "" {
		os.WriteFile(file, []byte(got), 0o644)
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; UPDATE=1 rewrites)\n%s", file, diff)
	}
}

// No profile of ours opens for writing what is the user's, shows what holds a secret, or
// changes who one is inside, the filter or Landlock.
func TestBuiltinsKeepTheWalls(t *testing.T) {
	may := []string{"share-net", "share-pid", "share-ipc", "share-uts", "share-cgroup", "allow-userns", "ro-try", "cache", "env", "env-keep"}
	secrets := []string{"~", "~/.ssh", "~/.gnupg", "~/.aws", "~/.netrc", "~/.npmrc", "~/.pypirc", "~/.cargo", "~/.cargo/credentials.toml", "~/.cargo/config.toml",
		"~/.config", "~/.config/gh", "~/.config/go", "~/.gitconfig", "~/.git-credentials", "~/.docker", "~/.kube", "~/.local", "~/.local/state", "~/.local/share", "~/.cache"}
	for _, name := range BuiltinNames() {
		for _, v := range of(t, name).Settings() {
			if !slices.Contains(may, v.Key()) {
				t.Errorf("%s says %s", name, v.Key())
			}
			if keys[v.key].kind == Switch && v.Key() != "share-net" && v.Text != "false" {
				t.Errorf("%s: %s is on", name, v.Key())
			}
			if v.Key() == "env" && !strings.Contains(v.Text, "=") || v.Key() == "env-keep" && name != "agent" {
				t.Errorf("%s passes on %s", name, v.Text)
			}
			if v.Key() != "ro-try" {
				continue
			}
			for _, s := range secrets {
				if v.Text == s || strings.HasPrefix(s, v.Text+"/") {
					t.Errorf("%s shows %s, and so %s", name, v.Text, s)
				}
			}
		}
	}
}

// offline-shell takes back whatever the others share.
func TestOfflineOverAll(t *testing.T) {
	for _, name := range BuiltinNames() {
		s := append(of(t, name, "offline-shell"), parsed(t, "x", ""))
		for _, key := range []string{"share-net", "share-pid", "share-ipc", "share-uts", "share-cgroup", "allow-userns"} {
			if on, said := s.Switch(key); on || !said {
				t.Errorf("%s and then offline-shell: %s is %v", name, key, on)
			}
		}
	}
	if on, _ := of(t, "offline-shell", "go").Switch("share-net"); !on {
		t.Error("the last one doesn't hold")
	}
}
