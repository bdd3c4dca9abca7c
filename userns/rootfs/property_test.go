package rootfs

import (
	"io/fs"
	"math/rand/v2"
	"path"
	"strings"
	"testing"
)

// Any list of wishes is either refused or gives steps that hold what is
// promised about all of them.
func TestAnyWishes(t *testing.T) {
	hosts := []machine{
		debian.with("/home/u/p/.git/hooks/ /srv/l -> x /srv/loop -> loop"),
		silverblue.with("/var/home/u/p/.git/hooks/ /srv/x/y/ /opt/ /srv/out -> /var/home/u /etc/passwd"),
	}
	random := rand.New(rand.NewPCG(1, 2))
	granted := 0
	for i := range 4000 {
		host := hosts[i%len(hosts)]
		r := randomRequest(random, host)
		steps, err := Arrange(r, host)
		if err != nil {
			continue
		}
		granted++
		if problem := wrong(r, host, steps); problem != "" {
			t.Fatalf("%s\nproject %q, wishes %+v", problem, r.Project, r.Mounts)
		}
	}
	if granted < 500 {
		t.Errorf("%d were granted: the wishes are too wild to test anything", granted)
	}
}

func randomRequest(random *rand.Rand, host machine) *Request {
	names := []string{"srv", "x", "y", "home", "u", "p", "etc", "tmp", "var", "run", "new", "l", "out", "opt", ".git", "passwd", ".ssh", "proc"}
	place := func() string {
		p := "/"
		for range 1 + random.IntN(3) {
			p = path.Join(p, names[random.IntN(len(names))])
		}
		return p
	}
	r := plain(project("/home/u/p"), guarding(".git:in place", ".git/hooks:read-only", ".envrc:absent"))
	r.Secrets = []string{".ssh", "p/passwd", "x"}
	for range random.IntN(5) {
		m := Mount{Kind: MountKind(random.IntN(4)), Source: place(), Target: place(), ReadOnly: random.IntN(2) == 0, Optional: true}
		if random.IntN(2) == 0 {
			m.Source = m.Target
		}
		r.Mounts = append(r.Mounts, m)
	}
	return r
}

// wrong says what promise is broken.
func wrong(r *Request, host machine, steps []Step) string {
	for _, check := range []func(*Request, machine, []Step) string{staysInside, freshIsFresh, writesWhatWasAsked, canBeMade} {
		if problem := check(r, host, steps); problem != "" {
			return problem
		}
	}
	return ""
}

func staysInside(_ *Request, _ machine, steps []Step) string {
	for _, s := range steps {
		if !fs.ValidPath(s.Path) || s.Path == "." {
			return "a path that is not below the root: " + s.line()
		}
	}
	return ""
}

// freshIsFresh: what is made without looking (Fresh) is in directories that
// earlier steps made and nothing was mounted on.
func freshIsFresh(_ *Request, _ machine, steps []Step) string {
	made := map[string]bool{".": true}
	for _, s := range steps {
		for dir := path.Dir(s.Path); s.Fresh; dir = path.Dir(dir) {
			if !made[dir] {
				return "not in fresh directories: " + s.line()
			}
			if dir == "." {
				break
			}
		}
		made[s.Path] = s.Op == OpMkdir && s.Fresh
	}
	return ""
}

// writesWhatWasAsked: nothing of the host's is writable that nobody asked for.
func writesWhatWasAsked(r *Request, host machine, steps []Step) string {
	asked := append([]Mount{{Source: r.Project}}, r.Mounts...)
	for _, s := range steps {
		if s.Op != OpBind || s.ReadOnly || s.Inner || strings.HasPrefix(s.Source, "/dev/") {
			continue
		}
		ok := false
		for _, m := range asked {
			ok = ok || m.Kind == Bind && !m.ReadOnly && Within(s.Source, m.Source)
		}
		if !ok {
			return "writable, and not asked for: " + s.line()
		}
	}
	return ""
}

// canBeMade: the kernel will take the steps, what is hidden and not asked for is
// hidden, and the last wish is granted.
func canBeMade(r *Request, host machine, steps []Step) string {
	k, err := carryOut(host, steps)
	if err != nil {
		return "the kernel would say: " + err.Error()
	}
	for _, secret := range []string{"/home/u/.ssh", "/var/home/u/.ssh", "/run/docker.sock", "/mnt/disk/data"} {
		real, err := host.real(secret, true)
		if err == nil && !shown(r, host, real) && strings.HasPrefix(k.sees(secret), "/") {
			return "shown, and not asked for: " + secret
		}
	}
	if len(r.Mounts) == 0 {
		return ""
	}
	m := r.Mounts[len(r.Mounts)-1]
	real, err := host.real(m.Source, true)
	want := real + map[bool]string{true: " ro", false: " rw"}[m.ReadOnly]
	if got := k.sees(m.Target); m.Kind == Bind && err == nil && !Within(r.Project, m.Target) && got != want {
		return "the last wish, " + m.Target + ": got " + got + ", want " + want
	}
	return ""
}

// shown says whether a wish shows file.
func shown(r *Request, host machine, file string) bool {
	for _, m := range r.Mounts {
		real, _ := host.real(m.Source, true)
		if m.Kind == Bind && (Within(file, real) || Within(real, file)) {
			return true
		}
	}
	return false
}
