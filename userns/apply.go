package userns

import (
	"os"
	"path"
	"strings"

	"snug/seccomp"
	"snug/userns/profile"
	"snug/userns/rootfs"
)

// Apply changes the Spec to what the profiles say, later ones over earlier ones and all over
// what is in it already. It is for a Spec without a profile so far: what a field already has
// is taken for a default.
//
// What a Spec can't hold comes back as rest: limits of a cgroup's (memory, cpus ...: see
// package cgroupv2 and [Spec.Cgroup]) and a seccomp profile of a file ([Spec.Seccomp]). A
// caller who leaves it unlooked at has less confinement than the profile asks for.
//
// Directories of caches ([profile.Places]) have to be there before the sandbox starts. The
// error is a [*profile.Error], or what package seccomp says about a rule.
func (spec *Spec) Apply(s profile.Stack, at profile.Places) (rest []*profile.Value, err error) {
	a := &applier{spec: spec, stack: s, at: at}
	if err := a.mounts(); err != nil {
		return nil, err
	}
	a.variables()
	if err := a.calls(); err != nil {
		return nil, err
	}
	for _, v := range s.Settings() {
		switch known, err := a.setting(v); {
		case err != nil:
			return nil, err
		case !known:
			rest = append(rest, v)
		}
	}
	return rest, nil
}

// Said is how a mount of a profile's is called in errors.
func Said(v *profile.Value) string { return v.Key() + " of profile " + v.From() + ":" }

type applier struct {
	spec  *Spec
	stack profile.Stack
	at    profile.Places
}

func (a *applier) mounts() error {
	for _, v := range a.stack.Mounts() {
		m := rootfs.Mount{Flag: Said(v), Target: a.at.Value(v)}
		switch v.Key() {
		case "tmpfs":
			m.Kind = rootfs.Tmpfs
		case "dir":
			m.Kind = rootfs.Dir
		case "cache":
			if m.Source = a.at.Cache(path.Clean(m.Target)); m.Source == "" {
				m.Kind = rootfs.Tmpfs
			}
		case "volume":
			parts := strings.Split(m.Target, ":")
			m.Source, m.Target = parts[0], parts[1]
			m.ReadOnly = len(parts) == 3 && parts[2] == "ro"
		default:
			m.Source = m.Target
			m.ReadOnly = strings.HasPrefix(v.Key(), "ro")
			m.Optional = strings.HasSuffix(v.Key(), "-try")
		}
		m.Target = path.Clean(m.Target)
		if m.Kind == rootfs.Bind {
			m.Source = path.Clean(m.Source)
		}
		a.spec.Mounts = append(a.spec.Mounts, m)
	}
	return nil
}

func (a *applier) variables() {
	for _, v := range a.stack.Variables() {
		text := a.at.Value(v)
		switch own, has := os.LookupEnv(text); {
		case v.Key() == "clearenv":
			a.spec.Env, a.spec.SetEnv = []string{}, nil
		case v.Key() == "unsetenv" || strings.Contains(text, "="):
			a.spec.SetEnv = append(a.spec.SetEnv, text)
		case has:
			a.spec.SetEnv = append(a.spec.SetEnv, text+"="+own)
		}
	}
}

// calls puts what is refused before what is allowed: what stands first wins.
func (a *applier) calls() error {
	for _, k := range []struct{ key, action string }{{"seccomp-drop", "errno EPERM "}, {"seccomp-add", "allow "}} {
		for _, v := range a.stack.List(k.key) {
			rules, err := seccomp.ParseRules(k.action + SpacedRule(v.Text))
			if err != nil {
				return v.Wrong(err.Error(), "give the name of a system call, as in man 2 syscalls")
			}
			a.spec.SeccompRules = append(a.spec.SeccompRules, rules...)
		}
	}
	return nil
}

// SpacedRule is names with commas between them, or one name with what a statement of a
// seccomp profile may say behind it, as that statement.
func SpacedRule(s string) string {
	words := strings.Fields(s)
	if len(words) == 1 {
		words = strings.Split(words[0], ",")
	}
	return strings.Join(words, " ")
}

var shareKeys = []struct {
	key   string
	share Share
}{
	{"share-net", ShareNet}, {"share-pid", SharePID}, {"share-ipc", ShareIPC}, {"share-uts", ShareUTS}, {"share-cgroup", ShareCgroup},
}

// setting takes what is neither a mount nor a variable nor a rule.
func (a *applier) setting(v *profile.Value) (known bool, err error) {
	s, on, ok := a.spec, v.Text == "true", true
	switch key := v.Key(); key {
	case "map-root-user", "map-auto":
		a.identity(key, on)
	case "cap-add":
		s.AddCaps = append(s.AddCaps, v.Text)
	case "cap-drop":
		s.DropCaps = append(s.DropCaps, v.Text)
	case "allow-userns":
		s.AllowUserns = on
	case "seccomp":
		s.SeccompLog, s.NoSeccomp = v.Text == "log", v.Text == "none"
		return s.SeccompLog || s.NoSeccomp || v.Text == "default", nil
	case "require":
		if v.Text != "landlock" {
			return false, nil
		}
		s.Landlock = LandlockRequired
	case "project":
		s.Project = a.at.Value(v)
	case "no-project":
		if on {
			s.Project = ""
		}
	case "allow-write":
		s.AllowWrite = append(s.AllowWrite, v.Text)
	case "chdir":
		s.Dir = a.at.Value(v)
	case "tmpfs-size":
		s.TmpfsSize = v.Text
	case "env-keep":
		s.KeepEnv = append(s.KeepEnv, v.Text)
	case "hostname":
		s.Hostname = v.Text
	case "timeout":
		s.Timeout, ok = profile.Duration(v.Text)
	case "stop-timeout":
		s.StopTimeout, ok = profile.Duration(v.Text)
	case "stop-signal":
		s.StopSignal, ok = profile.Signal(v.Text)
	case "pids-limit":
		s.PIDs, ok = profile.PIDs(v.Text)
	case "rlimit":
		var limit Rlimit
		limit, ok = ParseRlimit(v.Text)
		s.Rlimits = append(s.Rlimits, limit)
	default:
		return profile.Ordered(key) || key == "seccomp-add" || key == "seccomp-drop" || a.share(key, on), nil
	}
	if !ok {
		return true, v.Wrong("not understood", "see snug run --help for what --"+v.Key()+" takes")
	}
	return true, nil
}

func (a *applier) identity(key string, on bool) {
	ids := MapRoot
	if key == "map-auto" {
		ids = MapAuto
	}
	switch {
	case on:
		a.spec.IDs = ids
	case a.spec.IDs == ids:
		a.spec.IDs = MapSelf
	}
}

func (a *applier) share(key string, on bool) bool {
	for _, k := range shareKeys {
		if k.key != key {
			continue
		}
		a.spec.Share &^= k.share
		if on {
			a.spec.Share |= k.share
		}
		return true
	}
	return false
}
