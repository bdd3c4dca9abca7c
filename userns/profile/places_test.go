package profile

import (
	"strings"
	"testing"
)

func TestPlaces(t *testing.T) {
	at := &Places{Home: "/home/me", Caches: "/c"}
	s := Stack{parsed(t, "x", `
ro = ["~", "~/a", "/~/b"]
volume = ["~/a:~/b:ro", "/x:/y"]
env = ["A=~/a", "B=x~/a", "C", "D=~", "E=/~"]
seccomp = "~/p"
io-max = ["~/disk:rbps=1"]
hostname = "~"
`)}
	var got []string
	for _, v := range s.Settings() {
		got = append(got, at.Value(v))
	}
	want := "/home/me/p|/home/me/a:/home/me/b:ro|/x:/y|/home/me|/home/me/a|/~/b|A=/home/me/a|B=x~/a|C|D=/home/me|E=/~|~|/home/me/disk:rbps=1"
	if strings.Join(got, "|") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), want)
	}
}

// A cache is one name below the directory of the project, and none leads to another.
func TestCache(t *testing.T) {
	at := &Places{Caches: "/c"}
	seen := map[string]string{}
	for _, target := range []string{"/", "/a", "/a/b", "/a+b", "/a%2fb", "/a b", "/..", "/.", "..", ".", "", "/\xff", "/%ff", "/ü", "/" + strings.Repeat("a/", 500), "/" + strings.Repeat("a/", 501)} {
		got := at.Cache(target)
		name, ok := strings.CutPrefix(got, "/c/")
		if !ok || name == "" || strings.ContainsAny(name, "/\x00") || name == "." || name == ".." || len(name) > 255 || name == "project" {
			t.Errorf("%q: %s", target, got)
		}
		if other, has := seen[got]; has {
			t.Errorf("%q and %q have the same", other, target)
		}
		seen[got] = target
	}
	if got := (&Places{}).Cache("/a"); got != "" {
		t.Errorf("got %q without a project", got)
	}
}

func TestProjectCaches(t *testing.T) {
	a, b := ProjectCaches("/home/me/src/thing"), ProjectCaches("/home/me/other/thing")
	if a == b || !strings.HasPrefix(a, "thing-") || len(a) != len("thing-")+16 {
		t.Errorf("%s, %s", a, b)
	}
	for _, project := range []string{"/", "/..", "/a/" + strings.Repeat("\xff", 255), "/x y"} {
		if got := ProjectCaches(project); strings.Contains(got, "/") || len(got) > 200 || strings.HasPrefix(got, ".") {
			t.Errorf("%q: %q", project, got)
		}
	}
}
