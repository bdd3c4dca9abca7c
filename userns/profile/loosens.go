package profile

import (
	"slices"
	"strings"
)

// Loosens says in sentences what the profiles take away from the confinement of a sandbox
// that has none, what weighs most first: what it can reach, write, get and read besides.
// Limits and what makes it tighter are not among them.
func (s Stack) Loosens() (all []string) {
	var values []string
	reads, keeps := s.shown("ro", "ro-try"), s.shown("cache")
	for _, v := range s.Settings() {
		switch {
		case keys[v.key].kind == Switch && v.Text == "true":
			if says := loosenedBySwitch(v.Key()); says != "" {
				all = append(all, says)
			}
		case keys[v.key].kind != Switch:
			if says := v.loosens(); says != "" {
				values = append(values, says)
			}
		}
	}
	all = append(all, values...)
	if reads != "" {
		all = append(all, "can read "+reads)
	}
	if keeps != "" {
		all = append(all, "keeps, of its own and not yours, from one run to the next: "+keeps)
	}
	return all
}

// shown lists the values of keys, each once.
func (s Stack) shown(names ...string) string {
	var texts []string
	for _, name := range names {
		for _, v := range s.List(name) {
			if !slices.Contains(texts, v.Text) {
				texts = append(texts, v.Text)
			}
		}
	}
	return strings.Join(texts, " ")
}

func loosenedBySwitch(key string) string {
	switch key {
	case "map-root-user":
		return "is root inside, with the capabilities of a container"
	case "map-auto":
		return "is root inside, with all your subordinate ids"
	case "allow-userns":
		return "may make user namespaces, which widens the kernel's surface and leaves Landlock's rules for files out"
	case "share-net":
		return "shares the host's network: can fetch and send anything, and reach the services of this machine"
	case "share-pid":
		return "shares the host's processes: sees them all"
	case "share-ipc":
		return "shares the host's queues and shared memory"
	case "share-uts":
		return "shares the host's name"
	case "share-cgroup":
		return "shares the view of the cgroup tree"
	}
	return ""
}

func (v *Value) loosens() string {
	source, target := v.ends()
	switch v.Key() {
	case "project":
		return "can write " + v.Text + ", wherever it is started"
	case "allow-write":
		return "can change " + v.Text + " in the project, which can make something run outside later"
	case "rw", "rw-try":
		return "can write " + v.Text
	case "volume":
		if strings.HasSuffix(v.Text, ":ro") {
			return "can read " + source + " (at " + target + ")"
		}
		return "can write " + source + " (at " + target + ")"
	case "env-keep":
		return "gets the variable " + v.Text + ", even if that is a secret"
	case "env":
		if !strings.Contains(v.Text, "=") {
			return "gets the variable " + v.Text + ", even if that is a secret"
		}
	case "cap-add":
		return "keeps the capability " + v.Text + " in its namespaces"
	case "seccomp":
		switch v.Text {
		case "none":
			return "may make every system call"
		case "default", "log":
			return ""
		}
		return "may make the system calls that " + v.Text + " allows"
	case "seccomp-add":
		return "may make the system call " + v.Text
	case "pids-limit":
		if n, ok := PIDs(v.Text); ok && n < 0 {
			return "may start any number of processes"
		}
	case "limits":
		if v.Text == "best-effort" {
			return "runs where a limit can't be enforced, too"
		}
	case "tmpfs-size":
		return "may fill " + v.Text + " of memory with private files"
	}
	return ""
}
