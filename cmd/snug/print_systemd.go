package main

import (
	"path"
	"strings"

	"snug/userns"
	"snug/userns/rootfs"
)

// systemdRunOf is a plan as a transient service of the user's systemd manager, whose own
// properties do much of it. PrivateUsers= is what makes them work without root.
func systemdRunOf(p *userns.Plan) *peer {
	s := &peer{title: "As a transient service of your systemd manager, 252 or newer:"}
	s.add("systemd-run", "--user", "--quiet", "--collect", "--wait", "--pipe", "--service-type=exec")
	s.add("--working-directory=" + p.Dir)
	s.property("PrivateUsers=yes")
	s.property("NoNewPrivileges=yes")
	s.property("CapabilityBoundingSet=" + strings.Join(p.Caps.Names(), " "))
	s.lackIf(len(p.UIDs) != 1 || p.UIDs[0].Inner != p.UIDs[0].Outer || p.UIDs[0].Count != 1,
		"its user namespace maps your own id to itself; the plan maps "+p.UIDs.String()+" (inner:outer:count)")
	s.shares(p)
	s.systemdView(p)
	s.systemdCalls(p)
	s.systemdLimits(p)
	s.add("--")
	s.serviceCommand(p)
	s.systemdLacks(p)
	return s
}

func (p *peer) property(text string) { p.add("-p", text) }

func (s *peer) shares(p *userns.Plan) {
	for _, x := range []struct {
		share userns.Share
		text  string
	}{
		{userns.ShareNet, "PrivateNetwork=yes"}, {userns.ShareIPC, "PrivateIPC=yes"},
		{userns.ShareUTS, "ProtectHostname=yes"}, {userns.ShareCgroup, "ProtectControlGroups=yes"},
	} {
		if p.Share&x.share == 0 {
			s.property(x.text)
		}
	}
	if p.Share&userns.SharePID == 0 {
		s.lack("it has no pid namespace (systemd 257 has: PrivatePIDs=yes): the command sees other processes, and can signal your own")
	}
	s.lackIf(p.Share&userns.ShareUTS == 0, "the host name stays what it is outside, and can't be changed; "+p.Hostname+" is not set")
}

// systemdView: everything is read-only, private directories are tmpfs, and what else is
// to be seen in them is bound.
func (s *peer) systemdView(p *userns.Plan) {
	s.property("ProtectSystem=strict")
	s.property("ProtectKernelTunables=yes")
	list := things(p)
	s.lackIf(unheld(list) != "", unheld(list))
	for i := range list {
		switch t := &list[i]; t.what {
		case private, twice:
			switch {
			case t.at == "/dev":
				s.property("PrivateDevices=yes")
			case needed(list, i):
				s.tmpfs(t.at, t.mode, "")
			}
		case small:
			s.tmpfs(t.at, t.mode, t.step.Size)
		case shown:
			s.systemdBind(t)
		case noDir:
			s.property("InaccessiblePaths=" + systemdPath(t.at))
		case noFile:
			s.property("BindReadOnlyPaths=/dev/null:" + systemdPath(t.at))
		case link:
			s.lackIf(!hostsOwn(t), "it makes no symlink at "+t.at)
		case notAThing:
			s.lack("it can't bind /" + t.step.Source + " of the sandbox itself on " + t.at)
		}
	}
}

// hostsOwn says whether a link stands where the host's root has one as well; with another
// root file system the binds show that.
func hostsOwn(t *thing) bool { return path.Dir(t.at) == "/" }

func (s *peer) tmpfs(at string, mode uint32, size string) {
	options := "mode=" + octal(mode)
	if size != "" {
		options += ",size=" + size
	}
	s.property("TemporaryFileSystem=" + systemdPath(at) + ":" + options)
}

// systemdBind: what is read-only at its own place is so anyway.
func (s *peer) systemdBind(t *thing) {
	property := "BindPaths="
	if t.step.ReadOnly {
		property = "BindReadOnlyPaths="
		if t.step.Source == t.at && path.Dir(t.at) == "/" {
			return
		}
	}
	if t.step.Source == "/proc" || t.step.Source == "/sys" {
		return
	}
	s.property(property + systemdPath(t.step.Source) + ":" + systemdPath(t.at))
	s.lackIf(t.step.Devices && !strings.HasPrefix(t.at, "/dev/"), "devices in "+t.at+" may not work")
}

// systemdPath is a path where systemd looks for colons, spaces and quotes.
func systemdPath(p string) string {
	return strings.NewReplacer(`\`, `\\`, ":", `\:`, " ", `\ `, "\t", "\\\t", "\n", "\\\n", `"`, `\"`, "'", `\'`).Replace(p)
}

func (s *peer) systemdCalls(p *userns.Plan) {
	if !p.NestedUsers {
		s.property("RestrictNamespaces=yes")
	}
	if ownFilter(p) == nil {
		return
	}
	s.property("SystemCallArchitectures=native")
	s.property("SystemCallFilter=@system-service")
	s.property("SystemCallErrorNumber=EPERM")
	s.lack("system calls are those of systemd's own list (systemd-analyze syscall-filter @system-service), not of the plan's filter, and no argument is looked at")
}

func (s *peer) systemdLimits(p *userns.Plan) {
	tasks := ""
	for _, l := range p.Rlimits {
		switch l.Name {
		case "nproc": // counts all your processes, outside as well
			tasks = "TasksMax=" + strings.Replace(rlimitWord(l.Soft), "unlimited", "infinity", 1)
		default:
			words := strings.NewReplacer("unlimited", "infinity").Replace(rlimitWord(l.Soft) + ":" + rlimitWord(l.Hard))
			s.property("Limit" + strings.ToUpper(l.Name) + "=" + words)
		}
	}
	if c, ok := p.Cgroup.(*cage); ok {
		s.scopeProperties(c)
		if c.opts.Limits.PIDs != 0 {
			tasks = ""
		}
		s.lack("a limit that systemd can't hold is not an error: systemd-run doesn't look")
	}
	if tasks != "" {
		s.property(tasks)
	}
	if p.Timeout > 0 {
		s.property("RuntimeMaxSec=" + secondsWord(p.Timeout))
	}
	s.property("KillSignal=" + signalWord(p.StopSignal))
	s.property("TimeoutStopSec=" + secondsWord(p.StopTimeout))
}

// serviceCommand is the command: systemd expands $NAME in it, and %.
func (s *peer) serviceCommand(p *userns.Plan) {
	escaped := func(w string) string { return strings.ReplaceAll(w, "$", "$$") }
	s.add("env", "-i")
	for _, kv := range p.Env {
		s.add(escaped(kv))
	}
	// A word that is no variable, or env could take a command with = in it for one.
	s.add("setpriv", "--no-new-privs", "--")
	s.add(each(p.Args, escaped)...)
}

func (s *peer) systemdLacks(p *userns.Plan) {
	s.lack("/proc and /sys are the host's, the second with the host's network devices")
	s.lackIf(p.Landlock.ABI > 0, "it knows no Landlock")
	s.lack("the private directories have no size together")
	s.lackIf(p.Terminal != nil, "it has streams for a terminal; write --pty for --pipe to have one")
	s.lackIf(p.Supervisor != nil, "nobody says which calls were refused")
	s.lack("its status is 1 for every end by a signal or by a limit of time")
	s.lack("the service goes on when systemd-run is killed; it ends with 226 where your manager can't make mount namespaces")
	for i := range p.View {
		if s2 := &p.View[i]; s2.Op == rootfs.OpBind && path.Dir("/"+s2.Path) == "/" && s2.Source != "/"+s2.Path && !s2.Inner {
			s.lack("it shows the host's root where the plan shows another, but for what is bound")
			return
		}
	}
}
